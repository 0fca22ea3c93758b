"""The rules that come with camcheck, compiled to constants that load without YAML or JSON.

``linux.py``, ``windows.py``, ``macos.py`` and ``text.py`` beside this file are written by
`camcheck.signatures.build` when the package is built. In a checkout whose ``rules/`` are newer,
they are compiled anew when they are first needed.
"""

import os
from functools import cache

from camcheck.signatures.compiled import Compiled, thawed
from camcheck.signatures.field import PRODUCTS
from camcheck.signatures.rule import RuleText
from camcheck.typed import Any

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))


def rules(product: str) -> Compiled:
    """The built-in rules for linux, windows or macos."""
    return thawed(_constants(product)["RULES"])


def version(product: str) -> str:
    """A short digest of all built-in rules, the same wherever they were built."""
    return str(_constants(product)["VERSION"])


@cache
def texts() -> dict[str, RuleText]:
    """What the built-in rules say to a reader, by rule id."""
    return {one[0]: RuleText(*one) for one in _constants("text")["TEXTS"]}


def hash_count() -> int:
    """How many published hashes are known, for all systems together."""
    return len({one.sha256 for product in PRODUCTS for one in rules(product).hashes})


def coverage() -> str:
    """The ATT&CK T1125 coverage table, as JSON text."""
    return str(_constants("text")["COVERAGE"])


@cache
def _constants(name: str) -> dict[str, Any]:
    sources = os.path.join(CHECKOUT, "rules")
    if os.path.exists(os.path.join(sources, "coverage", "t1125.json")) and _is_stale(name, sources):
        from camcheck.signatures.build import build, keep

        modules = build(sources)
        keep(modules, HERE)
        return modules[name]
    return vars(__import__(f"{__name__}.{name}", fromlist=["VERSION"]))  # importlib costs 0.4 ms


def _is_stale(name: str, sources: str) -> bool:
    """Whether a rule changed after the constants were written. A folder's time shows removals."""
    try:
        written = os.stat(os.path.join(HERE, f"{name}.py")).st_mtime_ns
    except FileNotFoundError:
        return True
    return any(
        os.stat(os.path.join(folder, entry)).st_mtime_ns > written
        for folder, _, files in os.walk(sources)
        for entry in (*files, ".")
    )
