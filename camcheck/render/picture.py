"""Where things stand in the pictures of a report; the templates draw them. Units are pixels."""

from collections.abc import Iterable
from enum import StrEnum

from camcheck.fact import NamedTuple
from camcheck.model import CaptureState, IndicatorState
from camcheck.printable import printable
from camcheck.render import view, words
from camcheck.render.kin import Relative

WIDTH = 400
TREE = 300
"""Width of a process tree, which stands beside a story."""
_LINE = 16
_ANSWER: dict[StrEnum | None, str] = {
    CaptureState.ACTIVE: "yes",
    CaptureState.INACTIVE: "no",
    IndicatorState.ON: "yes",
    IndicatorState.OFF: "no",
}


class Row(NamedTuple):
    """One party's answer: ``answer`` is yes, no or unknown; ``y`` is the row's upper edge."""

    lines: tuple[str, ...]
    answer: str
    y: int
    height: int


class Question(NamedTuple):
    text: str
    rows: tuple[Row, ...]
    y: int


class Grid(NamedTuple):
    """The cross-examination of one camera."""

    questions: tuple[Question, ...]
    height: int

    @property
    def text(self) -> str:
        """What the picture shows, for somebody who does not see it."""
        return " ".join(
            f"{question.text} "
            + "; ".join(f"{' '.join(row.lines)}: {row.answer}" for row in question.rows)
            + "."
            for question in self.questions
        )


class Box(NamedTuple):
    """One process in the tree; ``parent_y`` is where the line to its parent starts."""

    name: str
    note: str
    x: int
    y: int
    parent_y: int | None
    marked: bool


def grid(examined: view.Examined) -> Grid:
    """Who answers what about a camera: the machine, the programs, and what the user is shown."""
    flow = [
        (f"{item.name}: {item.value}", _ANSWER.get(item.says, "unknown"))
        for item in examined.witnesses
    ]
    held = [(f"{use.name} ({use.holder.pid}) {words.VIA[use.holder.via]}", "yes")
            for use in examined.uses]  # fmt: skip
    held += [
        (
            f"driver {item.driver}: {item.opened} uses, {item.accounted} of them found"
            + ("" if len(item.cameras) == 1 else ", all its cameras together"),
            "yes" if len(item.cameras) == 1 else "unknown",
        )
        for item in examined.references
        if item.opened is not None and item.opened > item.accounted
    ]
    shown = [
        (f"{words.INDICATOR[item.kind]}, {words.TRUST[item.trust]}",
         _ANSWER.get(item.state, "unknown"))
        for item in examined.indicators
    ]  # fmt: skip
    nobody = (
        ("what could be looked at", "unknown")
        if examined.unsearched
        else ("no program was seen", "no")
    )
    return _placed(
        ("Do pictures flow?", flow or [("no witness could be read", "unknown")]),
        ("Does a program hold it?", held or [nobody]),
        ("Are you shown that?", shown or [("no indicator is known", "unknown")]),
    )


def _placed(*questions: tuple[str, list[tuple[str, str]]]) -> Grid:
    placed = []
    y = 28
    for text, answers in questions:
        rows = []
        top, y = y, y + 30
        for label, answer in answers:
            lines = wrapped(label, columns=30, most=3)
            height = 12 + _LINE * len(lines)
            rows.append(Row(lines, answer, y, height))
            y += height
        placed.append(Question(text, tuple(rows), top))
        y += 10
    return Grid(tuple(placed), y)


def tree(lines: Iterable[Relative]) -> list[Box]:
    """A process tree, one box a line, children indented below their parent."""
    boxes: list[Box] = []
    open_at: list[int] = []
    for index, line in enumerate(lines):
        del open_at[line.depth :]
        y = index * 44
        process = line.process
        note = " · ".join(filter(None, (f"process {process.pid}", line.why or process.user)))
        # far descendants stay inside the picture
        x = min(line.depth, 9) * 16
        boxes.append(
            Box(
                fitted(process.name, columns=(TREE - x - 20) // 8),
                fitted(note, columns=(TREE - x - 20) // 7),
                x,
                y,
                open_at[-1] if open_at else None,
                line.why is not None,
            )
        )
        open_at.append(y)
    return boxes


def fitted(text: str, *, columns: int) -> str:
    """``text`` made visible, and cut at the end where it is wider than ``columns``."""
    shown = printable(text, limit=4 * columns)
    while _columns(shown) > columns:
        shown = shown[:-2] + "…"
    return shown


def wrapped(text: str, *, columns: int, most: int) -> tuple[str, ...]:
    """``text`` in at most ``most`` lines of ``columns``, broken at spaces where there are some."""
    from textwrap import wrap

    lines = wrap(printable(text, limit=columns * most), columns)
    if len(lines) > most:
        lines[most - 1 :] = [" ".join(lines[most - 1 :])]
    return tuple(fitted(line, columns=columns) for line in lines) or ("",)


def _columns(text: str) -> int:
    """Width in columns of a fixed-pitch font: East Asian wide characters take two."""
    from unicodedata import east_asian_width

    return len(text) + sum(east_asian_width(char) in "WF" for char in text)
