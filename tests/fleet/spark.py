"""A Spark of one process over a data set, for comparing its answers with DuckDB's."""

import contextlib
import importlib.util
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from camcheck.fleet.ask import ask
from camcheck.fleet.questions import question
from camcheck.fleet.schema import TABLES

SMALL = {
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "1",
    # on little data the compiling is what costs: 25 s of processor for all questions, not 58
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
LARGE = {"spark.driver.memory": "4g", "spark.sql.shuffle.partitions": "8"}

_ALWAYS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
_TYPES = {"VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ"}


class Rows(NamedTuple):
    """Names of the columns, and the rows in their order, with cells that both engines have."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def missing() -> str | None:
    """Why there is no Spark here."""
    if not shutil.which("java"):
        return "there is no Java (Debian package openjdk-17-jre-headless)"
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed (dependency group spark)"
    return None


@contextlib.contextmanager
def session(dataset: str, settings: Mapping[str, str] = SMALL) -> Iterator[Any]:
    """A session with the data set's tables as Spark finds them in the folders."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]")
    for name, value in {**_ALWAYS, **settings}.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    try:
        made.sparkContext.setLogLevel("ERROR")
        for table in TABLES:
            _found(made, dataset, table).createOrReplaceTempView(table)
        yield made
    finally:
        made.stop()


def _found(made: Any, dataset: str, table: str) -> Any:
    if Path(dataset, f"table={table}").is_dir():
        return made.read.parquet(f"{dataset}/table={table}")
    # nothing of that kind was ever seen
    columns = (f"`{one.name}` {_TYPES.get(one.type, one.type)}" for one in TABLES[table])
    return made.createDataFrame([], ", ".join(columns))


def of_spark(made: Any, name: str) -> Rows:
    """Spark's answer to the question of that name."""
    there = made.sql(_sql(name))
    return Rows(there.columns, [tuple(map(_plain, row)) for row in there.collect()])


def of_duckdb(dataset: str, name: str) -> Rows:
    here = ask(name, dataset)
    return Rows(list(here.columns), [tuple(map(_plain, row)) for row in here.rows])


def _sql(name: str) -> str:
    found = question(name)
    assert found, f"there is no question {name}"
    return found.sql


def _plain(cell: Any) -> Any:
    """Engines choose their own width of numbers."""
    if isinstance(cell, Decimal):
        return int(cell)
    return cell.isoformat() if isinstance(cell, datetime) else cell
