"""Reports of many machines: what it costs to add them to a data set and to ask it.

    python -m tests.bench.fleet [MACHINES] [DAYS]

First one day's reports of MACHINES (10,000) are written and added by the command, and each question
is asked by a process of its own. Then the same machines report on DAYS (100) days: a few days' are
written, added and deleted at a time, and one run is killed in its middle and goes on. The questions
are asked over all of them, by DuckDB and, where there is one, by Spark, whose answers must be the
same; and it is told at which rank they name what is planted and what is odd and honest.

A million reports take 45 minutes of processor time and 2 GB in the temporary folder.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from camcheck.fleet.ask import ask
from camcheck.fleet.questions import names
from tests.fleet import daily, spark
from tests.fleet.ranks import table

MACHINES, DAYS = 10_000, 100
AT_ONCE = 5  # days whose reports are on the disk


class Cost(NamedTuple):
    """Seconds, MB of memory of all processes at most, what was said on standard error."""

    waited: float
    processor: float
    memory: float
    said: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.waited:6.2f} s waited, {self.processor:6.2f} s of processor, "
            f"{self.memory:.0f} MB"
        )


def main() -> int:
    machines, days = [*map(int, sys.argv[1:]), *(MACHINES, DAYS)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory(prefix="camcheck-fleet-") as name:
        one_day(Path(name, "day"), machines)
        many_days(Path(name, "days"), machines, days)
        ask_all(Path(name, "days", "fleet"))
        with_spark(Path(name, "days", "fleet"))
        say(table(str(Path(name, "days", "fleet"))))
    return 0


def one_day(folder: Path, machines: int) -> None:
    size = daily.write_day(folder / "reports", machines, daily.days(1)[0])
    say(f"{machines} machines report once, {size / 1e6:.0f} MB; {load()}")
    into = str(folder / "fleet")
    say(f"  add                {cost('fleet', 'add', str(folder / 'reports'), '--into', into)}")
    say(f"  add again          {cost('fleet', 'add', str(folder / 'reports'), '--into', into)}")
    ask_all(folder / "fleet")
    shutil.rmtree(folder)


def many_days(folder: Path, machines: int, count: int) -> None:
    """Adds them all to ``folder / "fleet"``."""
    say(f"{machines} machines report on {count} days; {load()}")
    into = folder / "fleet"
    parts = [daily.days(count)[at : at + AT_ONCE] for at in range(0, count, AT_ONCE)]
    total = waited = processor = memory = 0.0
    for number, part in enumerate(parts):
        reports = folder / "reports" / str(number)
        total += sum(daily.write_day(reports, machines, day) for day in part)
        command = ("fleet", "add", str(reports), "--into", str(into))
        if number and number == len(parts) // 2:
            kill(waited / number / 2, into, *command)
        spent = cost(*command)
        shutil.rmtree(reports)
        waited, processor = waited + spent.waited, processor + spent.processor
        memory = max(memory, spent.memory)
        say(
            f"  {reports_in(into):>8} added  {spent}; {load()}; {len(spent.said)} lines of progress"
        )
    say(
        f"  all                {Cost(waited, processor, memory, ())}; {total / 1e9:.1f} GB of JSON "
        f"became {size_of(into) / 1e6:.1f} MB in {sum(1 for _ in parquet(into))} files"
    )


def kill(after: float, into: Path, *words: str) -> None:
    """Starts the command and kills it, so that the next one has to go on."""
    process = started(*words)
    time.sleep(after)  # anywhere in the work: what a crash hits is not chosen
    process.send_signal(signal.SIGKILL)
    process.communicate()
    say(f"  {reports_in(into):>8} are there after a SIGKILL at {after:.0f} s; the same again:")


def ask_all(dataset: Path) -> None:
    say(f"{reports_in(dataset)} reports in {size_of(dataset) / 1e6:.1f} MB are asked; {load()}")
    for question in names():
        say(f"  {question:<18} {cost('fleet', 'ask', question, str(dataset))}")


def with_spark(dataset: Path) -> None:
    """The same questions by Spark, and whether the answers are the same, row by row."""
    if why := spark.missing():
        say(f"Spark: {why}")
        return
    with spark.session(str(dataset), spark.LARGE) as session:
        say(f"the same by Spark; {load()}")
        for question in names():
            began = time.monotonic()
            there = spark.of_spark(session, question)
            waited = time.monotonic() - began
            same = there == spark.of_duckdb(str(dataset), question)
            what = f"{len(there.rows)} rows, {'the same' if same else 'NOT THE SAME'}"
            say(f"  {question:<18} {waited:6.2f} s waited, {what}")


def reports_in(dataset: Path) -> int:
    return int(ask("SELECT count(*) FROM machines", str(dataset)).rows[0][0])


def parquet(dataset: Path) -> Iterator[Path]:
    return dataset.rglob("*.parquet")


def size_of(dataset: Path) -> int:
    return sum(path.stat().st_size for path in parquet(dataset))


def load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def started(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "camcheck", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def cost(*words: str) -> Cost:
    """Runs the command and looks at its processes' memory again and again."""
    before, start = os.times(), time.monotonic()
    process = started(*words)
    most, pause = 0, 0.01
    while True:
        try:
            _, said = process.communicate(timeout=pause)
            break
        except subprocess.TimeoutExpired:
            most = max(most, memory_of(process.pid))
            pause = min(0.5, pause * 1.1)
    waited, after = time.monotonic() - start, os.times()
    if process.returncode:
        raise SystemExit(f"camcheck {' '.join(words)} ended with {process.returncode}: {said}")
    used = after.children_user + after.children_system
    used -= before.children_user + before.children_system
    return Cost(waited, used, most / 1e6, tuple(said.splitlines()))


def memory_of(pid: int) -> int:
    """Resident bytes of the process and those that it started; what they share counts for each."""
    try:
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
