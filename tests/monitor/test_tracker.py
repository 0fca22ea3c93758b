"""Sessions of use, from events and looks."""

import pytest

from camcheck.findings import Report, Severity, Subject
from camcheck.model import (
    Capture,
    CaptureState,
    DriverReferences,
    ExeState,
    Presence,
    Process,
    Snapshot,
)
from camcheck.monitor.clock import Missed
from camcheck.monitor.tracker import LINGER, Tracker
from camcheck.scan import judge

from .build import CAM, a_finding, a_process, a_snapshot, at, closed, opened


def a_tracker() -> Tracker:
    tracker = Tracker(at(0).elapsed)
    tracker.name_cameras(a_snapshot())
    return tracker


def look(tracker: Tracker, snapshot: Snapshot, seconds: float, **changes: object) -> Report:
    report = judge(tracker.recent(snapshot))._replace(**changes)
    tracker.looked(report, began=at(seconds), now=at(seconds))
    return report


def test_an_opening_begins_a_session_with_its_process():
    """The event alone is enough: no look is needed to know who and since when."""
    use = a_tracker().sighted(opened(a_process()), at(1))

    assert use is not None
    assert (CAM, "HD Webcam", a_process()) == (
        use.session.camera,
        use.session.camera_name,
        use.session.process,
    )
    assert at(1).wall == use.session.began
    assert use.session.ended is None


def test_a_close_alone_begins_nothing():
    """The end of a use that began before the monitor, and that no look has seen, is no use."""
    assert a_tracker().sighted(closed(a_process()), at(1)) is None


def test_the_end_is_the_moment_of_the_close_not_of_the_check():
    """A check comes a quarter of a second later; the session ends when the camera was closed."""
    tracker = a_tracker()
    use = tracker.sighted(opened(a_process()), at(1))
    tracker.left(closed(a_process()), at(1.002))
    tracker.checked(CAM, frozenset(), at(1.25))

    assert use is not None
    assert at(1.002).wall == use.session.ended


def test_who_is_still_holding_goes_on():
    """A close can be one of several openings of the same program."""
    tracker = a_tracker()
    use = tracker.sighted(opened(a_process()), at(1))
    tracker.left(closed(a_process()), at(2))
    tracker.checked(CAM, frozenset({4242}), at(2.25))

    assert use is not None
    assert use.session.ended is None


def test_a_program_that_comes_back_within_seconds_goes_on_with_its_session():
    """Programs open and close a camera several times when they start: that is one use."""
    tracker = a_tracker()
    first = tracker.sighted(opened(a_process()), at(1))
    tracker.checked(CAM, frozenset(), at(2))
    second = tracker.sighted(opened(a_process()), at(2 + LINGER - 1))

    assert first is second
    assert second is not None
    assert second.session.ended is None
    assert 2 == second.session.openings


def test_a_program_that_comes_back_later_begins_another_session():
    """After the linger the session is finished and forgotten."""
    tracker = a_tracker()
    first = tracker.sighted(opened(a_process()), at(1))
    tracker.checked(CAM, frozenset(), at(2))

    assert [first] == list(tracker.finished(at(2 + LINGER)))
    assert first is not tracker.sighted(opened(a_process()), at(20))


def test_two_programs_are_two_sessions_and_two_processes_of_one_program_are_one():
    """What a person calls a program is its executable, not its processes."""
    tracker = a_tracker()
    tracker.sighted(opened(a_process(1)), at(1))
    tracker.sighted(opened(a_process(2)), at(1))
    tracker.sighted(opened(a_process(3, exe="/usr/bin/other")), at(1))

    assert [2, 1] == [use.session.processes for use in tracker.uses.values()]


def test_two_scripts_of_one_interpreter_are_two_programs():
    """The interpreter is not the program."""
    tracker = a_tracker()
    for script in ("a.py", "b.py"):
        python = a_process(exe="/usr/bin/python3.11", cmdline=("python3", script))
        tracker.sighted(opened(python), at(1))

    assert 2 == len(tracker.uses)


def test_an_opening_without_a_name_gets_the_name_that_the_look_finds():
    """An ordinary user's events name nobody; a look a moment later does, and it is one use."""
    tracker = a_tracker()
    use = tracker.sighted(opened(None), at(1))
    look(tracker, a_snapshot(a_process()), 1.2)

    assert use is not None
    assert [use] == list(tracker.uses.values())
    assert a_process() == use.session.process
    assert at(1).wall == use.session.began


def test_a_later_program_does_not_inherit_an_opening_without_a_name():
    """Near miss: who is found long after the event need not be who caused it."""
    tracker = a_tracker()
    use = tracker.sighted(opened(None), at(1))
    look(tracker, a_snapshot(a_process()), 30)

    assert use is not None
    assert use.session.process is None
    assert 2 == len(tracker.uses)


