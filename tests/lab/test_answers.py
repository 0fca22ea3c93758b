"""Every sentence on top is true of what the lab knows."""

from collections.abc import Callable
from typing import Any

import pytest

from camcheck.answer import Doing, Kind
from camcheck.answer.card import card
from tests.answer.page import words

from .answers import answer_of
from .test_matrix import cells, view
from .ways import WAYS

WIDE = ("root", "confined")  # viewers who may look into every program


@pytest.mark.parametrize(("kernel", "name", "viewer"), cells(holding=True))
def test_a_film_is_in_the_sentence(
    lab: Callable[..., Any], kernel: str, name: str, viewer: str
) -> None:
    """While the webcam streams, nobody is told that nobody uses it; the card is short."""
    row, seen = view(kernel, name, viewer)
    given = answer_of(seen["report"])

    assert 60 >= words(card(given))
    assert given.complete is not bool(seen["report"]["gaps"])
    if viewer in WIDE and WAYS[name].node != "vivid":
        assert Kind.NOBODY is not given.kind
    if row["streaming"]:
        assert Kind.NOBODY is not given.kind
        assert any(story.doing is Doing.FILMS for story in given.stories)
        assert "film" in given.sentence or "sees what" in given.sentence
    if "everything fits" in given.sentence:
        assert given.complete and given.stories[0].known


@pytest.mark.parametrize(("kernel", "name", "viewer"), cells(holding=False))
def test_what_is_harmless_is_no_alarm(
    lab: Callable[..., Any], kernel: str, name: str, viewer: str
) -> None:
    """Nobody is frightened by what does not use the camera."""
    _, seen = view(kernel, name, viewer)

    assert answer_of(seen["report"]).kind in (Kind.NOBODY, Kind.IN_USE)
