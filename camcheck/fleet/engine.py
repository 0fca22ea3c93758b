"""DuckDB, kept within bounds: memory, no network, no files but those that are meant."""

import contextlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from camcheck.errors import ReportError
from camcheck.fleet.reader import Batch
from camcheck.fleet.schema import TABLES

if TYPE_CHECKING:
    import duckdb

MEMORY = "400MB"


@contextlib.contextmanager
def connected(*, memory: str = MEMORY, spill: str = "") -> "Iterator[duckdb.DuckDBPyConnection]":
    """An engine with its data in memory, or beyond ``memory`` in the folder ``spill``.

    Raises ReportError when DuckDB is not installed, and for what it complains of: a full disk, a
    file of the data set that is damaged or may not be read, too little memory.
    """
    try:
        import duckdb
    except ModuleNotFoundError:
        raise ReportError(
            "This needs DuckDB, which is not installed: pip install 'camcheck[fleet]'."
        ) from None
    try:
        with duckdb.connect(":memory:") as connection:
            _bound(connection, memory=memory, spill=spill)
            yield connection
    except duckdb.Error as error:
        raise ReportError(f"DuckDB says: {str(error).splitlines()[0]}") from None


def _bound(connection: "duckdb.DuckDBPyConnection", *, memory: str, spill: str) -> None:
    for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
        connection.execute(f"SET {setting} = false")
    # what takes two seconds would draw a bar into the answer, also when that goes to a file
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET memory_limit = ?", [memory])
    connection.execute("SET temp_directory = ?", [spill])
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET TimeZone = 'UTC'")


def make_tables(connection: "duckdb.DuckDBPyConnection") -> None:
    """Empty tables with the columns of the schema, and each row's ``entry``."""
    for table, columns in TABLES.items():
        body = ", ".join(f'"{one.name}" {one.type}' for one in columns)
        connection.execute(f"CREATE OR REPLACE TABLE {table} (entry BIGINT, {body})")


def insert(connection: "duckdb.DuckDBPyConnection", batch: Batch) -> None:
    """The rows of ``batch`` into the tables of `make_tables`."""
    for (table, columns), text in zip(TABLES.items(), batch.texts, strict=True):
        kind = json.dumps([{"entry": "BIGINT", **{one.name: one.type for one in columns}}])
        connection.execute(
            f"INSERT INTO {table} SELECT unnest(from_json(CAST(? AS JSON), ?), recursive := true)",
            [text, kind],
        )
