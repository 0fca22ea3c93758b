"""The rows of docs/honest.md, and the page: what camcheck says is computed, not written down.

A module rows_*.py beside this one has ``ROWS``: one row, one situation.
"""

import importlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from camcheck.answer.judge import answer
from camcheck.findings import Report, Severity

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs/honest.md"


class Side(StrEnum):
    """Which side a row shows."""

    HONEST = "honest"  # nothing above information
    IMITATION = "imitation"  # looks like an honest one, and is told above information
    TOLD = "told"  # is honest, and told on purpose: `Row.why` says the reason


class Row(NamedTuple):
    """A situation: where it was reported (an address, or project#number), and its report."""

    part: str
    situation: str
    source: str
    report: Callable[[], Report]
    side: Side = Side.HONEST
    why: str = ""


Proved = tuple[str, str, str, int]
"""A situation that a test of its own plays: what it is, source, what camcheck says, exit code."""
PROVED = {"windows": "Windows", "macos": "macOS", "rules": "Rules and feeds"}
"""Modules of such rows, each with its heading; test_windows.py and so on prove them."""


def rows() -> list[Row]:
    """The rows whose reports are built here."""
    return list(importlib.import_module("tests.honest.rows_linux").ROWS)


def proved() -> dict[str, tuple[Proved, ...]]:
    """The rows that tests of their own prove, by heading."""
    return {
        heading: importlib.import_module(f"tests.honest.rows_{name}").ROWS
        for name, heading in PROVED.items()
    }


HONEST_CODES = (0, 3, 10)


def says(report: Report) -> str:
    """What camcheck says: its answer, and each finding above information."""
    loud = [one.title for one in report.findings if one.severity is not Severity.INFO]
    return " ".join([answer(report).sentence, *(f"{title}." for title in dict.fromkeys(loud))])


_HEAD = """# Honest machines

What people reported of real machines, and what camcheck says of them. Each row is built or played
by a test (tests/honest; `scripts/docs` writes this page from it), and so is each imitation: the
evader who wants to pass for the honest one. No honest row is above information (exit code 0, 3 or
10), and each imitation is.

Exit codes: 0 nothing found, 3 nothing found but not everything could be looked at, 10 information
only, 11 low, 12 medium, 13 high, 14 critical.
"""
_TABLE = ("| situation | source | camcheck says | exit code |", "|---|---|---|---|")
_TITLES = {
    Side.HONEST: "Honest",
    Side.IMITATION: "Imitations",
    Side.TOLD: "Honest, and told on purpose",
}


def page() -> str:
    """docs/honest.md."""
    known = rows()
    lines = [_HEAD]
    for part in dict.fromkeys(row.part for row in known):
        lines.append(f"## {part}\n")
        for side in Side:
            mine = [row for row in known if (row.part, row.side) == (part, side)]
            lines += _section(side, mine) if mine else []
    for part, mine in proved().items():
        lines += [f"## {part}\n", *_TABLE]
        lines += [_line(name, source, said, str(code)) for name, source, said, code in mine]
        lines.append("")
    return "\n".join(lines)


def _section(side: Side, mine: list[Row]) -> list[str]:
    lines = [f"### {_TITLES[side]}\n", *_TABLE]
    for row in mine:
        report = row.report()
        why = f" ({row.why})" if row.why else ""
        code = str(answer(report).exit_code)
        lines.append(_line(f"{row.situation}{why}", row.source, says(report), code))
    return [*lines, ""]


def _line(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
