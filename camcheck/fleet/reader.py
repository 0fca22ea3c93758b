"""Reads many reports to rows, in processes of their own where there are many."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from types import TracebackType

from camcheck.errors import ReportError
from camcheck.fact import NamedTuple
from camcheck.fleet.files import File
from camcheck.fleet.schema import TABLES

_FILES, _BYTES = 100, 8 * 2**20
"""Most that one batch holds; a single file may be larger (`camcheck.report.read.MAX_BYTES`)."""
_FEW = 300  # files for which a second process does not pay


class Wanted(NamedTuple):
    """What is kept of each report: names of personal programs, and the list of all programs."""

    names: bool = False
    processes: bool = False


class Refused(NamedTuple):
    """A file that is no report, and why."""

    path: str
    reason: str


class Batch(NamedTuple):
    """Rows of some reports: for each table a JSON array as text. Each row has its file's
    number as ``entry``, so that a report that comes twice can be taken once.
    """

    files: int
    refused: tuple[Refused, ...]
    texts: tuple[str, ...]


def read(files: Sequence[File], wanted: Wanted) -> Iterator[Batch]:
    """All ``files`` in batches, in any number of processes. What is no report is told in its batch.

    Raises ReportError when a reading process ends before its work.
    """
    batches = _batches(files)
    if len(files) < _FEW or getattr(sys, "frozen", False):
        for start, batch in batches:
            yield _read_batch(start, batch, wanted)
        return
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(_Reader(wanted)) for _ in range(_processors())]
        busy: list[_Reader] = []
        for number, (start, batch) in enumerate(batches):
            reader = readers[number % len(readers)]
            if reader in busy:
                busy.remove(reader)
                yield reader.receive()
            reader.send(start, batch)
            busy.append(reader)
        for reader in busy:
            yield reader.receive()


def _processors() -> int:
    return max(1, min(os.cpu_count() or 1, 8))


def _batches(files: Sequence[File]) -> Iterator[tuple[int, list[File]]]:
    """Parts of ``files`` with the number of their first."""
    part: list[File] = []
    size = start = 0
    for number, file in enumerate(files):
        if part and (len(part) >= _FILES or size + file.size > _BYTES):
            yield start, part
            part, size, start = [], 0, number
        part.append(file)
        size += max(file.size, 0)
    if part:
        yield start, part


def _read_batch(start: int, files: Sequence[File], wanted: Wanted) -> Batch:
    from camcheck.fleet.rows import rows
    from camcheck.report.read import read_report

    refused = []
    lines: dict[str, list[str]] = {table: [] for table in TABLES}
    for entry, file in enumerate(files, start):
        try:
            stored = read_report(file.path)
        except ReportError as error:
            refused.append(Refused(file.path, str(error)))
            continue
        made = rows(stored, file=file.path, names=wanted.names, processes=wanted.processes)
        made["machines"][0].update(file_size=file.size, file_time=file.time)
        for table, found in made.items():
            lines[table] += (json.dumps({"entry": entry, **row}) for row in found)
    texts = tuple(f"[{','.join(lines[table])}]" for table in TABLES)
    return Batch(len(files), tuple(refused), texts)


class _Reader:
    """A process that reads batches; it ends when we do, because its input ends then."""

    def __init__(self, wanted: Wanted) -> None:
        command = [sys.executable, "-P", "-m", __name__, json.dumps(wanted)]
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii"
        )

    def __enter__(self) -> "_Reader":
        return self

    def send(self, start: int, files: Sequence[File]) -> None:
        self._first = files[0].path
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps([start, files]) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._ended()

    def receive(self) -> Batch:
        assert self._process.stdout is not None
        head = self._process.stdout.readline()
        texts = tuple(self._process.stdout.readline() for _ in TABLES)
        if not texts[-1].endswith("\n"):
            self._ended()
        number, refused = json.loads(head)
        return Batch(number, tuple(Refused(*one) for one in refused), texts)

    def _ended(self) -> None:
        raise ReportError(
            f"The process that reads reports was ended, at {self._first} or a file soon after it; "
            "what was added before stays, and the same command goes on from there."
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._process.kill()
        for end in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                end.close()  # type: ignore[union-attr]  # both are pipes
        self._process.wait()


def main(arguments: Sequence[str]) -> None:
    """Answers the batches of standard input on standard output, until the input ends."""
    wanted = Wanted(*json.loads(arguments[0]))
    for line in sys.stdin:
        start, files = json.loads(line)
        batch = _read_batch(start, [File(*one) for one in files], wanted)
        head = json.dumps([batch.files, batch.refused])
        sys.stdout.write("\n".join((head, *batch.texts)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
