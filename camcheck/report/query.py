"""Questions over many reports at once, answered by DuckDB."""

import json
import os
import stat
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from camcheck.errors import ReportError
from camcheck.report.questions import QUESTIONS, STRUCTURE, TABLE, VIEWS

if TYPE_CHECKING:
    import duckdb

MEMORY = "1GB"
LARGEST = 64 * 1024 * 1024  # bytes of one report


class Answer(NamedTuple):
    """Names of the columns, the rows as they come, and how many files were no reports."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    skipped: int


def query(question: str, files: Sequence[str], *, memory: str = MEMORY) -> Answer:
    """The answer to ``question`` (a name of `QUESTIONS`, or SQL) over the JSON reports ``files``.

    A folder stands for the ``.json`` files in it; files that are no reports are counted. DuckDB
    reads nothing else, loads no extensions and keeps its data within ``memory``. Raises
    ReportError when it is not installed, for no report at all, and for SQL that is none.
    """
    try:
        import duckdb
    except ModuleNotFoundError:
        raise ReportError(
            "Questions need DuckDB, which is not installed: pip install 'camcheck[fleet]'."
        ) from None
    named = _paths(files)
    paths = [path for path in named if _can_be_read(path)]
    try:
        with duckdb.connect(":memory:") as connection:
            loaded = _load(connection, paths, memory=memory)
            result = connection.execute(QUESTIONS.get(question, question))
            columns = tuple(item[0] for item in result.description or ())
            return Answer(columns, result.fetchall(), len(named) - loaded)
    except duckdb.Error as error:
        raise ReportError(f"DuckDB says: {error}") from error


def _paths(files: Sequence[str]) -> list[str]:
    paths = []
    for file in files:
        if os.path.isdir(file):
            names = sorted(os.listdir(file))
            paths += [os.path.join(file, name) for name in names if _is_report(name)]
        else:
            paths.append(file)
    if not paths:
        raise ReportError("There is no .json report among the files.")
    return paths


def _is_report(name: str) -> bool:
    return name.endswith(".json") and not name.endswith(".ocsf.json")


def _can_be_read(path: str) -> bool:
    """An ordinary file of a report's size; one with marks of a pattern in it would be many."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST and not set("*?[]") & set(path)


def _load(connection: "duckdb.DuckDBPyConnection", paths: list[str], *, memory: str) -> int:
    """The views over the files, and how many reports they hold; after that the engine can reach
    neither files nor network.
    """
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET memory_limit = ?", [memory])
    connection.execute("SET preserve_insertion_order = false")
    if not paths:
        raise ReportError("None of the files can be a report.")
    connection.execute(TABLE, [json.dumps(STRUCTURE), paths])
    connection.execute(VIEWS)
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    row = connection.execute("SELECT count(*) FROM reports").fetchone()
    return int(row[0]) if row else 0
