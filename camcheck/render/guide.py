"""What a check means: for ``camcheck explain``, and as Markdown for docs/checks.md."""

from typing import Protocol

from camcheck.findings import Texts
from camcheck.render.lines import WIDTH, wrapped


class Explained(Protocol):
    """A check, as far as it can be explained."""

    @property
    def id(self) -> str: ...
    @property
    def texts(self) -> Texts: ...


def overview(checks: tuple[Explained, ...], *, width: int = WIDTH) -> str:
    """All checks, each with its question; beside its name where there is room, else below."""
    room = max(len(check.id) for check in checks) + 2
    lines: list[str] = []
    for check in checks:
        if width >= 2 * room:
            lines += wrapped(f"{check.id:<{room}}{check.texts.title}", hang=room, width=width)
        else:
            lines += [check.id, *wrapped(check.texts.title, indent=2, width=width)]
    lines += ["", *wrapped("camcheck explain CHECK tells more.", width=width)]
    return "\n".join(lines) + "\n"


def guide(check: Explained, *, width: int = WIDTH) -> str:
    """One check, for a terminal of ``width`` columns."""
    parts = [*wrapped(f"{check.id}: {check.texts.title}", width=width), ""]
    parts += wrapped(check.texts.meaning, width=width)
    for heading, items in _lists(check):
        parts += ["", heading]
        for item in items:
            parts += wrapped(f"- {item}", hang=2, width=width)
    return "\n".join(parts) + "\n"


def markdown(checks: tuple[Explained, ...]) -> str:
    """All checks as docs/checks.md."""
    parts = ["# What camcheck checks", ""]
    parts += [f"* [{check.id}](#{check.id}): {check.texts.title}" for check in checks]
    for check in checks:
        parts += ["", f"## {check.id}", "", f"*{check.texts.title}.*", "", check.texts.meaning]
        for heading, items in _lists(check):
            parts += ["", f"**{heading}**", "", *(f"* {item}" for item in items)]
    return "\n".join(parts) + "\n"


def _lists(check: Explained) -> list[tuple[str, tuple[str, ...]]]:
    return [
        ("Harmless causes", check.texts.harmless),
        ("What to do", check.texts.steps),
        ("For the person who helps", check.texts.technician),
    ]
