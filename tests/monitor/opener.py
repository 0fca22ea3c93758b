"""Opens a node again and again, and writes when (CLOCK_MONOTONIC) and by which process.

Usage: python -m tests.monitor.opener NODE MILLISECONDS TIMES GAP [--same] [--told] [--container]

By a new process each time, or always by the same. One line of JSON for each opening. With --told
it waits for a line on its standard input before each. With
--container (root only) by way of a node of its own for the same device, in mount and process
namespaces of its own, as container engines do.
"""

import argparse
import json
import os
import stat
import subprocess
import sys
import tempfile
import time

_UNSHARE = ("unshare", "--mount", "--propagation", "private", "--pid", "--fork")


def open_once(node: str, seconds: float) -> None:
    """One opening: the time is taken just before it."""
    before = time.monotonic()
    descriptor = os.open(node, os.O_RDONLY)
    end = before + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(left)
    os.close(descriptor)
    os.write(1, (json.dumps({"at": before, "pid": _own_number()}) + "\n").encode())


def _own_number() -> int:
    """The number of this process as the machine sees it, also from within a namespace."""
    return int(os.readlink("/proc/self"))


def in_a_container(arguments: list[str], node: str) -> int:
    """Runs this program anew, in namespaces of its own, with a node of its own."""
    device = os.stat(node).st_rdev
    own = f"{os.major(device)}:{os.minor(device)}"
    inner = [own if argument == node else argument for argument in arguments]
    inner = [argument for argument in inner if argument != "--container"]
    return subprocess.run(
        [*_UNSHARE, sys.executable, "-m", "tests.monitor.opener", *inner], check=False
    ).returncode


def make_node(numbers: str) -> str:
    """A node for the device, on a file system of this namespace."""
    folder = tempfile.gettempdir()
    subprocess.run(["mount", "-t", "tmpfs", "none", folder], check=True)
    major, minor = map(int, numbers.split(":"))
    os.mknod(f"{folder}/video0", stat.S_IFCHR | 0o666, os.makedev(major, minor))
    return f"{folder}/video0"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("node")
    parser.add_argument("milliseconds", type=float)
    parser.add_argument("times", type=int)
    parser.add_argument("gap", type=float)
    parser.add_argument("--same", action="store_true")
    parser.add_argument("--told", action="store_true")
    parser.add_argument("--container", action="store_true")
    chosen = parser.parse_args()
    if chosen.container:
        return in_a_container(sys.argv[1:], chosen.node)
    if not chosen.node.startswith("/"):
        chosen.node = make_node(chosen.node)
    for _ in range(chosen.times):
        if chosen.told and not sys.stdin.readline():
            break
        time.sleep(chosen.gap)
        if chosen.same:
            open_once(chosen.node, chosen.milliseconds / 1000)
        elif os.fork() == 0:
            open_once(chosen.node, chosen.milliseconds / 1000)
            os._exit(0)
        else:
            os.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
