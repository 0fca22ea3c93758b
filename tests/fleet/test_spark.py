"""The same questions, the same data set, two engines: DuckDB and Spark agree row by row."""

import os

import pytest

from camcheck.fleet.add import add
from camcheck.fleet.questions import names
from camcheck.fleet.reader import Wanted
from tests.fleet import spark
from tests.fleet.made import write

# py4j leaves its sockets to the garbage collector
pytestmark = [
    pytest.mark.whole_run("Spark starts a Java"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Some of the first machines of the made fleet, with all that is planted among them, and one of
    Windows with a start entry of its own: backslashes are escapes to Spark."""
    folder = tmp_path_factory.mktemp("spark")
    write(folder / "reports", 2030, every=19)
    add([str(folder / "reports")], into=str(folder / "fleet"), wanted=Wanted(names=True))
    return str(folder / "fleet")


@pytest.fixture(scope="module")
def session(dataset):
    if why := spark.missing():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    with spark.session(dataset) as made:
        yield made


@pytest.mark.parametrize("name", names())
def test_both_engines_answer_the_same(dataset, session, name):
    """Columns, rows and their order."""
    here = spark.of_duckdb(dataset, name)

    assert here == spark.of_spark(session, name)
    assert here.rows
