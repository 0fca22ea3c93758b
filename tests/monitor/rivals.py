"""Two usual ways of watching a camera, for comparison: a psutil poller, and inotify with lsof.

Usage: python -m tests.monitor.rivals LOG NODE {psutil,lsof}

The poller reads the names of all descriptors, because psutil's own open_files() leaves out devices.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil

from camcheck.collect.linux.kernel.inotify import Inotify


def poll_psutil(node: str, tell: Callable[..., None]) -> None:
    """Once a second, as such pollers do."""
    while True:
        for process in psutil.process_iter():
            try:
                folder = f"/proc/{process.pid}/fd"
                if any(os.readlink(f"{folder}/{name}") == node for name in os.listdir(folder)):
                    tell(pid=process.pid)
            except OSError:
                continue
        time.sleep(1)


def watch_with_lsof(node: str, tell: Callable[..., None]) -> None:
    """lsof at each opening that inotify tells of."""
    watch = Inotify()
    watch.watch(node, 0x20)
    while True:
        select.select([watch.fd], [], [])
        watch.read()
        tell(pid=None)
        found = subprocess.run(["lsof", "-t", node], capture_output=True, text=True, check=False)
        for pid in found.stdout.split():
            tell(pid=int(pid))


def main() -> None:
    path, node, way = sys.argv[1:]
    with open(path, "a", buffering=1) as log:

        def tell(**fields: object) -> None:
            log.write(json.dumps({"at": time.monotonic(), "what": "sighting", **fields}) + "\n")

        def end(*_: object) -> None:
            times = os.times()
            cpu = times.user + times.system + times.children_user + times.children_system
            log.write(json.dumps({"at": time.monotonic(), "what": "done", "cpu": cpu}) + "\n")
            os._exit(0)

        signal.signal(signal.SIGTERM, end)
        cpu = time.process_time()
        log.write(json.dumps({"at": time.monotonic(), "what": "ready", "cpu": cpu}) + "\n")
        {"psutil": poll_psutil, "lsof": watch_with_lsof}[way](node, tell)


if __name__ == "__main__":
    main()
