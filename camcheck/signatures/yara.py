"""YARA rules of the user, run over executables in a process of their own."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from camcheck.interpreter import own_module
from camcheck.model import Artifact, ArtifactKind, Fact, Gap, Reason

SECONDS_PER_FILE = 20
SECONDS = 900
"""For all files together; their compilation counts with it."""
MEMORY = 1 << 30
"""Bytes that the scanner may write to (setrlimit(2), RLIMIT_DATA), on systems that have that."""
_GRACE = 60  # seconds without a word: compiling, or a file and what it takes to give it up
MAX_MATCHES = 100

if TYPE_CHECKING:
    from subprocess import Popen

Progress = Callable[[int, int], None]


def yara_artifacts(
    sources: Iterable[tuple[str, str]], files: Iterable[str], *, progress: Progress
) -> tuple[tuple[Artifact, ...], tuple[Gap, ...]]:
    """Which rules match which files. ``progress`` gets how many files are done, and of how many.

    A child process does the work, so that nothing in a hostile rule or file reaches this one. It is
    ended when it says nothing for a minute, and when all of it takes too long; what it has said by
    then counts.
    """
    import json
    import subprocess

    files = sorted(set(files))
    sources = list(sources)
    request = json.dumps({"sources": sources, "files": files})
    command = own_module("camcheck.signatures.yara")
    found: list[Artifact] = []
    gaps: list[Gap] = []
    refused: list[Gap] = []
    origins = {origin for origin, _ in sources}
    with subprocess.Popen(  # noqa: S603  our own interpreter and module, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
    ) as child:
        patience = _Patience(child.kill)
        done = 0
        for line in _lines_of(child, request, patience):
            answer = json.loads(line)
            if "done" in answer:
                done = answer["done"]
                progress(done, len(files))
            elif "rule" in answer:
                found.append(
                    Artifact(
                        ArtifactKind.YARA,
                        answer["file"],
                        answer["rule"],
                        author=answer["author"],
                        origin=answer["origin"],
                    )
                )
            else:
                shelf = refused if answer["subject"] in origins else gaps
                shelf.append(_gap(answer["subject"], answer["why"]))
    if patience.ran_out:
        why = f"the scanner took too long, and {len(files) - done} of {len(files)} files were left"
        gaps.append(_gap("YARA rules", why))
    elif child.returncode != 0:
        gaps.append(_gap("YARA rules", f"the scanner stopped with code {child.returncode}"))
    return tuple(sorted(found)), (*_in_one_line(refused), *gaps)


class _Patience:
    """Ends what says nothing for too long, or takes too long in all."""

    def __init__(self, end: Callable[[], None]) -> None:
        import threading
        import time

        self.ran_out = False
        self._end, self._clock = end, time.monotonic
        self._until = self._clock() + SECONDS
        self._heard = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        while not self._over.is_set():
            left = min(_GRACE, self._until - self._clock())
            if left <= 0 or not self._heard.wait(left):
                self.ran_out = not self._over.is_set()
                self._end()
                return
            self._heard.clear()

    def heard(self) -> None:
        """It goes on."""
        self._heard.set()

    def over(self) -> None:
        """It has ended by itself."""
        self._over.set()
        self._heard.set()
        self._thread.join()


def _lines_of(child: "Popen[str]", request: str, patience: _Patience) -> Iterator[str]:
    """What the child answers to a request, line by line; a child that was ended answers no more."""
    if child.stdin is None or child.stdout is None:
        raise AssertionError("both ends were asked for")
    try:
        child.stdin.write(request)
        child.stdin.close()
        for line in child.stdout:
            patience.heard()
            if line.endswith("\n"):
                yield line
    except BrokenPipeError:
        return
    finally:
        patience.over()


def _in_one_line(refused: list[Gap]) -> list[Gap]:
    """One gap for all files of rules that cannot be used; a single one says why itself."""
    if len(refused) < 2:
        return refused
    detail = (
        f"{len(refused)} files of YARA rules cannot be used; camcheck rules check, with the same "
        "paths, lists them with the reasons."
    )
    return [Gap(Fact.SIGNATURES, "YARA rules", Reason.UNPARSED, detail)]


def _environment() -> dict[str, str]:
    wanted = ("SYSTEMROOT", "TEMP", "TMP", "PATH")
    return {name: os.environ[name] for name in wanted if name in os.environ}


def _gap(subject: str, why: str) -> Gap:
    return Gap(Fact.SIGNATURES, subject, Reason.FAILED, f"This was not compared: {why}.")


def compiled_rules(sources: Iterable[tuple[str, str]]) -> tuple[Any, list[tuple[str, str]]]:
    """The rules that compile, and (origin, reason) for those that do not. Needs yara-x.

    Includes are refused and the console module is ignored: rules read nothing and say nothing.
    """
    import yara_x

    refused = []
    usable = []
    for origin, text in sources:
        try:
            _compiler(yara_x, [(origin, text)])
            usable.append((origin, text))
        except yara_x.CompileError as error:
            refused.append((origin, str(error).splitlines()[0]))
    return _compiler(yara_x, usable).build(), refused


def _compiler(yara_x: Any, sources: Iterable[tuple[str, str]]) -> Any:
    compiler = yara_x.Compiler()
    compiler.enable_includes(False)  # noqa: FBT003  yara-x has no keyword for it
    compiler.ignore_module("console")
    for name in _ABOUT_THE_FILE:
        compiler.define_global(name, "")
    for origin, text in sources:
        compiler.new_namespace(origin)
        compiler.add_source(text, origin=origin)
    return compiler


_ABOUT_THE_FILE = ("filename", "filepath", "extension", "filetype", "owner")
"""Variables that public rules expect of whoever runs them (LOKI and THOR define these)."""
_TYPES = {b"MZ": "EXE", b"\x7fELF": "ELF", b"PK\x03\x04": "ZIP", b"%PDF": "PDF", b"Rar!": "RAR"}
_MACH_O = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def about_the_file(path: str) -> dict[str, str]:
    """The values of those variables for one file. Raises OSError."""
    # A pipe in the place of a program keeps whoever opens it waiting.
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{path} is no ordinary file")
        begins, user = file.read(4), status.st_uid
    kind = next((name for magic, name in _TYPES.items() if begins.startswith(magic)), "UNKNOWN")
    values = (
        os.path.basename(path),
        path,
        os.path.splitext(path)[1].lower(),
        "MACHO" if begins in _MACH_O else kind,
        _user_name(user),
    )
    return dict(zip(_ABOUT_THE_FILE, values, strict=True))


def _user_name(user: int) -> str:
    try:
        import pwd

        return str(pwd.getpwuid(user).pw_name)  # type: ignore[attr-defined,unused-ignore]
    except (ImportError, KeyError):
        return ""  # Windows, or a user who is no more


def _child() -> None:
    """Reads a request from standard input and answers a line of JSON for each event."""
    import json

    request = json.load(sys.stdin)
    _take_little_memory()
    try:
        import yara_x
    except ImportError:
        _say(subject="YARA rules", why="pip install 'camcheck[yara]' adds the scanner for them")
        return
    rules, refused = compiled_rules(request["sources"])
    for origin, why in refused:
        _say(subject=origin, why=why)
    scanner = yara_x.Scanner(rules)
    scanner.set_timeout(SECONDS_PER_FILE)
    scanner.max_matches_per_pattern(MAX_MATCHES)
    for number, file in enumerate(request["files"], start=1):
        try:
            for name, value in about_the_file(file).items():
                scanner.set_global(name, value)
            for match in scanner.scan_file(file).matching_rules:
                author = dict(match.metadata).get("author", "unknown author")
                _say(file=file, rule=match.identifier, author=str(author), origin=match.namespace)
        except (OSError, yara_x.ScanError, yara_x.TimeoutError) as error:
            _say(subject=file, why=str(error))
        _say(done=number)


def _take_little_memory() -> None:
    """A hostile rule or file ends the scanner, not the machine. Windows has no such limit."""
    try:
        resource: Any = import_module("resource")
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _say(**answer: object) -> None:
    import json

    print(json.dumps(answer), flush=True)  # noqa: T201  the answer to the parent process


if __name__ == "__main__":
    _child()
