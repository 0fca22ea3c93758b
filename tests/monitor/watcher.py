"""A monitor in a process of its own, over the stand-in camera or the real ones, that writes a log.

Usage: python -m tests.monitor.watcher HISTORY LOG [STAND-IN FOLDER] [--user] [--notify]

Each line of LOG is JSON: when (CLOCK_MONOTONIC, seconds) something was seen, and what.
"""

import argparse
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from camcheck.collect.linux import Roots, collect
from camcheck.collect.linux.watch.event_reader import EventReader
from camcheck.collect.linux.watch.watch import LinuxWatch
from camcheck.collect.watch import Seen
from camcheck.findings import Session
from camcheck.model import Moment
from camcheck.monitor.clock import Clock, Instant
from camcheck.monitor.loop import Eyes
from camcheck.monitor.run import run
from camcheck.monitor.tell.record import as_data
from camcheck.scan import judge


class Log:
    """Writes lines of JSON, each at once."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __call__(self, **fields: Any) -> None:
        os.write(self._file, (json.dumps({"at": time.monotonic(), **fields}) + "\n").encode())


def log_sightings(log: Log) -> None:
    """Every sighting in the log, at the moment when the reader has named its process."""
    keep = EventReader._keep

    def keep_and_log(reader: EventReader, seen: Seen) -> None:
        for one in seen.sightings:
            process = one.process
            log(
                what="sighting",
                opened=one.opened,
                closed=one.closed,
                pid=process.pid if process else None,
                exe=process.exe if process else None,
                suspects=one.suspects,
            )
        if seen.lost:
            log(what="lost")
        keep(reader, seen)

    EventReader._keep = keep_and_log  # type: ignore[method-assign]


class Listener:
    """Every event of the monitor in the log."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def session(self, what: str, session: Session, number: int) -> None:
        self._log(**{**as_data(what, session, number), "what": "session"})

    def moment(self, moment: Moment) -> None:
        self._log(what="moment", text=moment.text)

    def tick(self, now: Instant) -> None:
        """Nothing waits."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("history")
    parser.add_argument("log")
    parser.add_argument("standin", nargs="?")
    parser.add_argument("--user", action="store_true")
    parser.add_argument("--real", action="store_true", help="the real cameras, as root")
    parser.add_argument("--like", nargs="*", help="words that stand in its command line")
    chosen = parser.parse_args(arguments)
    roots = Roots()
    if chosen.standin:
        folder = Path(chosen.standin)
        roots = Roots(sys=str(folder / "sys"), dev=str(folder / "dev"), run=str(folder / "run"))
    log = Log(chosen.log)
    log_sightings(log)
    watch = LinuxWatch(roots, with_fanotify=not chosen.user)
    eyes = Eyes(watch, lambda: collect(roots), judge, Clock())

    def ready(_: object) -> None:
        log(
            what="ready",
            way=watch.way,
            limits=watch.limits,
            pid=os.getpid(),
            cpu=time.process_time(),
        )

    run(chosen.history, eyes, lambda _: [Listener(log)], ready=ready)
    used = resource.getrusage(resource.RUSAGE_SELF)
    log(what="done", cpu=time.process_time(), rss=used.ru_maxrss * 1024)


if __name__ == "__main__":
    sys.exit(main())
