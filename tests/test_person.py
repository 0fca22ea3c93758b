"""Whose light is asked for, and what becomes of the person's word."""

import pytest

from camcheck.checks.capture_without_indicator import CaptureWithoutIndicator
from camcheck.findings import Severity
from camcheck.model import CameraKind, CaptureState, IndicatorKind, IndicatorState, Trust
from camcheck.person import unread_lights, with_word
from camcheck.scan import judge, with_light
from tests.builders import (
    CAMERA,
    a_camera,
    a_capture,
    a_count,
    a_holder,
    a_snapshot,
    an_indicator,
)

ON, OFF, UNREAD = IndicatorState.ON, IndicatorState.OFF, IndicatorState.NOT_OBSERVABLE


def filming(**changes):
    return a_snapshot(
        **{
            "captures": [a_capture()],
            "holders": [a_holder()],
            "references": [a_count(1, 1)],
            "indicators": [an_indicator(UNREAD)],
            **changes,
        }
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"captures": [a_capture(CaptureState.INACTIVE)]},
        {"captures": [a_capture(CaptureState.UNDETERMINED)]},
        {"indicators": [an_indicator(ON)]},
        {"indicators": [an_indicator(OFF), an_indicator(UNREAD)]},
        {"cameras": [a_camera(kind=CameraKind.VIRTUAL)]},
        {"cameras": [a_camera(kind=CameraKind.INFRARED)]},
    ],
)
def test_nobody_is_asked_in_vain(changes):
    """What does not film needs no light, what can be read is read, and some have none to see."""
    assert () == unread_lights(filming(**changes))


@pytest.mark.parametrize(
    "indicators",
    [[], [an_indicator(UNREAD)], [an_indicator(OFF, kind=IndicatorKind.DESKTOP_ICON)]],
)
def test_a_light_that_no_program_reads_is_asked_for(indicators):
    """Also where the system tells of no light at all; an icon is no light."""
    asked = unread_lights(filming(indicators=indicators))

    assert [CAMERA] == [camera.id for camera in asked]


@pytest.mark.parametrize("state", [ON, OFF])
def test_the_word_takes_the_place_of_what_could_not_be_read(state):
    """One row for the light, by the person; what else is shown stays."""
    icon = an_indicator(OFF, kind=IndicatorKind.DESKTOP_ICON)
    snapshot = with_word(filming(indicators=[an_indicator(UNREAD), icon]), CAMERA, state)
    (light,) = [one for one in snapshot.indicators if one.kind is IndicatorKind.LED]

    assert (state, Trust.PERSON, "you") == (light.state, light.trust, light.source)
    assert icon in snapshot.indicators
    assert () == unread_lights(snapshot)


def test_a_light_that_the_person_saw_dark_is_a_finding_with_her_word():
    """Medium, and not as sure as the kernel; she is not asked to look once more."""
    report = with_light(judge(filming()), CAMERA, OFF)
    (found,) = [one for one in report.findings if one.check == CaptureWithoutIndicator.id]

    assert Severity.MEDIUM is found.severity
    assert "by your own word" in found.title
    assert "you said" in found.explanation
    assert not any("Look at the light" in step for step in found.remediation)


def test_a_light_that_the_person_saw_is_no_finding():
    """And without her word there is none either."""
    for report in (judge(filming()), with_light(judge(filming()), CAMERA, ON)):
        assert CaptureWithoutIndicator.id not in [one.check for one in report.findings]


def test_what_was_known_of_the_past_stays():
    """Her word about now says nothing of yesterday."""
    before = judge(filming())._replace(approved=("/usr/bin/caller",))

    assert before.approved == with_light(before, CAMERA, OFF).approved
