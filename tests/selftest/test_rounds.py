"""Blinded rounds, and what the witnesses did in them."""

import pytest

from camcheck.model import CaptureState, Witness
from camcheck.selftest.conclusion import result_in_words
from camcheck.selftest.course import compare, run_rounds
from camcheck.selftest.frames import PictureKind
from camcheck.selftest.rounds import ROUNDS, Answer, LightVerdict, Round, judge_rounds, plan
from tests.builders import CAMERA, a_capture

LIT, DARK, UNSURE = Answer.LIT, Answer.DARK, Answer.UNSURE


class FakeCamera:
    """Films without a camera; remembers how often."""

    def __init__(self):
        self.films = 0
        self.on = False
        self.started = 0.0
        self.kind = PictureKind.SCENE.value

    def __call__(self, node):
        return self

    def __enter__(self):
        self.films += 1
        self.on = True
        return self

    def __exit__(self, *_):
        self.on = False


@pytest.mark.parametrize(
    ("rounds", "verdict"),
    [
        ([Round(True, LIT), Round(False, DARK)], LightVerdict.FOLLOWS),
        ([Round(True, DARK), Round(False, DARK)], LightVerdict.DARK_WHILE_FILMING),
        ([Round(True, LIT), Round(False, LIT)], LightVerdict.LIT_WITHOUT_FILMING),
        ([Round(True, DARK), Round(False, LIT)], LightVerdict.UNRELATED),
        ([Round(True, LIT), Round(False, UNSURE)], LightVerdict.UNDECIDED),
        ([], LightVerdict.UNDECIDED),
    ],
)
def test_what_the_answers_say(rounds, verdict):
    """Only answers that all fit say that the light follows."""
    assert verdict is judge_rounds(rounds)


def test_a_guess_passes_once_in_32():
    """Of all ways in which five rounds can be answered, one fits each plan."""
    answers = [[LIT if bits >> n & 1 else DARK for n in range(ROUNDS)] for bits in range(32)]
    films = plan()
    fits = [judge_rounds([*map(Round, films, said)]) is LightVerdict.FOLLOWS for said in answers]

    assert 5 == len(films)
    assert (1, 32) == (sum(fits), len(fits))


def test_plans_differ():
    """Whether a round films is chance, so that nobody can know it beforehand."""
    assert 5 < len({plan() for _ in range(200)})


def test_a_light_that_follows_passes_the_session():
    """The user says what the fake light shows; each film is entered and left."""
    camera = FakeCamera()
    films = (True, False, True, True, False)
    result = run_rounds(
        CAMERA,
        "/dev/video0",
        films,
        ask=lambda _: LIT if camera.on else DARK,
        look=lambda: a_capture(CaptureState.ACTIVE if camera.on else CaptureState.INACTIVE),
        start=camera,
        settle=0.0,
    )

    assert LightVerdict.FOLLOWS is result.verdict
    assert 3 == camera.films
    assert not camera.on
    assert ("usb-alternate-setting",) == result.witnesses.changed
    assert "once in 32 times" in result_in_words(result)


def test_a_dark_light_is_told_without_alarm():
    """The words name the harmless causes and the cover."""
    camera = FakeCamera()
    result = run_rounds(
        CAMERA, "x", (True,), ask=lambda _: DARK, look=lambda: None, start=camera, settle=0.0
    )

    assert LightVerdict.DARK_WHILE_FILMING is result.verdict
    assert "use a cover" in result_in_words(result)


def witness(name, value, says=None):
    return Witness(CAMERA, name, value, "/sys/x", says)


def test_a_witness_that_does_not_change_is_told():
    """What stays as it was, or changes in some rounds only, cannot be trusted on this machine."""
    idle = a_capture(witnesses=(witness("dumb", "0"), witness("good", "0"), witness("odd", "0")))
    rounds = [
        a_capture(witnesses=(witness("dumb", "0"), witness("good", "1"), witness("odd", value)))
        for value in ("1", "0")
    ]
    report = compare(idle, rounds)

    assert ("good",) == report.changed
    assert ("dumb", "odd") == report.silent


@pytest.mark.parametrize(
    ("value", "says", "follows"),
    [("+9 in 250 ms", CaptureState.ACTIVE, True), ("+0 in 251 ms", CaptureState.INACTIVE, False)],
)
def test_a_witness_that_was_not_asked_at_rest_follows_by_its_word(value, says, follows):
    """Transfers of a sleeping camera are not counted; none while it films is no change."""
    report = compare(a_capture(witnesses=()), [a_capture(witnesses=(witness("n", value, says),))])

    assert (("n",) if follows else ()) == report.changed


def test_another_time_is_no_change():
    """The same count, taken for a millisecond longer."""
    idle, film = (a_capture(witnesses=(witness("n", f"+0 in {ms} ms"),)) for ms in (250, 251))

    assert ("n",) == compare(idle, [film]).silent


def test_without_films_no_witness_is_blamed():
    """Five rounds that by chance all stay dark say nothing of the witnesses."""
    report = compare(a_capture(), [])

    assert ((), ()) == report
