"""Opens a node again and again, and writes when (CLOCK_MONOTONIC) and by which process.

Usage: python -m tests.monitor.opener NODE MILLISECONDS TIMES GAP [--same] > LINES

By a new process each time, or always by the same. One line of JSON for each opening.
"""

import argparse
import json
import os
import sys
import time


def open_once(node: str, seconds: float) -> None:
    """One opening: the time is taken just before it."""
    before = time.monotonic()
    descriptor = os.open(node, os.O_RDONLY)
    end = before + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(left)
    os.close(descriptor)
    os.write(1, (json.dumps({"at": before, "pid": os.getpid()}) + "\n").encode())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("node")
    parser.add_argument("milliseconds", type=float)
    parser.add_argument("times", type=int)
    parser.add_argument("gap", type=float)
    parser.add_argument("--same", action="store_true")
    chosen = parser.parse_args()
    for _ in range(chosen.times):
        time.sleep(chosen.gap)
        if chosen.same:
            open_once(chosen.node, chosen.milliseconds / 1000)
        elif os.fork() == 0:
            open_once(chosen.node, chosen.milliseconds / 1000)
            os._exit(0)
        else:
            os.wait()


if __name__ == "__main__":
    sys.exit(main())
