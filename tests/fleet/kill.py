"""Kills camcheck fleet add again and again, and looks for what is there twice or lost.

    python -m tests.fleet.kill [TIMES]

Each round adds the reports of one more day to a data set of its own, is killed at a moment of
its run (spread evenly over the time that a whole run takes), asks, adds again to the end, and
compares with the reports.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from camcheck.errors import ReportError
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


def command(reports: Path, into: Path) -> list[str]:
    return [sys.executable, "-m", "camcheck", "fleet", "add", str(reports), "--into", str(into)]


def killed(*, times: int, machines: int) -> Result:
    counts = {"nothing": 0, "half": 0, "whole": 0}
    twice = lost = 0
    with tempfile.TemporaryDirectory(prefix="camcheck-kill-") as name:
        folder = Path(name)
        small_fleet(folder / "day1", machines=machines, days=1)
        small_fleet(folder / "both", machines=machines, days=2)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command(folder / "day1", folder / "base"), check=True, **quiet)
        shutil.copytree(folder / "base", folder / "probe")
        began = time.monotonic()
        subprocess.run(command(folder / "both", folder / "probe"), check=True, **quiet)
        whole = time.monotonic() - began
        expected = sizes(folder / "probe")
        for number in range(times):
            into = folder / f"round-{number}"
            shutil.copytree(folder / "base", into)
            process = subprocess.Popen(command(folder / "both", into), **quiet)
            try:
                process.wait(whole * (0.4 + 0.65 * number / times))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            counts[state(into)] += 1
            seen = sizes(into)["machines"]
            assert seen in (machines, 2 * machines), f"{seen} reports are there after a kill"
            subprocess.run(command(folder / "both", into), check=True, **quiet)
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
