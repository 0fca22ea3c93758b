"""Ten thousand reports, each named question once: time, processor time and memory.

    python -m tests.bench.fleet [COUNT]

Every question runs in a process of its own, reading included; a third of the machines is watched
and has 124 programs in its report, the others are clear or half seen.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from camcheck.fleet.questions import names
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


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory(prefix="camcheck-fleet-") as name:
        size = write_fleet(Path(name), count)
        sys.stdout.write(f"{count} reports, {size / 2**20:.0f} MB\n")
        for question in names():
            _ask(question, name)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(f"most memory of any of them: {most:.0f} MB\n")
    return 0


def _ask(question: str, folder: str) -> None:
    command = [sys.executable, "-m", "camcheck", "report", "query", question, folder]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    waited = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sys.stdout.write(f"  {question:<14} {waited:6.1f} s waited, {used:6.1f} s of processor\n")


if __name__ == "__main__":
    sys.exit(main())
