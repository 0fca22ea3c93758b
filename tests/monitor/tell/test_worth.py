"""Notifications: rarely, and never silent about what is grave."""

from datetime import timedelta

from camcheck.findings import Severity
from camcheck.model import CaptureState
from camcheck.monitor.tell.desktop import summary
from camcheck.monitor.tell.worth import QUIET, Message, Notified
from tests.monitor.build import START, a_finding, a_process, a_session

GLANCE = START + timedelta(milliseconds=20)


def tell(notified: Notified, number: int = 1, *, approved=False, at=0.0, **changes):
    return notified.message(a_session(**changes), number, approved=approved, elapsed=at)


def test_a_program_that_is_not_known_is_told_with_its_name():
    """First use asks nothing and says who."""
    message = tell(Notified(), ended=None)

    assert message is not None
    assert "zoom has opened HD Webcam" == message.title
    assert "account of erika" in message.body
    assert not message.urgent


def test_one_session_is_told_once():
    """Whatever else becomes known of it."""
    notified = Notified()
    tell(notified, ended=None)

    assert tell(notified, ended=None, capture=CaptureState.ACTIVE, at=500) is None


def test_the_same_program_is_not_told_again_within_two_minutes():
    """A program that closes and opens the camera all the time must not ring all the time."""
    notified = Notified()
    tell(notified, 1)

    assert tell(notified, 2, at=QUIET - 1) is None
    assert tell(notified, 3, at=QUIET + 1) is not None


def test_another_program_is_told_at_once():
    """Near miss: the quiet time is that program's own."""
    notified = Notified()
    tell(notified, 1)

    assert tell(notified, 2, process=a_process(exe="/tmp/spy"), at=1) is not None


def test_an_approved_program_is_quiet():
    """That is what camcheck allow is for."""
    assert tell(Notified(), approved=True) is None


def test_a_grave_finding_is_told_although_the_program_is_approved():
    """High severity is always told, and urgent."""
    message = tell(Notified(), approved=True, findings=(a_finding(),))

    assert message is not None
    assert message.urgent
    assert message.title.startswith("ALARM: Zoom ")
    assert "Where it comes from is unusual." in message.body
    assert "Cover the camera." in message.body


def test_a_grave_finding_is_told_once_and_also_after_the_plain_notification():
    """It became known later."""
    notified = Notified()
    tell(notified, ended=None)

    assert tell(notified, findings=(a_finding(),)) is not None
    assert tell(notified, findings=(a_finding(),)) is None


def test_a_light_finding_of_an_approved_program_is_quiet():
    """Near miss: medium is not high."""
    assert tell(Notified(), approved=True, findings=(a_finding(Severity.MEDIUM),)) is None


def test_a_glance_without_frames_is_kept_but_not_told():
    """Programs open every camera for a few milliseconds when they list them."""
    assert tell(Notified(), ended=GLANCE) is None


def test_a_glance_with_frames_is_told():
    """Near miss: however short, it filmed."""
    assert tell(Notified(), ended=GLANCE, capture=CaptureState.ACTIVE) is not None


def test_nobody_is_told_as_nobody():
    """A use without a program is told as what it is, with those that it may have been."""
    message = tell(Notified(), process=None, suspects=("spyd (77)",))

    assert message is not None
    assert "could not be named" in message.title
    assert "spyd (77)" in message.body


def test_many_late_notifications_become_one_with_the_gravest_first():
    """Nobody wants twenty at login."""
    message = summary([Message("a", "1"), Message("b", "2", urgent=True), Message("c", "3")])

    assert "3 uses" in message.title
    assert message.body.startswith("b. 2")
    assert message.urgent
