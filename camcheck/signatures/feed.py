"""Rules that the user brings: found, understood or refused, each refusal with its reason."""

import os
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from camcheck.model import Fact, Gap, Reason
from camcheck.signatures.document import UnreadableError, documents, line_of
from camcheck.signatures.hashlist import known_hashes
from camcheck.signatures.pattern import SigmaError
from camcheck.signatures.rule import Expression, KnownHash, ParsedRule
from camcheck.signatures.ruleset import UserRules
from camcheck.signatures.sigma import parsed

_MAX_FILES = 10_000
_MEGABYTE = 1024 * 1024
_LIMITS = {
    ".yml": _MEGABYTE // 4,
    ".yaml": _MEGABYTE // 4,
    ".csv": 16 * _MEGABYTE,
    ".txt": 16 * _MEGABYTE,
    ".json": 4 * _MEGABYTE,
    ".stix2": 4 * _MEGABYTE,
    ".yar": 4 * _MEGABYTE,
    ".yara": 4 * _MEGABYTE,
}
"""What kinds of files are read, and how large they may be."""


class Refusal(NamedTuple):
    """A file, or a part of it, that is not used: where, and why."""

    path: str
    line: int | None
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}" if self.line else f"{self.path}: {self.why}"


def load_user_rules(paths: Iterable[str], *, elevated: bool) -> tuple[UserRules, tuple[Gap, ...]]:
    """The rules below the paths, and a gap for whatever of them is not used."""
    rules, refusals = read_feeds(paths, elevated=elevated)
    gaps = tuple(
        Gap(
            Fact.SIGNATURES,
            f"{refusal.path}:{refusal.line}" if refusal.line else refusal.path,
            Reason.UNPARSED,
            f"This rule was not used: {refusal.why}.",
        )
        for refusal in refusals
    )
    return rules, gaps


def read_feeds(paths: Iterable[str], *, elevated: bool) -> tuple[UserRules, tuple[Refusal, ...]]:
    """The rules below the paths, and what is refused. One bad rule never stops the others."""
    shelf = _Shelf()
    for path in paths:
        for file in _files(path, shelf, elevated=elevated):
            shelf.add(file)
    user = UserRules(tuple(shelf.rules), tuple(shelf.fed), tuple(shelf.hashes), tuple(shelf.yara))
    return user, tuple(shelf.refusals)


class _Shelf:
    """What has been read so far."""

    def __init__(self) -> None:
        self.rules: list[ParsedRule] = []
        self.fed: list[ParsedRule] = []
        self.hashes: list[KnownHash] = []
        self.yara: list[tuple[str, str]] = []
        self.refusals: list[Refusal] = []
        self.ids: dict[str, str] = {}

    def refuse(self, path: str, why: str, *, line: int | None = None) -> None:
        self.refusals.append(Refusal(path, line, why))

    def add(self, path: str) -> None:
        ending = os.path.splitext(path)[1].lower()
        try:
            text = _read(path, limit=_LIMITS[ending])
            match ending:
                case ".yml" | ".yaml":
                    self._add_sigma(path, text)
                case ".csv" | ".txt":
                    self.hashes += known_hashes(text, origin=path, author="unknown author")
                case ".json" | ".stix2":
                    self._add_stix(path, text)
                case _:
                    self.yara.append((path, text))
        except UnreadableError as error:
            self.refuse(path, str(error), line=error.line)

    def _add_sigma(self, path: str, text: str) -> None:
        for number, document in enumerate(documents(text)):
            if document is None:
                continue
            try:
                self._keep(parsed(document, origin=path), self.rules)
            except SigmaError as error:
                self.refuse(path, str(error), line=line_of(text, error, document=number))

    def _keep(self, rule: ParsedRule, shelf: list[ParsedRule]) -> None:
        _check_expressions(rule.rule.expression)
        other = self.ids.setdefault(rule.rule.id, rule.text.origin)
        if any(one.rule.id == rule.rule.id for one in (*self.rules, *self.fed)):
            raise SigmaError(f"another rule has the same id: {other}", "id")
        shelf.append(rule)

    def _add_stix(self, path: str, text: str) -> None:
        from camcheck.signatures.stix import read_stix

        found = read_stix(text, origin=path)
        self.hashes += found.hashes
        for rule in found.rules:
            try:
                self._keep(rule, self.fed)
            except SigmaError as error:
                self.refuse(path, str(error))
        for why in found.refusals:
            self.refuse(path, why)


def _check_expressions(expression: Expression) -> None:
    """Somebody else's regular expressions need the library that can stop them."""
    if expression[0] in ("&", "|", "!"):
        for part in expression[1:]:
            _check_expressions(part)
    elif expression[0] == "re":
        try:
            import regex
        except ImportError:
            raise SigmaError(
                "its regular expressions need a part of camcheck that is not installed "
                "(pip install 'camcheck[rules]')",
                "detection",
            ) from None
        try:
            regex.compile(expression[2], expression[3])
        except regex.error as error:
            raise SigmaError(f"regular expression does not compile: {error}", "detection") from None


def _files(path: str, shelf: _Shelf, *, elevated: bool) -> Iterator[str]:
    """The readable rule files below a path. Links are not followed; nobody else may write there."""
    start = os.path.realpath(path)
    if not os.path.lexists(start):
        shelf.refuse(path, "there is no such file or folder")
        return
    if not os.path.isdir(start):
        if os.path.splitext(start)[1].lower() not in _LIMITS:
            shelf.refuse(path, f"only files ending in {', '.join(_LIMITS)} are read")
        elif _may_be_used(start, shelf, elevated=elevated):
            yield start
        return
    count = 0
    for folder, folders, names in os.walk(start):
        if not _may_be_used(folder, shelf, elevated=elevated):
            folders.clear()
            continue
        for name in [one for one in folders if os.path.islink(os.path.join(folder, one))]:
            shelf.refuse(os.path.join(folder, name), "links are not followed")
        folders.sort()
        for name in sorted(names):
            file = os.path.join(folder, name)
            if os.path.splitext(name)[1].lower() not in _LIMITS:
                continue
            count += 1
            if count > _MAX_FILES:
                shelf.refuse(start, f"the folder has more than {_MAX_FILES:,} files")
                return
            if _may_be_used(file, shelf, elevated=elevated):
                yield file


def _may_be_used(path: str, shelf: _Shelf, *, elevated: bool) -> bool:
    try:
        status = os.lstat(path)
    except OSError as error:
        shelf.refuse(path, f"it cannot be looked at: {error.strerror}")
        return False
    if stat.S_ISLNK(status.st_mode):
        shelf.refuse(path, "links are not followed")
        return False
    if elevated and os.name == "posix" and status.st_mode & (stat.S_IWOTH | stat.S_IWGRP):
        shelf.refuse(
            path,
            "other users may write there, so an administrator's scan does not read it (chmod go-w)",
        )
        return False
    return True


def _read(path: str, *, limit: int) -> str:
    """The text of a regular file. Raises UnreadableError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableError("it is not an ordinary file")
            data = file.read(limit + 1)
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}") from None
    if len(data) > limit:
        raise UnreadableError(f"the file is larger than {limit // 1024:,} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableError("it is not text in UTF-8", line) from None