def test_a_holder_that_no_event_told_of_begins_a_session():
    """A use that began before the monitor, or through a node made elsewhere."""
    tracker = a_tracker()
    look(tracker, a_snapshot(a_process()), 1)

    assert [("fd",)] == [use.session.ways for use in tracker.uses.values()]


def test_the_look_ends_what_it_does_not_find_unless_it_began_meanwhile():
    """An opening after the look began cannot be in it."""
    tracker = a_tracker()
    old = tracker.sighted(opened(a_process()), at(1))
    new = tracker.sighted(opened(a_process(7, exe="/usr/bin/new")), at(5.5))
    tracker.looked(judge(a_snapshot()), began=at(5), now=at(6))

    assert old is not None
    assert new is not None
    assert old.session.ended is not None
    assert new.session.ended is None


def test_a_driver_that_counts_more_than_was_found_is_a_session_of_nobody():
    """Somebody hidden uses the camera: that is a session with a finding, too."""
    counted = DriverReferences("uvcvideo", (CAM,), 1, 0, measured=True)
    tracker = a_tracker()
    look(tracker, a_snapshot(references=(counted,)), 1)
    (use,) = tracker.uses.values()

    assert use.session.process is None
    assert ["unattributed-holder"] == [finding.check for finding in use.session.findings]


def test_a_brief_opening_is_judged_by_the_same_checks():
    """The process had ended before the look; what is odd about it is found all the same."""
    tracker = a_tracker()
    use = tracker.sighted(opened(a_process(exe_state=ExeState.MEMORY)), at(1))
    tracker.checked(CAM, frozenset(), at(1.1))
    look(tracker, a_snapshot(), 1.2)

    assert use is not None
    assert "suspicious-holder" in [finding.check for finding in use.session.findings]
    assert Severity.HIGH is use.session.worst


@pytest.mark.parametrize(
    "other",
    [
        Subject((CAM,), ("/opt/zoom/zoom2",)),
        Subject((CAM,), ("/opt/zoom/zoo",)),
        Subject((f"{CAM}0",)),
        Subject((f"{CAM}0",), ("/opt/zoom/zoom",)),
        Subject(place=CAM),
    ],
)
def test_what_only_begins_alike_is_another(other):
    """python3.11 is not python3, and camera 10 is not camera 1: subjects are records, not texts."""
    tracker = a_tracker()
    use = tracker.sighted(opened(a_process()), at(1))
    look(tracker, a_snapshot(a_process()), 1.2, findings=(a_finding(subject=other),))

    assert use is not None
    assert () == use.session.findings


def test_what_is_about_the_camera_alone_is_about_its_user():
    """Of a light that stays dark the one who films is told."""
    tracker = a_tracker()
    use = tracker.sighted(opened(a_process()), at(1))
    look(tracker, a_snapshot(a_process()), 1.2, findings=(a_finding(subject=Subject((CAM,))),))

    assert use is not None
    assert 1 == len(use.session.findings)


def test_findings_about_others_are_not_put_on_this_session():
    """Another program on the same camera has its own session and its own findings."""
    tracker = a_tracker()
    use = tracker.sighted(opened(a_process()), at(1))
    other = a_finding(subject=Subject((CAM,), ("/usr/bin/other",)))
    look(tracker, a_snapshot(a_process()), 1.2, findings=(other,))

    assert use is not None
    assert () == use.session.findings


def test_frames_that_flowed_once_have_flowed():
    """A later look at rest does not take back what was seen."""
    tracker = a_tracker()
    use = tracker.sighted(opened(a_process()), at(1))
    for seconds, state in ((2, CaptureState.ACTIVE), (3, CaptureState.INACTIVE)):
        captures = (Capture(CAM, state, "Witnesses."),)
        look(tracker, a_snapshot(a_process(), captures=captures), seconds)

    assert use is not None
    assert CaptureState.ACTIVE is use.session.capture


def test_use_behind_a_locked_screen_is_marked_and_a_finding():
    """The session says so, and the check judges it."""
    tracker = a_tracker()
    use = tracker.sighted(opened(a_process()), at(1))
    locked = Presence("erika", locked=True, idle=False, lid_closed=None, source="logind")
    look(tracker, a_snapshot(a_process(), presence=(locked,)), 2)

    assert use is not None
    assert ("screen locked",) == use.session.away
    assert "use-while-away" in [finding.check for finding in use.session.findings]


def test_a_storm_of_programs_is_kept_in_bounds():
    """A hundred programs at once are told apart; of more, one session says that there were more."""
    tracker = a_tracker()
    for number in range(1000):
        tracker.sighted(opened(a_process(number + 10, exe=f"/tmp/x{number}")), at(1))

    assert 101 == len(tracker.uses)
    assert any("More programs" in (use.session.note or "") for use in tracker.uses.values())


