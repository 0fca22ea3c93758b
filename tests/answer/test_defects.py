"""What the first screen got wrong once, each as it was met."""

import contextlib
from datetime import timedelta

from camcheck.answer import Kind
from camcheck.answer.judge import answer
from camcheck.answer.sentences import say
from camcheck.findings import Severity
from camcheck.history.store import History
from camcheck.render import json as render_json
from camcheck.render.details import render as details
from camcheck.render.text import render
from camcheck.scan import with_past
from tests.answer.situations import FIREFOX, LIT, SPY, a_past, seen, situations, used
from tests.builders import WHEN, a_process

KNOWN = {one.name: one.report for one in situations()}


def test_a_grave_event_of_the_monitor_is_in_the_answer_until_it_is_answered_for(tmp_path):
    """A report 13 seconds after the monitor's alarm said that nothing suspicious was found."""
    spy, just_now = a_process(exe="/tmp/.x/v", name="v"), WHEN - timedelta(seconds=13)
    session = a_past(spy, Severity.HIGH)._replace(began=just_now, ended=just_now)
    with contextlib.closing(History(str(tmp_path))) as history:
        history.begin(session)
    before = answer(with_past(seen(), history=str(tmp_path)))
    with contextlib.closing(History(str(tmp_path))) as history:
        history.answer(until=WHEN)
    after = answer(with_past(seen(), history=str(tmp_path)))

    assert (Kind.ALARM, 13) == (before.kind, before.exit_code)
    assert (Kind.NOBODY, 0) == (after.kind, after.exit_code)


def test_another_persons_program_does_not_fit():
    """Root's scan said so while bob's unpackaged program filmed."""
    given = answer(KNOWN["another person's program of no package"])

    assert "fits" not in given.sentence
    assert "bob" in given.sentence
    assert 12 == given.exit_code


def test_what_could_not_be_seen_does_not_hide_that_the_camera_films():
    """An ordinary user with a program that films read only of two gaps."""
    given = answer(KNOWN["own call, asked as an ordinary user"])

    assert "filming" in given.sentence
    assert not given.complete
    assert given.missing


def test_a_light_that_nobody_can_read_is_not_said_to_fit():
    """It may have been told to stay dark, which a plain scan does not ask the camera."""
    given = answer(KNOWN["own call"])

    assert "fits" not in given.sentence
    assert say("light.expected") == given.light


def test_a_spy_that_films_is_one_story_and_the_cover_comes_first():
    """It was four things that need attention, and the cover stood under the last."""
    given = answer(KNOWN["a known spy films"])
    (story,) = [one for one in given.stories if one.matters]

    assert SPY.exe == story.file
    assert say("do.cover") == story.steps[0]
    assert 3 <= len(story.findings)


def test_a_spy_is_not_told_beside_it_that_this_is_no_sign_of_anything_bad():
    """The information finding of a program is part of its story."""
    assert "no sign of anything bad" not in details(KNOWN["a known spy films"])


def test_a_call_and_a_spy_have_two_verdicts():
    """A fleet could not tell them apart."""
    call, spy = (
        render_json.document(KNOWN[name])["verdict"] for name in ("own call", "a known spy films")
    )

    assert ("in-use", "alarm") == (call, spy)


def test_every_output_names_the_command_that_saves_a_report():
    """Whoever needs help has to send something."""
    assert [] == [name for name, report in KNOWN.items() if "camcheck report" not in render(report)]


def test_what_a_program_calls_itself_and_what_was_forced_into_it_do_not_fit():
    """Any user can name a control group, or force a library into an installed program."""
    named = a_process(exe="/home/erika/x", name="x", application="flatpak:org.mozilla.firefox")
    forced = FIREFOX._replace(preload=("/home/erika/lib/hook.so",))
    for process in (named, forced, FIREFOX._replace(tracer_pid=7)):
        assert "fits" not in answer(used(process, indicators=[LIT])).sentence

    assert "fits" in answer(used(FIREFOX, indicators=[LIT])).sentence


def test_another_persons_program_is_not_excused_by_what_it_calls_itself():
    """The same name of a control group, in another account."""
    bob = a_process(exe="/home/bob/x", name="x", user="bob", uid=1001, application="flatpak:a.b")

    assert Kind.LOOK is answer(used(bob)).kind
