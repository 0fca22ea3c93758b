"""Runs linter, type checker and tests in parts, side by side: `scripts/test --help` tells.

As many parts run at a time as the machine has processors. What a part says is shown when it has
ended, so that nothing is mixed up. The last line of all counts the tests of all parts.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

PYTEST = ("-m", "pytest")
COVERED = ("-m", "coverage", "run", *PYTEST)

# Each collector is checked for its own system, everything else for all three. The children that
# look are made on Linux only.
SYSTEMS = {
    "linux": "collect/(windows|macos)/",
    "win32": "(collect/(linux|macos)|camcheck/bounded)/",
    "darwin": "(collect/(linux|windows)|camcheck/bounded)/",
}


class Part(NamedTuple):
    """``commands``: Python's arguments, one process after the other. ``counts``: the file in which
    pytest leaves its counts. ``live``: what it says is shown as it comes."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    counts: Path | None = None
    live: bool = False


class Ended(NamedTuple):
    """What became of a part: its exit status, what it said, how long it took."""

    part: Part
    status: int
    said: str
    seconds: float


class Counts(NamedTuple):
    """Tests by outcome. A test that passed, but could not clean up, has failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


LINTER = Part("linter", (("-m", "ruff", "check", "."), ("-m", "ruff", "format", "--check", ".")))
TYPES = Part(
    "types",
    tuple(
        (
            *("-m", "mypy", "--no-error-summary", f"--cache-dir=.mypy_cache/{system}"),
            *("--platform", system, "--exclude", others),
        )
        for system, others in SYSTEMS.items()
    ),
)


def whole_run(folder: Path, start: tuple[str, ...] = PYTEST) -> tuple[Part, ...]:
    """Everything; what takes long begins first. What is judged in guests is never covered."""
    capture = ("tests/lab/test_capture.py",)
    matrix = tuple(f"tests/lab/test_{name}.py" for name in ("matrix", "table", "answers"))
    others = ("tests/lab", *(f"--ignore={file}" for file in (*capture, *matrix)))
    return (
        LINTER,
        pytest_part("tests", folder, *start, "--ignore=tests/lab"),
        pytest_part("lab-capture", folder, *PYTEST, *capture),
        pytest_part("lab-matrix", folder, *PYTEST, *matrix),
        pytest_part("lab", folder, *PYTEST, *others),
        TYPES,
    )


def quick_run(folder: Path, arguments: list[str]) -> tuple[Part, ...]:
    """The everyday run: what `tests/conftest.py` does not leave out."""
    if arguments:  # which may name files
        chosen = pytest_part("tests", folder, *PYTEST, "--quick", *arguments)
        return LINTER, chosen._replace(live=True), TYPES
    holders = "tests/collect/linux/holders"
    parts = {
        "of-looking": (
            "tests/collect",
            f"--ignore={holders}",
            "tests/signatures",
            "tests/selftest",
        ),
        "of-holding": (holders, "tests/cli"),
        "of-telling": ("tests/monitor", "tests/report", "tests/bounded", "tests/rules"),
    }
    apart = {name for names in parts.values() for name in names if name.startswith("tests")}
    others = ("tests", *(f"--ignore={name}" for name in sorted(apart)))
    return (
        *(
            pytest_part(f"tests-{name}", folder, *PYTEST, "--quick", *names)
            for name, names in parts.items()
        ),
        pytest_part("tests", folder, *PYTEST, "--quick", *others)._replace(live=True),
        LINTER,
        TYPES,
    )


def pytest_part(name: str, folder: Path, *command: str) -> Part:
    """A part of the tests, whose counts stand in the folder afterwards."""
    counts = folder / f"{name}.xml"
    return Part(name, ((*command, f"--junit-xml={counts}"),), counts)


class Run:
    """Parts side by side, and an early end of all of them."""

    def __init__(self, parts: Iterable[Part], *, at_a_time: int) -> None:
        self._parts, self._at_a_time = list(parts), at_a_time
        self._running: set[subprocess.Popen[bytes]] = set()
        self._told: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._broken_off = False

    def ended(self) -> Iterator[Ended]:
        """Each part when it has ended."""
        with ThreadPoolExecutor(self._at_a_time) as pool:
            for future in as_completed([pool.submit(self._run, part) for part in self._parts]):
                yield future.result()

    def break_off(self, *_: object) -> None:
        """Ends what runs, and begins nothing more. The second time it is not asked any more.

        pytest ends by SIGINT as by Ctrl-C: what its tests have started is ended, too.
        """
        with self._lock:
            self._broken_off = True
            for process in self._running:
                once_more = process in self._told
                process.send_signal(signal.SIGKILL if once_more else signal.SIGINT)
                self._told.add(process)

    def _run(self, part: Part) -> Ended:
        began = time.monotonic()
        status = 0
        with tempfile.TemporaryFile() as said:
            for command in part.commands:
                process = self._start(command, None if part.live else said.fileno())
                if not process:
                    status = 1
                    break
                status = process.wait() or status
                with self._lock:
                    self._running.remove(process)
            said.seek(0)
            text = said.read().decode(errors="replace")
        return Ended(part, status, text, time.monotonic() - began)

    def _start(self, command: tuple[str, ...], said: int | None) -> subprocess.Popen[bytes] | None:
        """In a process group of its own, so that Ctrl-C comes from here, and once."""
        with self._lock:
            if self._broken_off:
                return None
            process = subprocess.Popen(
                [sys.executable, *command],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                process_group=0,
            )
            self._running.add(process)
            return process


def count(part: Part) -> Counts:
    """What pytest counted; nothing where it did not get that far."""
    if not part.counts or not part.counts.exists():
        return Counts()
    sums = [
        tuple(int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped"))
        for suite in ElementTree.parse(part.counts).getroot().iter("testsuite")
    ]
    everything, failures, errors, skipped = (sum(column) for column in zip(*sums, strict=True))
    failed = failures + errors
    return Counts(everything - failed - skipped, failed, skipped)


def left_out(part: Part) -> Counter[str]:
    """How many tests `--quick` left out, by reason."""
    told = part.counts and part.counts.with_suffix(".left-out")
    return Counter(json.loads(told.read_text())) if told and told.exists() else Counter()


def total(all_counts: Iterable[Counts]) -> Counts:
    """The sum."""
    return Counts(*(sum(column) for column in zip(*all_counts, strict=True)))


def say(text: str) -> None:
    """At once: whoever waits wants to know."""
    print(text, flush=True)


def show_one(ended: Ended) -> None:
    """What a part said, and how it ended."""
    name = ended.part.name
    if ended.said:
        say(f"\n==== {name} ====\n{ended.said.rstrip()}")
    outcome = f"failed ({ended.status})" if ended.status else "passed"  # below 0: by a signal
    say(f"==== {name}: {outcome} after {ended.seconds:.0f} s ====")


def show(parts: tuple[Part, ...], *, more: int = 0) -> int:
    """Runs the parts and shows them; the last line counts. Returns the exit status.

    ``more`` run at a time than there are processors, where a part mostly waits.
    """
    began = time.monotonic()
    everything: list[Ended] = []
    shown = 0
    run = Run(parts, at_a_time=(os.cpu_count() or 1) + more)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, run.break_off)
    for ended in run.ended():
        everything.append(ended)
        live = {part for part in parts if part.live} - {one.part for one in everything}
        if not live:  # nothing is shown in between
            for one in everything[shown:]:
                show_one(one)
            shown = len(everything)
    if any("coverage" in command for part in parts for command in part.commands):
        for words in (("combine", "-q"), ("report",)):
            subprocess.run([sys.executable, "-m", "coverage", *words], check=False)
    failed = sorted(ended.part.name for ended in everything if ended.status)
    not_run = sum((left_out(part) for part in parts), Counter[str]())
    if not_run:
        say(f"\nLeft out: {not_run.total()} tests, which the whole run has")
        for reason, number in not_run.most_common():
            say(f"{number:5} {reason}")
    say(f"\nIn {time.monotonic() - began:.0f} s; parts that failed: {', '.join(failed) or 'none'}")
    say(str(total(count(part) for part in parts)))
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """`--quick [PYTEST ARGUMENTS...]`, `--coverage`, or nothing for everything."""
    with tempfile.TemporaryDirectory() as name:
        if arguments[:1] == ["--quick"]:
            return show(quick_run(Path(name), arguments[1:]), more=2)
        if arguments != ["--coverage"]:
            return show(whole_run(Path(name)))
        subprocess.run([sys.executable, "-m", "coverage", "erase"], check=True)
        return show(whole_run(Path(name), COVERED))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
