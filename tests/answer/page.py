"""docs/answers.md: what camcheck answers in each situation.

`python -m tests.answer.page` writes it anew, `scripts/lab --answers` what the lab plays for it.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from camcheck.answer import Answer
from camcheck.answer.card import Card, card
from camcheck.answer.judge import answer
from camcheck.render.text import render_answer
from tests.answer.situations import situations

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "answers.md"
PLAYED = Path(__file__).parent / "played.json"
"""What the lab said: name, card, numbers of words and exit code of each row."""

HEAD = """\
# What camcheck answers

One row for each situation: the card, which is the first thing in every output, its number of
words and that of the whole default output, and the exit code. The first table was played in the
lab, on a real kernel with real drivers: a program really holds the camera, and the lab knows what
it does. The second is made from facts that were built for it, because no machine here can produce
them all. Both are made by tests (`tests/lab/test_answers.py`, `tests/answer/test_page.py`), which
compare every row with what is true.
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD, "## Played in the lab", "", *_table(_played()), ""]
    lines += ["## Built from facts", "", *_table(_built()), ""]
    return "\n".join(lines)


Row = tuple[str, str, int, int, int]
"""Situation, card, words in the card, words in the default output, exit code."""


def row(name: str, given: Answer) -> Row:
    """How an answer is shown."""
    shown = card(given)
    return name, _text(shown), words(shown), len(render_answer(given).split()), given.exit_code


def words(shown: Card) -> int:
    return len(" ".join((shown.sentence, *shown.lines, shown.more)).split())


def _text(shown: Card) -> str:
    return "<br>".join((f"**{shown.sentence}**", *shown.lines))


def _built() -> Iterable[Row]:
    return [row(one.name, answer(one.report)) for one in situations()]


def _played() -> Iterable[Row]:
    rows = json.loads(PLAYED.read_text(encoding="utf-8")) if PLAYED.exists() else []
    return [tuple(one) for one in rows]


def _table(rows: Iterable[Row]) -> Iterable[str]:
    yield "| situation | card | words | all | exit |"
    yield "|---|---|---|---|---|"
    for name, text, number, every, code in rows:
        shown = text.replace("|", "\\|")
        yield f"| {name} | {shown} | {number} | {every} | {code} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
