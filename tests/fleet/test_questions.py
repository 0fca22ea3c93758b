"""What is planted in the made fleet stands in the first rows; what is honest does not."""

import re
from pathlib import Path

import pytest

from camcheck.fleet.add import add
from camcheck.fleet.ask import ask
from camcheck.fleet.questions import FOLDER, names, question
from camcheck.fleet.schema import TABLES
from tests.fleet.made import write
from tests.fleet.ranks import rank
from tests.fleet.troubles import HONEST, PLANTED

FIRST = 50
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Ten thousand machines, three weeks; names of personal programs are tokens, as by default."""
    folder = tmp_path_factory.mktemp("made")
    write(folder / "reports")
    add([str(folder / "reports")], into=str(folder / "fleet"))
    return str(folder / "fleet")


@pytest.mark.whole_run("ten thousand machines are made")
def test_all_that_is_planted_is_found(dataset):
    """Twelve troubles, each by its question, in the first fifty rows."""
    ranks = {why: rank(dataset, number, name) for number, (name, why) in PLANTED.items()}

    assert {} == {why: at for why, at in ranks.items() if at is None or at > FIRST}


@pytest.mark.whole_run("ten thousand machines are made")
def test_what_is_honest_is_not_among_the_first(dataset):
    """Each oddity, and all machines that are odd in the same way, in the question that would name
    them if it were simpler."""
    ranks = {why: rank(dataset, number, name) for number, (name, why) in HONEST.items()}

    assert {} == {why: at for why, at in ranks.items() if at and at <= FIRST}


@pytest.mark.whole_run("ten thousand machines are made")
@pytest.mark.parametrize("name", sorted({name for name, _ in PLANTED.values()}))
def test_each_row_has_its_reason_and_its_report(dataset, name):
    """Ranked, and with a link to the report that it is from."""
    answer = ask(name, dataset, most=FIRST)
    scores = [row[answer.columns.index("score")] for row in answer.rows]

    assert sorted(scores, reverse=True) == scores
    for row in answer.rows:
        told = dict(zip(answer.columns, row, strict=True))
        assert len(told["reason"]) > 20
        assert Path(told["file"]).exists()
    assert answer.harmless


@pytest.mark.parametrize("name", names())
def test_a_question_is_sql_that_other_engines_read(name):
    """One source: the package has the files, and docs/fleet/questions is a link to them."""
    found = question(name)

    assert found.title[0].isupper()
    assert found.harmless[0].islower() or found.harmless[0] == '"' or "camcheck" in found.harmless
    assert (DOCS / "fleet" / "questions" / f"{name}.sql").samefile(f"{FOLDER}/{name}.sql")
    assert not re.search(r"\bQUALIFY\b|\bGROUP BY ALL\b|\\", found.sql)


def test_the_schema_is_documented():
    """docs/fleet.md has each column of each table, with its type and meaning."""
    text = (DOCS / "fleet.md").read_text(encoding="utf-8")
    missing = [
        f"{table}.{column.name}"
        for table, columns in TABLES.items()
        for column in columns
        if f"| `{column.name}` | {column.type} | {column.meaning} |" not in text
    ]

    assert [] == missing
    assert [] == [name for name in names() if f"`{name}`" not in text]