def test_a_session_of_the_run_before_is_found_although_the_clock_moved():
    """Start times of processes move with the clock of the machine, by less than two seconds."""
    tracker = a_tracker()
    before = a_tracker().sighted(opened(a_process()), at(1))
    assert before is not None
    moved = a_process(started=at(-59).wall)
    look(tracker, a_snapshot(moved), 100)

    assert tracker.find(before.session) is not None


def test_another_process_with_the_number_of_an_old_one_is_not_taken_for_it():
    """Near miss: the number was used again."""
    tracker = a_tracker()
    before = a_tracker().sighted(opened(a_process()), at(1))
    assert before is not None
    look(tracker, a_snapshot(a_process(started=at(50).wall)), 100)

    assert tracker.find(before.session) is None


def counted(opened: int) -> tuple[DriverReferences, ...]:
    return (DriverReferences("uvcvideo", (CAM,), opened, 0, measured=True),)


def running(*processes: Process, **changes: object) -> Snapshot:
    """Processes that run and hold nothing that is found."""
    return a_snapshot(**changes)._replace(processes=processes)


def test_a_program_that_closed_all_it_was_found_to_have_and_is_counted_is_named():
    """A ring that was closed keeps the camera: the driver counts the one program that opened it."""
    tracker = a_tracker()
    use = tracker.sighted(opened(a_process()), at(1))
    tracker.left(closed(a_process()), at(1.2))
    tracker.checked(CAM, frozenset(), at(1.4))
    look(tracker, running(a_process(), references=counted(1)), 1.6)
    tracker.checked(CAM, frozenset(), at(2))

    assert use is not None
    assert [use] == list(tracker.uses.values())
    assert use.session.ended is None
    assert "unattributed-holder" in [one.check for one in use.session.findings]
    assert "still counts" in (use.session.note or "")
    look(tracker, running(a_process()), 9)
    assert use.session.ended is not None


def test_with_two_programs_in_question_nobody_is_named():
    """Near miss: either can have it; and one that has ended has nothing any more."""
    for processes, running_now in (
        ((a_process(), a_process(7, exe="/usr/bin/other")), (a_process(),)),
        ((a_process(),), ()),
    ):
        tracker = a_tracker()
        for process in processes:
            tracker.sighted(opened(process), at(1))
        tracker.checked(CAM, frozenset(), at(1.4))
        look(tracker, running(*running_now, references=counted(1)), 1.6)

        assert any(use.session.process is None for use in tracker.uses.values())
        assert all(use.session.ended for use in tracker.uses.values() if use.session.process)


def test_what_was_found_about_nobody_goes_to_the_program_that_is_found():
    """The driver counted somebody; the next look names who it is, long after."""
    tracker = a_tracker()
    look(tracker, a_snapshot(references=counted(1)), 1)
    (nameless,) = tracker.uses.values()
    assert ["unattributed-holder"] == [one.check for one in nameless.session.findings]
    look(tracker, a_snapshot(a_process()), 20)
    named = next(use for use in tracker.uses.values() if use is not nameless)

    assert "unattributed-holder" in [one.check for one in named.session.findings]
    assert () == nameless.session.findings
    assert a_process() == nameless.session.process
    assert nameless.session.ended is not None


def test_what_was_found_about_nobody_stays_when_two_are_found():
    """Near miss: it could be either of them."""
    tracker = a_tracker()
    look(tracker, a_snapshot(references=counted(1)), 1)
    (nameless,) = tracker.uses.values()
    look(tracker, a_snapshot(a_process(), a_process(7, exe="/usr/bin/other")), 20)

    assert nameless.session.process is None
    assert ["unattributed-holder"] == [one.check for one in nameless.session.findings]


def test_what_was_read_right_after_a_time_without_a_look_is_of_that_time():
    """However long it took to find out who it was; what was read later is of later."""
    for read, began, bound in ((12.1, at(0).wall, at(17).wall), (14.0, at(17).wall, None)):
        tracker = a_tracker()
        tracker.missed(Missed(at(0), at(12)))
        use = tracker.sighted(opened(None, read=at(read).elapsed), at(17))

        assert use is not None
        assert (began, bound) == (use.session.began, use.session.began_by)


def test_who_is_found_by_a_look_right_after_such_a_time_may_have_begun_in_it():
    """However long the look took; by a look that began later it is of later."""
    for begin, began, bound in ((12.1, at(0).wall, at(17).wall), (14.0, at(17).wall, None)):
        tracker = a_tracker()
        tracker.missed(Missed(at(0), at(12)))
        report = judge(tracker.recent(a_snapshot(a_process())))
        tracker.looked(report, began=at(begin), now=at(17))
        (use,) = tracker.uses.values()

        assert (began, bound) == (use.session.began, use.session.began_by)
