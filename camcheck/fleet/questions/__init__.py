"""Questions with a name: each is a file of SQL beside this one, for DuckDB, Spark and others."""

import os

from camcheck.fact import NamedTuple

FOLDER = os.path.dirname(__file__)


class Question(NamedTuple):
    """``title`` and ``harmless`` (its false alarms) are the first two comments of its file."""

    title: str
    harmless: str
    sql: str


def names() -> list[str]:
    """The names, sorted."""
    return sorted(name[:-4] for name in os.listdir(FOLDER) if name.endswith(".sql"))


def question(name: str) -> Question | None:
    """The question of that name; None when there is none."""
    if name not in names():
        return None
    with open(os.path.join(FOLDER, f"{name}.sql"), encoding="utf-8") as file:
        text = file.read()
    title, harmless = text.splitlines()[:2]
    return Question(title.removeprefix("-- "), harmless.removeprefix("-- Harmless: "), text)
