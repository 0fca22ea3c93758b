"""Kills camcheck fleet add again and again, and looks for what is there twice or lost.

    python -m tests.fleet.kill [TIMES]

Each round adds the reports of one more day to a data set of its own, is killed at a moment of
its run (spread evenly over the time that a whole run takes), asks, adds again to the end, and
compares with the reports.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from camcheck.errors import ReportError
from camcheck.fleet.add import add
from camcheck.fleet.ask import ask
from camcheck.fleet.schema import TABLES
from tests.fleet.made import small_fleet


class Result(NamedTuple):
    """Rounds by where the kill struck, and what was wrong after them."""

    nothing: int
    half: int
    whole: int
    twice: int
    lost: int


def started(reports: Path, into: Path) -> int:
    """A process that adds ``reports``, as a copy of this one, so that a round costs no start of
    an interpreter; returns its number.
    """
    child = os.fork()
    if child == 0:
        try:
            add([str(reports)], into=str(into))
        finally:
            os._exit(0)
    return child


def killed(*, times: int, machines: int) -> Result:
    counts = {"nothing": 0, "half": 0, "whole": 0}
    twice = lost = 0
    with tempfile.TemporaryDirectory(prefix="camcheck-kill-") as name:
        folder = Path(name)
        small_fleet(folder / "day1", machines=machines, days=1)
        small_fleet(folder / "both", machines=machines, days=2)
        add([str(folder / "day1")], into=str(folder / "base"))
        shutil.copytree(folder / "base", folder / "probe")
        began = time.monotonic()
        os.waitpid(started(folder / "both", folder / "probe"), 0)
        whole = time.monotonic() - began
        expected = sizes(folder / "probe")
        assert 2 * machines == expected["machines"]
        for number in range(times):
            into = folder / f"round-{number}"
            shutil.copytree(folder / "base", into)
            child = started(folder / "both", into)
            time.sleep(whole * 1.1 * number / times)  # the moment is what is tried
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            counts[state(into)] += 1
            seen = sizes(into)["machines"]
            assert seen in (machines, 2 * machines), f"{seen} reports are there after a kill"
            add([str(folder / "both")], into=str(into))
            after = sizes(into)
            twice += any(after[table] > expected[table] for table in TABLES)
            lost += any(after[table] < expected[table] for table in TABLES)
            shutil.rmtree(into)
    return Result(**counts, twice=twice, lost=lost)


def state(into: Path) -> str:
    """How far the killed run had come: before the commit, in it, or after it."""
    staged = list((into / "_staging").glob("*"))
    if any((one / "commit.json").exists() for one in staged):
        return "half"
    return "whole" if (into / "table=machines" / "day=2026-11-02").exists() else "nothing"


def sizes(into: Path) -> dict[str, int]:
    try:
        return {t: ask(f"SELECT count(*) FROM {t}", str(into)).rows[0][0] for t in TABLES}
    except ReportError as error:
        raise AssertionError(f"the data set is broken: {error}") from error


if __name__ == "__main__":
    began = time.monotonic()
    print(killed(times=int(sys.argv[1]) if len(sys.argv) > 1 else 200, machines=20))
    print(f"{time.monotonic() - began:.0f} s, process {os.getpid()}")
