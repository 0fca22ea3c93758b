"""The same questions, the same data set, two engines: DuckDB and Spark agree row by row."""

import shutil
from datetime import datetime
from decimal import Decimal

import pytest

from camcheck.fleet.add import add
from camcheck.fleet.ask import ask
from camcheck.fleet.questions import names, question
from camcheck.fleet.reader import Wanted
from camcheck.fleet.schema import TABLES
from tests.fleet.made import write

# py4j leaves its sockets to the garbage collector
pytestmark = [
    pytest.mark.whole_run("Spark starts a Java"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """The first machines of the made fleet, with all that is planted among them."""
    folder = tmp_path_factory.mktemp("spark")
    write(folder / "reports", 2030, every=29)
    add([str(folder / "reports")], into=str(folder / "fleet"), wanted=Wanted(names=True))
    return str(folder / "fleet")


@pytest.fixture(scope="module")
def spark(dataset):
    """A Spark of one process, with the data set's tables as it finds them in the folders."""
    if not shutil.which("java"):
        pytest.skip("there is no Java (Debian package openjdk-17-jre-headless)")
    pyspark = pytest.importorskip(
        "pyspark.sql", reason="pyspark is not installed (dependency group spark, 320 MB)"
    )
    session = (
        pyspark.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .getOrCreate()
    )
    for table in TABLES:
        try:
            frame = session.read.parquet(f"{dataset}/table={table}")
        except pyspark.utils.AnalysisException:  # nothing of that kind was ever seen
            columns = ", ".join(f"`{one.name}` {one.type}" for one in TABLES[table])
            columns = columns.replace("VARCHAR", "STRING").replace("TIMESTAMP", "TIMESTAMP_NTZ")
            frame = session.createDataFrame([], columns)
        frame.createOrReplaceTempView(table)
    yield session
    session.stop()


def plain(cell):
    """Engines choose their own width of numbers."""
    if isinstance(cell, Decimal):
        return int(cell)
    return cell.isoformat() if isinstance(cell, datetime) else cell


@pytest.mark.parametrize("name", names())
def test_both_engines_answer_the_same(dataset, spark, name):
    """Columns, rows and their order."""
    here = ask(name, dataset)
    there = spark.sql(question(name).sql)
    rows = [tuple(map(plain, row)) for row in there.collect()]

    assert list(here.columns) == there.columns
    assert [tuple(map(plain, row)) for row in here.rows] == rows
    assert rows
