"""Adds reports to a data set: each once, in parts that are there as a whole or not at all."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from camcheck.fleet.dataset import Dataset
from camcheck.fleet.engine import connected, insert, make_tables
from camcheck.fleet.files import File, found
from camcheck.fleet.reader import Refused, Wanted, read
from camcheck.fleet.schema import TABLES

if TYPE_CHECKING:
    import duckdb

PART = 20_000  # reports that become one part


class Added(NamedTuple):
    """How many reports were ``new``, how many files were known before or were a report that
    another file holds as well, and which files are no reports.
    """

    new: int
    known: int
    refused: tuple[Refused, ...]


def add(
    names: Sequence[str],
    *,
    into: str,
    wanted: Wanted = Wanted(),
    part: int = PART,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Added:
    """Adds the reports among the files and folders ``names`` to the data set ``into``.

    Files that were added before and have not changed since are not read again, so a run that was
    interrupted goes on where it was. ``progress`` is told how many files of how many are done.
    Raises ReportError.
    """
    dataset, files = Dataset(into), found(names)
    with dataset.adding():
        with connected() as connection:
            fresh = _not_yet_added(connection, dataset, files)
        refused: list[Refused] = []
        new, done = 0, len(files) - len(fresh)
        progress(done, len(files))
        for start in range(0, len(fresh), part):
            some = fresh[start : start + part]
            staged = dataset.stage()
            with connected(spill=staged) as connection:
                make_tables(connection)
                for batch in read(some, wanted):
                    insert(connection, batch)
                    refused += batch.refused
                    done += batch.files
                    progress(done, len(files))
                new += _write(connection, dataset, staged)
            dataset.commit(staged)
    return Added(new, len(files) - new - len(refused), tuple(refused))


def _not_yet_added(
    connection: "duckdb.DuckDBPyConnection", dataset: Dataset, files: list[File]
) -> list[File]:
    """Those files that no report in the data set is from, as they are now."""
    if not dataset.has("machines"):
        return files
    there = connection.execute(
        "SELECT file, file_size, file_time FROM read_parquet(?)", [dataset.files("machines")]
    )
    # hashes, because a million paths would not fit; they are seeded anew in each process
    known = set()
    wanted = {hash(file) for file in files}
    while rows := there.fetchmany(10_000):
        known |= {number for row in rows if (number := hash(File(*row))) in wanted}
    return [file for file in files if hash(file) not in known]


def _write(connection: "duckdb.DuckDBPyConnection", dataset: Dataset, folder: str) -> int:
    """The tables as files in ``folder``, without reports that are there; returns how many."""
    connection.execute(
        "CREATE TABLE kept AS SELECT min(entry) AS entry FROM machines GROUP BY digest"
    )
    days = connection.execute(
        "SELECT DISTINCT CAST(CAST(started_at AS DATE) AS VARCHAR) FROM machines"
    ).fetchall()
    for (day,) in days:
        if dataset.has("machines", day=day):
            connection.execute(
                "DELETE FROM kept WHERE entry IN (SELECT entry FROM machines WHERE digest IN "
                "(SELECT digest FROM read_parquet(?)))",
                [dataset.files("machines", day=day)],
            )
    name = os.path.basename(folder)
    for table in TABLES:
        connection.execute(
            f"COPY (SELECT * EXCLUDE entry, CAST(started_at AS DATE) AS day FROM {table} "  # noqa: S608  names of our own
            f"WHERE entry IN (SELECT entry FROM kept) ORDER BY day, host) "
            f"TO '{folder}/table={table}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day), "
            f"FILENAME_PATTERN '{name}-{{i}}')"
        )
    row = connection.execute("SELECT count(*) FROM kept").fetchone()
    return int(row[0]) if row else 0
