"""Reports of many machines: what it costs to add them to a data set, and to ask it.

    python -m tests.bench.fleet [COUNT] [DAYS]

COUNT reports (10,000) are written and added by the command; then each question is asked by a
process of its own. With DAYS the rows of the data set are repeated for so many days, with other
digests (by SQL, not by reading reports), and asked again. A third of the machines is watched and
has 124 programs in its report, the others are clear or half seen.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from camcheck.fleet.questions import names
from camcheck.fleet.schema import TABLES
from camcheck.render.json import render
from tests.report.sample import a_clear_report, a_report, a_snapshot, an_incomplete_report

COUNT = 10_000


def write_fleet(folder: Path, count: int) -> int:
    """Writes ``count`` reports into ``folder``; returns their size in bytes."""
    processes = a_snapshot().processes
    others = tuple(
        process._replace(pid=10_000 + number * 10 + index)
        for number in range(40)
        for index, process in enumerate(processes[:3])
    )
    kinds = (
        a_report(snapshot=a_snapshot(processes=processes + others)),
        a_clear_report(),
        an_incomplete_report(),
    )
    texts = [render(report) for report in kinds]
    size = 0
    for number in range(count):
        text = texts[number % 3].replace("erikas-laptop", f"machine-{number:05}")
        size += (folder / f"machine-{number:05}.json").write_text(text)
    return size


def repeat(dataset: Path, days: int) -> None:
    """The rows of the data set's one day once more for each of ``days``."""
    with duckdb.connect() as engine:
        engine.execute("SET memory_limit = '1GB'")
        for table in TABLES:
            there = next((dataset / f"table={table}").glob("day=*"), None)
            if there is None:
                continue
            engine.execute(f"CREATE TABLE x AS SELECT * FROM read_parquet('{there}/*.parquet')")
            for day in range(1, days):
                engine.execute(
                    f"COPY (SELECT * REPLACE (md5(digest || {day}) AS digest, started_at + "
                    f"INTERVAL '{day}' DAY AS started_at), CAST(started_at + INTERVAL '{day}' DAY "
                    f'AS DATE) AS day FROM (SELECT * EXCLUDE (day, "table") FROM x)) '
                    f"TO '{dataset}/table={table}' (FORMAT parquet, COMPRESSION zstd, "
                    f"PARTITION_BY (day), FILENAME_PATTERN 'repeated-{{uuid}}', APPEND)"
                )
            engine.execute("DROP TABLE x")


def main() -> int:
    count, days = [*map(int, sys.argv[1:]), *(COUNT, 0)[len(sys.argv) - 1 :]]
    with tempfile.TemporaryDirectory(prefix="camcheck-fleet-") as name:
        reports, dataset = Path(name, "reports"), Path(name, "fleet")
        reports.mkdir()
        size = write_fleet(reports, count)
        say(f"{count} reports, {size / 2**20:.0f} MB; load {os.getloadavg()[0]:.1f}")
        measured("add", "fleet", "add", str(reports), "--into", str(dataset))
        measured("add again", "fleet", "add", str(reports), "--into", str(dataset))
        ask_all(dataset)
        if days:
            repeat(dataset, days)
            say(f"{count * days} reports by repetition; load {os.getloadavg()[0]:.1f}")
            ask_all(dataset)
    return 0


def ask_all(dataset: Path) -> None:
    size = sum(path.stat().st_size for path in dataset.rglob("*.parquet"))
    say(f"the data set has {size / 2**20:.1f} MB")
    for question in names():
        measured(question, "fleet", "ask", question, str(dataset))


def measured(what: str, *words: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "camcheck", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, _, own = os.wait4(process.pid, 0)
    waited = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    say(
        f"  {what:<18} {waited:6.2f} s waited, {used:6.2f} s of processor, "
        f"{own.ru_maxrss / 1024:.0f} MB"
    )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
