"""A time in which the monitor did not look: it knows, and invents nothing about it."""

from datetime import timedelta

import pytest

from camcheck.collect.watch import Counted, Seen
from camcheck.model import MomentKind
from camcheck.monitor.clock import Missed
from camcheck.monitor.missed import counted

from .build import a_camera, a_process, at, opened
from .test_loop import Machine, machine  # noqa: F401 a fixture


def held_still(machine: Machine, seconds: float) -> None:  # noqa: F811
    """The monitor's process is stopped; time passes."""
    machine.clock.passed += seconds


def test_a_monitor_that_was_held_still_says_from_when_until_when(machine: Machine):  # noqa: F811
    """A moment with both times, not a sentence alone; the run is two: the picture shows a gap."""
    machine.monitor.start()
    machine.run(10)
    held_still(machine, 12)
    machine.run(5)

    (moment,) = [one for one in machine.history.moments() if one.kind is MomentKind.UNWATCHED]
    assert moment.until is not None
    assert 12 <= (moment.until - moment.at).total_seconds() < 15
    first, second = machine.history.runs()
    assert (moment.at, moment.until) == (first.seen, second.began)
    assert 12 <= machine.monitor.state()["unwatched"] < 15


@pytest.mark.parametrize("seconds", [0.5, 0.9])
def test_a_monitor_that_was_a_little_late_has_looked(machine: Machine, seconds: float):  # noqa: F811
    """Near miss: a busy machine is no gap."""
    machine.monitor.start()
    for _ in range(20):
        machine.run(2)
        held_still(machine, seconds)

    assert [] == [one for one in machine.history.moments() if one.kind is not MomentKind.EVENT]
    assert 1 == len(machine.history.runs())


def test_a_use_while_the_monitor_was_held_still_has_no_end(machine: Machine):  # noqa: F811
    """The kernel kept the event: that somebody opened the camera then, not when nor how long."""
    machine.monitor.start()
    machine.run(10)
    before = machine.clock.now().wall
    held_still(machine, 12)
    machine.watch.waiting.append(Seen((opened(a_process(), closed=True),)))
    machine.run(10)

    ((_, session), *_) = [one for one in machine.told if one[0] == "ended"]
    assert session.ended is None
    assert session.began <= before
    assert session.began_by is not None
    assert session.over_by is not None
    assert session.began_by - session.began >= timedelta(seconds=12)
    assert session.over_by >= session.began_by
    assert [] == machine.history.unfinished()


def test_a_use_that_ended_while_the_monitor_was_held_still_has_no_end(machine: Machine):  # noqa: F811
    """It was seen before; when it ended nobody saw."""
    machine.monitor.start()
    machine.opens(a_process())
    machine.run(20)
    held_still(machine, 30)
    machine.closes(a_process())
    machine.run(10)

    ((_, session),) = [one for one in machine.told if one[0] == "ended"]
    assert session.ended is None
    assert session.began_by is None
    assert session.seen_until is not None
    assert timedelta(seconds=17) < session.seen_until - session.began < timedelta(seconds=21)


def test_a_use_that_goes_on_after_the_monitor_was_held_still_has_an_end(machine: Machine):  # noqa: F811
    """Near miss: it is found again, so its end is seen."""
    machine.monitor.start()
    machine.opens(a_process())
    machine.run(20)
    held_still(machine, 30)
    machine.run(20)
    machine.closes(a_process())
    machine.run(10)

    ((_, session),) = [one for one in machine.told if one[0] == "ended"]
    assert session.ended is not None
    assert 68 < (session.ended - session.began).total_seconds() < 75


def test_what_the_counters_say_of_that_time_is_told(machine: Machine):  # noqa: F811
    """Transfers mean data; a camera that was awake without any is told otherwise; else nothing."""
    for before, after, said in (
        (Counted(100, 0), Counted(900, 8000), "sent data in this time (800 transfers)"),
        (Counted(100, 0), Counted(100, 3000), "was awake for 3.0 s in this time"),
        (Counted(100, 0), Counted(100, 0), ""),
        (Counted(100, 0), Counted(100, 14_000), ""),
        (Counted(100, 9000), Counted(4, 10), ""),
        (Counted(None, None), Counted(7, 7), ""),
    ):
        missed = Missed(at(0), at(12))
        moment = counted(missed, "cam", "HD Webcam", before, after)

        assert said in (moment.text if moment else "")
        assert bool(said) is bool(moment)
        assert moment is None or (at(0).wall, at(12).wall) == (moment.at, moment.until)


def test_counters_are_compared_across_the_time_that_was_missed(machine: Machine):  # noqa: F811
    """As the last pulse before read them, and as they are now."""
    machine.watch.counting = {a_camera().id: Counted(100, 50)}
    machine.monitor.start()
    machine.run(10)
    machine.watch.counting = {a_camera().id: Counted(912, 8050)}
    held_still(machine, 12)
    machine.run(5)

    (moment,) = [one for one in machine.history.moments() if one.kind is MomentKind.COUNTED]
    assert (812, 8000) == (moment.transfers, moment.awake_ms)
    assert a_camera().id == moment.camera
