"""Rules that the user brings: found, understood or refused, each refusal with its reason."""

import os
from collections.abc import Iterable
from typing import Any

from camcheck.fact import NamedTuple
from camcheck.model import Fact, Gap, Reason
from camcheck.signatures.document import UnreadableError, documents, line_of
from camcheck.signatures.files import opened, rule_files, text_of
from camcheck.signatures.lists import read_list
from camcheck.signatures.pattern import SigmaError
from camcheck.signatures.rule import Expression, KnownHash, KnownHost, ParsedRule
from camcheck.signatures.ruleset import UserRules
from camcheck.signatures.sigma import companion_of, parsed

_MEGABYTE = 1024 * 1024
_LIMITS = {
    ".yml": _MEGABYTE // 4,
    ".yaml": _MEGABYTE // 4,
    ".csv": 16 * _MEGABYTE,
    ".txt": 16 * _MEGABYTE,
    ".json": 64 * _MEGABYTE,
    ".stix2": 64 * _MEGABYTE,
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
        return f"{self.place}: {self.why}"

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


def load_user_rules(paths: Iterable[str], *, elevated: bool) -> tuple[UserRules, tuple[Gap, ...]]:
    """The rules below the paths, and a gap where some of them are not used."""
    paths = tuple(paths)
    rules, refusals = read_feeds(paths, elevated=elevated)
    if not refusals:
        return rules, ()
    if len(refusals) == 1:
        place, detail = refusals[0].place, f"This rule was not used: {refusals[0].why}."
    else:
        used = sum(map(len, rules))
        place = ", ".join(paths)
        detail = (
            f"{len(refusals):,} parts of your rules cannot be used, {used:,} are. "
            f"The command camcheck rules check {' '.join(paths)} lists them with the reasons."
        )
    return rules, (Gap(Fact.SIGNATURES, place, Reason.UNPARSED, detail),)


def read_feeds(paths: Iterable[str], *, elevated: bool) -> tuple[UserRules, tuple[Refusal, ...]]:
    """The rules below the paths, and what is refused. One bad rule never stops the others."""
    shelf = _Shelf()
    for path in paths:
        for file in rule_files(path, _LIMITS, elevated=elevated, refuse=shelf.refuse):
            shelf.add(file)
    shelf.take_out_the_incomplete()
    user = UserRules(
        tuple(shelf.rules),
        tuple(shelf.fed),
        tuple(shelf.hashes),
        tuple(shelf.yara),
        tuple(shelf.hosts),
    )
    return user, tuple(shelf.refusals)


class _Shelf:
    """What has been read so far."""

    def __init__(self) -> None:
        self.rules: list[ParsedRule] = []
        self.fed: list[ParsedRule] = []
        self.hashes: list[KnownHash] = []
        self.hosts: list[KnownHost] = []
        self.yara: list[tuple[str, str]] = []
        self.refusals: list[Refusal] = []
        self.ids: dict[str, str] = {}
        self.called: dict[str, set[str]] = {}
        self.half: dict[str, str] = {}

    def refuse(self, path: str, why: str, line: int | None = None) -> None:
        self.refusals.append(Refusal(path, line, why))

    def add(self, path: str) -> None:
        ending = os.path.splitext(path)[1].lower()
        try:
            match ending:
                case ".yml" | ".yaml":
                    self._add_sigma(path, text_of(path, limit=_LIMITS[ending]))
                case ".csv" | ".txt":
                    self._add_list(path, text_of(path, limit=_LIMITS[ending]))
                case ".json" | ".stix2":
                    self._add_stix(path, limit=_LIMITS[ending])
                case _:
                    self.yara.append((path, text_of(path, limit=_LIMITS[ending])))
        except UnreadableError as error:
            self.refuse(path, str(error), error.line)

    def take_out_the_incomplete(self) -> None:
        """Without the correlation or filter that was refused, a rule says what nobody meant."""
        for name, kind in self.half.items():
            lost = {name, *self.called.get(name, ())}
            for rule in [one for one in self.rules if one.rule.id in lost]:
                self.rules.remove(rule)
                why = f"{rule.text.title!r} belongs to a {kind} that is not used"
                self.refuse(rule.text.origin, why)

    def _add_sigma(self, path: str, text: str) -> None:
        for number, document in enumerate(documents(text)):
            if document is None:
                continue
            companion = companion_of(document)
            if companion and not companion.beside:
                self.half.update(dict.fromkeys(companion.rules, companion.kind))
            try:
                self._keep(parsed(document, origin=path), self.rules, document)
            except SigmaError as error:
                self.refuse(path, str(error), line_of(text, error, document=number))

    def _keep(
        self, rule: ParsedRule, shelf: list[ParsedRule], document: dict[str, Any] | None = None
    ) -> None:
        _check_expressions(rule.rule.expression)
        if rule.rule.id in self.ids:
            raise SigmaError(f"another rule has the same id: {self.ids[rule.rule.id]}", "id")
        self.ids[rule.rule.id] = rule.text.origin
        name = (document or {}).get("name")
        if isinstance(name, str):
            self.called.setdefault(name, set()).add(rule.rule.id)
        shelf.append(rule)

    def _add_list(self, path: str, text: str) -> None:
        found = read_list(text, origin=path)
        self.hashes += found.hashes
        self.hosts += found.hosts
        for line, why in found.refusals:
            self.refuse(path, why, line)

    def _add_stix(self, path: str, *, limit: int) -> None:
        from camcheck.signatures.stix import read_stix

        with opened(path, limit=limit) as file:
            found = read_stix(file, origin=path)
        self.hashes += found.hashes
        self.hosts += found.hosts
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
