"""What a check means: for ``camcheck explain``, and as Markdown for docs/checks.md."""

from typing import Protocol


class Explained(Protocol):
    """The texts of a check."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def harmless(self) -> tuple[str, ...]: ...
    @property
    def steps(self) -> tuple[str, ...]: ...
    @property
    def technician(self) -> tuple[str, ...]: ...


def overview(checks: tuple[Explained, ...]) -> str:
    """All checks, a line each."""
    from textwrap import fill

    width = max(len(check.id) for check in checks) + 2
    lines = [
        fill(f"{check.id:<{width}}{check.title}", 80, subsequent_indent=" " * width)
        for check in checks
    ]
    return "\n".join([*lines, "", "camcheck explain CHECK tells more."]) + "\n"


def guide(check: Explained) -> str:
    """One check, for the terminal."""
    from textwrap import fill

    parts = [fill(f"{check.id}: {check.title}", 80), "", fill(check.meaning, 80)]
    for heading, items in _lists(check):
        parts += ["", heading]
        parts += [fill(f"- {item}", 80, subsequent_indent="  ") for item in items]
    return "\n".join(parts) + "\n"


def markdown(checks: tuple[Explained, ...]) -> str:
    """All checks as docs/checks.md."""
    parts = ["# What camcheck checks", ""]
    parts += [f"* [{check.id}](#{check.id}): {check.title}" for check in checks]
    for check in checks:
        parts += ["", f"## {check.id}", "", f"*{check.title}.*", "", check.meaning]
        for heading, items in _lists(check):
            parts += ["", f"**{heading}**", "", *(f"* {item}" for item in items)]
    return "\n".join(parts) + "\n"


def _lists(check: Explained) -> list[tuple[str, tuple[str, ...]]]:
    return [
        ("Harmless causes", check.harmless),
        ("What to do", check.steps),
        ("For the person who helps", check.technician),
    ]
