"""Adds reports to a data set: each once, in parts that are there as a whole or not at all."""

import itertools
import json
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from camcheck.fact import NamedTuple
from camcheck.fleet.dataset import Dataset
from camcheck.fleet.engine import connected, insert, make_tables
from camcheck.fleet.files import File, count, found, plain
from camcheck.fleet.reader import Refused, Wanted, read
from camcheck.fleet.schema import TABLES

if TYPE_CHECKING:
    import duckdb

PART = 20_000  # reports that become one part
NAMED = 1000  # files that are named as no reports; the others are counted
LOOKED_UP = 100_000  # files that are looked up in the data set at once


class Added(NamedTuple):
    """How many reports were ``new``, how many files were ``known`` before or were a report that
    another file holds as well, which files are no reports, and how many ``more`` of them are not
    named.
    """

    new: int
    known: int
    refused: tuple[Refused, ...]
    more: int = 0


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
    dataset, total = Dataset(into), count(names)
    with dataset.adding():
        looked_up = _LookedUp(dataset, found(names))
        fresh = looked_up.fresh()
        refused: list[Refused] = []
        new = read_in = more = 0
        while some := list(itertools.islice(fresh, part)):
            staged = dataset.stage()
            with connected(spill=staged) as connection:
                make_tables(connection)
                for batch in read(some, wanted):
                    insert(connection, batch)
                    room = NAMED - len(refused)
                    refused += batch.refused[:room]
                    more += len(batch.refused[room:])
                    read_in += batch.files
                    progress(read_in + looked_up.known, total)
                new += _write(connection, dataset, staged)
            dataset.commit(staged)
    known = read_in + looked_up.known - new - len(refused) - more
    return Added(new, known, tuple(refused), more)


class _LookedUp:
    """Many files, looked up in the data set; ``known`` counts those that are there, so far."""

    def __init__(self, dataset: Dataset, files: Iterator[File]) -> None:
        self._dataset, self._files = dataset, files
        self.known = 0

    def fresh(self) -> Iterator[File]:
        """Those that no report in the data set is from, as they are now."""
        while some := list(itertools.islice(self._files, LOOKED_UP)):
            there = self._there(some)
            self.known += len(there)
            yield from (file for number, file in enumerate(some) if number not in there)

    def _there(self, files: list[File]) -> set[int]:
        """The numbers of those that are there."""
        if not self._dataset.has("machines"):
            return set()
        rows = ([number, plain(one.path), one.size, one.time] for number, one in enumerate(files))
        with connected() as connection:
            there = connection.execute(
                "WITH asked AS (SELECT unnest(from_json(CAST(? AS JSON), '[[\"VARCHAR\"]]')) AS f) "
                "SELECT CAST(f[1] AS BIGINT) FROM asked SEMI JOIN read_parquet(?) m "
                "ON f[2] = m.file AND CAST(f[3] AS BIGINT) = m.file_size "
                "AND CAST(f[4] AS BIGINT) = m.file_time",
                [json.dumps(list(rows)), self._dataset.files("machines")],
            ).fetchall()
        return {number for (number,) in there}


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
