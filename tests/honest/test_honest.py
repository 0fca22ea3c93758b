"""The honest are never frightened, and who imitates them does not pass for one of them."""

import pytest

from camcheck.answer.judge import answer
from tests.honest.table import HONEST_CODES, PAGE, Side, page, rows

ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.situation[:60])
def test_the_honest_are_information_and_imitations_are_more(row):
    """Both sides of each kind; what is told on purpose says why."""
    code = answer(row.report()).exit_code

    assert (code in HONEST_CODES) is (row.side is Side.HONEST)
    assert bool(row.why) is (row.side is Side.TOLD)


def test_there_are_enough_rows_and_each_is_there_once():
    """At least sixty honest machines, each with its source."""
    honest = [row for row in ROWS if row.side is Side.HONEST]

    assert 60 <= len(honest)
    assert len(ROWS) == len({(row.part, row.situation) for row in ROWS})
    assert all(row.source for row in ROWS)


def test_the_page_is_made_from_the_rows():
    """docs/honest.md says what camcheck says today; scripts/docs writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()
