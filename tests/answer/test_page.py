"""The page of answers says what is true, in few words."""

import pytest

from camcheck.answer import Doing, Kind
from camcheck.answer.card import card
from camcheck.answer.judge import answer
from camcheck.model import CaptureState
from camcheck.render.text import render
from tests.answer.page import PAGE, page, words
from tests.answer.situations import situations

ALL = list(situations())
each = pytest.mark.parametrize("situation", ALL, ids=lambda one: one.name)
MOST = {Kind.NOBODY: 60, Kind.IN_USE: 130, Kind.LOOK: 220, Kind.ALARM: 220}


def test_the_page_is_made_from_the_situations():
    """`python -m tests.answer.page` writes it anew."""
    assert page() == PAGE.read_text(encoding="utf-8")


@each
def test_a_card_has_at_most_sixty_words(situation):
    """What a frightened person reads in two seconds."""
    given = answer(situation.report)

    assert 60 >= words(card(given))
    assert MOST[given.kind] >= len(render(situation.report).split())


@each
def test_nobody_is_said_of_nobody_only(situation):
    """A camera that films is in the sentence, whoever asks, and fitting is said of what fits."""
    report, given = situation.report, answer(situation.report)
    films = any(one.state is CaptureState.ACTIVE for one in report.snapshot.captures)

    assert films == any(story.doing is Doing.FILMS for story in given.stories)
    if films:
        assert Kind.NOBODY is not given.kind
        assert any(word in given.sentence for word in ("film", "sees what"))
    if "everything fits" in given.sentence:
        assert given.complete
        assert given.stories[0].known
        assert Kind.IN_USE is given.kind


@each
def test_not_filming_is_said_of_what_was_seen_not_to_film(situation):
    """Having a camera open, and no witness of whether it films, is not the same."""
    report, given = situation.report, answer(situation.report)
    idle = {one.camera for one in report.snapshot.captures if one.state is CaptureState.INACTIVE}

    if "not film" in given.sentence:
        assert idle.issuperset(given.stories[0].cameras)


@each
def test_the_sentence_and_the_code_say_the_same(situation):
    """Exit codes are those of the documentation, for the past as well."""
    given = answer(situation.report)
    worst = max((story.severity.rank for story in given.stories), default=0)

    assert (given.kind in (Kind.LOOK, Kind.ALARM)) == (given.exit_code > 10)
    assert given.exit_code == 10 + worst or worst == 0
    assert given.complete or 0 != given.exit_code
