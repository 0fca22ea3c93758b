"""From the rules folder to constants: used when the package is built and in a stale checkout."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from typing import Any

from camcheck.errors import CamcheckError
from camcheck.privilege import own_uid
from camcheck.signatures.compiled import compiled
from camcheck.signatures.document import UnreadableError, documents, line_of
from camcheck.signatures.field import PRODUCTS
from camcheck.signatures.hashlist import known_hashes
from camcheck.signatures.pattern import SigmaError
from camcheck.signatures.rule import KnownHash, ParsedRule
from camcheck.signatures.sigma import parsed

Modules = dict[str, dict[str, Any]]


class BrokenRuleError(CamcheckError):
    """A built-in rule that cannot be compiled; a package must not be built from it."""


def read_rules(folder: str) -> list[ParsedRule]:
    """All rules below a folder, by path. Raises `BrokenRuleError` at the first that is wrong."""
    rules = []
    for path in _files(folder, ".yml"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        origin = os.path.relpath(path, folder).replace(os.sep, "/")
        for number, document in enumerate(documents(text)):
            try:
                rules.append(parsed(document, origin=origin))
            except SigmaError as error:
                line = line_of(text, error, document=number)
                raise BrokenRuleError(f"{path}:{line}: {error}") from None
    return rules


def read_hashes(folder: str) -> list[KnownHash]:
    """All hash lists below a folder. Raises `BrokenRuleError` for a line that is wrong."""
    hashes = []
    for path in _files(os.path.join(folder, "hashes"), ".csv"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        try:
            origin = os.path.relpath(path, folder).replace(os.sep, "/")
            hashes += known_hashes(text, origin=origin, author="camcheck contributors")
        except UnreadableError as error:
            raise BrokenRuleError(f"{path}:{error.line}: {error}") from None
    return hashes


def _files(folder: str, ending: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.endswith(ending):
                yield os.path.join(place, name)


def build(folder: str) -> Modules:
    """The constants of each module that `camcheck.signatures.builtin` reads."""
    rules, hashes = read_rules(folder), read_hashes(folder)
    with open(os.path.join(folder, "coverage", "t1125.json"), encoding="utf-8") as file:
        coverage = file.read()
    modules: Modules = {
        product: {"RULES": _plain(compiled(rules, hashes, product=product))} for product in PRODUCTS
    }
    texts = _plain(tuple(rule.text for rule in rules))
    digest = hashlib.sha256(repr((modules, texts)).encode()).hexdigest()[:12]
    for constants in modules.values():
        constants["VERSION"] = digest
    modules["text"] = {"TEXTS": texts, "COVERAGE": coverage}
    return modules


def _plain(value: Any) -> Any:
    """Named tuples as bare tuples, so that Python stores the whole as one constant."""
    return tuple(_plain(one) for one in value) if isinstance(value, tuple) else value


def keep(modules: Modules, folder: str) -> None:
    """Write the constants where this user may; elsewhere they are compiled again next time.

    Root does not write into a folder of somebody else's, who could have put links there.
    """
    if own_uid() not in (None, os.stat(folder).st_uid):
        return
    for name, constants in modules.items():
        path = os.path.join(folder, f"{name}.py")
        temporary = f"{path}.{os.getpid()}"
        try:
            with open(temporary, "x", encoding="utf-8") as file:
                file.writelines(_source(constants.items()))
            os.replace(temporary, path)
        except OSError:
            return


def _source(constants: Iterable[tuple[str, Any]]) -> Iterator[str]:
    yield '"""Compiled from rules/ by camcheck.signatures.build; edit those instead."""\n\n'
    for name, value in constants:
        yield f"{name} = {value!r}\n"
