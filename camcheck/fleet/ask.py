"""Questions over many reports, answered by DuckDB: over a data set, or over a few files."""

import difflib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from camcheck.errors import ReportError
from camcheck.fact import NamedTuple
from camcheck.fleet.dataset import Dataset
from camcheck.fleet.engine import MEMORY, connected, insert, make_tables
from camcheck.fleet.files import count, found
from camcheck.fleet.questions import names, question
from camcheck.fleet.reader import Refused, Wanted, read
from camcheck.fleet.schema import TABLES

if TYPE_CHECKING:
    import duckdb

_UNKNOWN_TABLE = re.compile(r"Table with name (\S+) does not exist")
_UNKNOWN_COLUMN = re.compile(r'(?:column|named) "([^"]+)"', re.IGNORECASE)


class Answer(NamedTuple):
    """Names of the columns, the rows as they come, whether there are ``more``, the false alarms
    of a question with a name, and which files were no reports.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool = False
    harmless: str | None = None
    refused: tuple[Refused, ...] = ()


def ask(text: str, dataset: str, *, most: int | None = None, memory: str = MEMORY) -> Answer:
    """The answer to ``text``, a name or SQL, over the data set in the folder ``dataset``.

    At most ``most`` rows. DuckDB reads nothing but the data set, changes nothing, and keeps its
    data within ``memory``. Raises ReportError.
    """
    there = Dataset(dataset)
    with there.reading(), connected(memory=memory) as connection:
        for table in TABLES:
            connection.execute(_view(there, table))
        connection.execute("SET allowed_directories = ?", [[f"{there.path}/"]])
        return _answer(connection, text, most=most)


def ask_files(
    text: str, files: Sequence[str], *, most: int | None = None, memory: str = MEMORY
) -> Answer:
    """The same over the reports ``files``, which are read first; folders as in `found`."""
    refused: list[Refused] = []
    count(files)
    with connected(memory=memory) as connection:
        make_tables(connection)
        for batch in read(list(found(files)), Wanted(names=True, processes=True)):
            insert(connection, batch)
            refused += batch.refused
        kept = "(SELECT min(entry) FROM machines GROUP BY digest)"
        for table in (name for name in TABLES if name != "machines"):
            connection.execute(f"DELETE FROM {table} WHERE entry NOT IN {kept}")  # noqa: S608
        connection.execute(f"DELETE FROM machines WHERE entry NOT IN {kept}")  # noqa: S608
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN entry")
        return _answer(connection, text, most=most)._replace(refused=tuple(refused))


def _view(dataset: Dataset, table: str) -> str:
    """The table as it is in its files; without one, empty."""
    if dataset.has(table):
        return (
            f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{dataset.files(table)}', "  # noqa: S608
            "hive_partitioning = true, hive_types = {'day': DATE, 'table': VARCHAR})"
        )
    columns = ", ".join(f'"{one.name}" {one.type}' for one in TABLES[table])
    return f"CREATE TABLE {table} ({columns}, day DATE)"


def _answer(connection: "duckdb.DuckDBPyConnection", text: str, *, most: int | None) -> Answer:
    import duckdb

    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    asked = question(text)
    if asked is None and re.fullmatch(r"[\w-]+", text):
        raise ReportError(f"There is no question {text}.{_nearest(text, names())}")
    try:
        statements = connection.extract_statements(asked.sql if asked else text)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise ReportError("Only one SELECT can be asked, and nothing that writes or sets.")
        result = connection.execute(statements[0])
        columns = tuple(item[0] for item in result.description or ())
        rows = result.fetchall() if most is None else result.fetchmany(most + 1)
    except duckdb.Error as error:
        raise ReportError(_in_words(str(error))) from None
    more = most is not None and len(rows) > most
    return Answer(columns, rows[:most], more, asked.harmless if asked else None)


def _in_words(complaint: str) -> str:
    """DuckDB's complaint in one sentence, with the nearest name where one was wrong."""
    if wrong := _UNKNOWN_TABLE.search(complaint):
        near = _nearest(wrong[1], TABLES)
        return f"There is no table {wrong[1]}.{near or ' The tables: ' + ', '.join(TABLES) + '.'}"
    if "not found" in complaint and (wrong := _UNKNOWN_COLUMN.search(complaint)):
        columns = {one.name for columns in TABLES.values() for one in columns}
        return f"There is no column {wrong[1]}.{_nearest(wrong[1], columns)}"
    return f"DuckDB says: {complaint.splitlines()[0]}"


def _nearest(word: str, known: Any) -> str:
    found = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)
    return f" Did you mean {found[0]}?" if found else ""
