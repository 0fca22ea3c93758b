"""The monitor at work, with a clock, a watch and a machine that the test moves."""

import contextlib
import gc
import random
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from camcheck.collect.watch import Seen
from camcheck.findings import Session
from camcheck.history.store import History
from camcheck.model import Moment, Process, Snapshot
from camcheck.monitor.clock import Instant
from camcheck.monitor.loop import Eyes, Monitor
from camcheck.scan import judge

from .build import (
    START,
    FakeClock,
    FakeWatch,
    a_camera,
    a_process,
    a_snapshot,
    closed,
    opened,
)


class Machine:
    """A machine with one camera; ``holders`` have it open."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.watch = FakeWatch(self.clock)
        self.holders: tuple[Process, ...] = ()
        self.cameras = (a_camera(),)
        self.looks = 0
        self.told: list[tuple[str, Session]] = []
        self.moments: list[str] = []
        self.history = History(str(folder))
        self.monitor = self.new_monitor()

    def new_monitor(self) -> Monitor:
        eyes = Eyes(self.watch, self.look, judge, self.clock)
        return Monitor(eyes, self.history, [self])

    def look(self) -> Snapshot:
        self.looks += 1
        return a_snapshot(*self.holders, cameras=self.cameras)

    def opens(self, process: Process) -> None:
        self.holders = (*self.holders, process)
        self.watch.holders = frozenset(one.pid for one in self.holders)
        self.watch.waiting.append(Seen((opened(process),)))

    def closes(self, process: Process) -> None:
        self.holders = tuple(one for one in self.holders if one != process)
        self.watch.holders = frozenset(one.pid for one in self.holders)
        self.watch.waiting.append(Seen((closed(process),)))

    def run(self, seconds: float) -> None:
        end = self.clock.passed + seconds
        while self.clock.passed < end or self.watch.waiting:
            self.monitor.step(at_most=max(0.0, end - self.clock.passed))

    def session(self, what: str, session: Session, number: int) -> None:
        self.told.append((what, session))

    def moment(self, moment: Moment) -> None:
        self.moments.append(moment.text)

    def tick(self, now: Instant) -> None: ...


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    built = Machine(tmp_path)
    with contextlib.closing(built.history):
        yield built


def test_the_watch_is_armed_before_the_first_look(machine: Machine):
    """Watch first, then look: what happens in between is seen by the watch."""
    machine.monitor.start()

    assert [(a_camera().id,)] == machine.watch.armed
    assert machine.looks > 1


def test_a_use_is_stored_at_once_and_its_end_when_it_ends(machine: Machine):
    """What was seen stands in the history before anything else is done with it."""
    machine.monitor.start()
    machine.opens(a_process())
    machine.monitor.step(at_most=0)
    assert [None] == [stored.session.ended for stored in machine.history.sessions()]
    machine.run(10)
    machine.closes(a_process())
    machine.run(10)

    (stored,) = machine.history.sessions()
    assert stored.session.ended is not None
    assert timedelta(seconds=9) < stored.session.ended - stored.session.began
    assert ["began", "ended"] == [machine.told[0][0], machine.told[-1][0]]


def test_a_monitor_that_starts_while_a_program_films_begins_a_session(machine: Machine):
    """Started late is not blind."""
    machine.holders = (a_process(),)
    machine.monitor.start()
    machine.run(3)

    assert [a_process()] == [one.session.process for one in machine.history.unfinished()]


def test_what_a_look_finds_before_any_event_is_told_at_once(machine: Machine):
    """Who began before the monitor, or is heard of late, is told of before the end."""
    machine.holders = (a_process(),)
    machine.monitor.start()
    machine.run(3)

    assert ["began", "changed"] == [what for what, _ in machine.told]


def test_a_session_goes_on_across_a_restart(machine: Machine):
    """An upgrade of camcheck makes one use neither two nor none."""
    machine.holders = (a_process(),)
    machine.monitor.start()
    machine.run(60)
    machine.monitor.stop()
    machine.clock.passed += 30
    machine.monitor = machine.new_monitor()
    machine.monitor.start()
    machine.run(60)

    (stored,) = machine.history.sessions()
    assert START + timedelta(seconds=1) > stored.session.began
    assert stored.session.ended is None


def test_a_session_that_ended_while_no_monitor_ran_has_no_end(machine: Machine):
    """It went on until it was last seen, and was over when the next monitor began."""
    machine.holders = (a_process(),)
    machine.monitor.start()
    machine.run(60)  # then kill -9: no stop
    machine.holders = ()
    machine.clock.passed += 3600
    machine.monitor = machine.new_monitor()
    machine.monitor.start()

    (stored,) = machine.history.sessions()
    session = stored.session
    assert session.ended is None
    assert session.seen_until is not None
    assert timedelta(seconds=29) < session.seen_until - session.began < timedelta(seconds=61)
    assert machine.clock.now().wall == session.over_by
    assert "did not run" in (session.note or "")
    assert [] == machine.history.unfinished()


def test_lost_events_are_told_and_looked_for(machine: Machine):
    """Overflow means a new look, and a line in the history."""
    machine.monitor.start()
    machine.run(5)
    before = machine.looks
    machine.holders = (a_process(),)
    machine.watch.waiting.append(Seen(lost=True))
    machine.run(5)

    assert machine.looks > before
    assert any("Events were lost" in text for text in machine.moments)
    assert 1 == len(machine.history.unfinished())


def test_what_only_the_drivers_tell_is_looked_at(machine: Machine):
    """A node made elsewhere causes no event; the driver's count changes."""
    machine.monitor.start()
    machine.run(5)
    machine.holders = (a_process(),)
    machine.watch.stirs = True
    machine.run(3)

    assert 1 == len(machine.history.unfinished())


def test_a_notice_is_looked_at_at_once_however_often_it_looks_anyway(machine: Machine):
    """Looks that nothing asked for leave the budget of those that something did."""
    machine.watch.every = 5.0
    machine.monitor.start()
    machine.run(300)
    assert machine.looks > 50
    machine.holders = (a_process(),)
    machine.watch.waiting.append(Seen(changed=True))
    machine.run(1)

    assert 1 == len(machine.history.unfinished())
    assert machine.monitor.state()["last_event"] is not None


def test_a_storm_of_notices_is_rationed(machine: Machine):
    """A thousand notices in two minutes are six looks at once, and one in six seconds."""
    machine.monitor.start()
    machine.run(10)
    before = machine.looks
    for _ in range(1000):
        machine.watch.waiting.append(Seen(changed=True))
        machine.run(0.125)

    assert machine.looks - before < 6 + 125 / 6 + 2


def test_a_camera_that_woke_for_nobody_is_noted_and_no_use(machine: Machine):
    """A glance in a container is over before anybody looks; so is lsusb. Neither is accused."""
    machine.monitor.start()
    machine.run(5)
    for _ in range(20):
        machine.watch.waiting.append(Seen(moved=(a_camera().id,)))
        machine.run(10)

    noted = [text for text in machine.moments if "woke or sent data" in text]
    assert 3 == len(noted)
    assert noted[0].startswith("HD Webcam woke")
    assert [] == machine.history.sessions()


def test_a_camera_that_woke_for_somebody_who_is_found_is_not_noted(machine: Machine):
    """The note says that nobody was found, so it waits for the look."""
    machine.monitor.start()
    machine.run(5)
    machine.holders = (a_process(),)
    machine.watch.waiting.append(Seen(moved=(a_camera().id,)))
    machine.run(10)

    assert 1 == len(machine.history.unfinished())
    assert [] == [text for text in machine.moments if "woke" in text]


def test_a_camera_that_woke_for_a_use_is_not_noted(machine: Machine):
    """The use says it already, also in the seconds after its end."""
    machine.monitor.start()
    machine.opens(a_process())
    machine.run(3)
    machine.watch.waiting.append(Seen(moved=(a_camera().id,)))
    machine.closes(a_process())
    machine.run(3)
    machine.watch.waiting.append(Seen(moved=(a_camera().id,)))
    machine.run(3)

    assert [] == [text for text in machine.moments if "woke" in text]


def test_nothing_happens_when_nothing_happens(machine: Machine):
    """An idle hour: no look after the first ones, one wait for each pulse."""
    machine.monitor.start()
    machine.run(10)
    looks, waits = machine.looks, machine.watch.waits
    machine.run(3600)

    assert looks == machine.looks
    assert machine.watch.waits - waits < 1900


def test_a_camera_that_goes_and_comes_back_is_watched_again(machine: Machine):
    """Plugged out and in: both stand in the history, and the watch is armed for it."""
    machine.monitor.start()
    machine.run(5)
    machine.cameras = ()
    machine.watch.waiting.append(Seen(changed=True))
    machine.run(5)
    machine.cameras = (a_camera(nodes=()),)
    machine.watch.waiting.append(Seen(changed=True))
    machine.run(5)

    assert [(a_camera().id,), (), (a_camera().id,)] == machine.watch.armed
    assert ["is there.", "went away.", "is there."] == [
        " ".join(text.split()[-2:]) for text in machine.moments
    ]


def test_a_camera_with_another_number_is_watched_under_it(machine: Machine):
    """The same camera comes back as /dev/video2: the old node tells nothing any more."""
    machine.monitor.start()
    machine.run(5)
    node = a_camera().nodes[0]._replace(path="/dev/video2", device=(81, 2))
    machine.cameras = (a_camera(nodes=(node,)),)
    machine.watch.waiting.append(Seen(changed=True))
    machine.run(5)

    assert 2 == len(machine.watch.armed)


def test_a_clock_that_jumps_leaves_lengths_as_they_were(machine: Machine):
    """The length of a use comes from the time that passed; the jump stands in the history."""
    machine.monitor.start()
    machine.opens(a_process())
    machine.run(60)
    machine.clock.jump = -7200
    machine.run(60)
    machine.closes(a_process())
    machine.run(10)

    (stored,) = machine.history.sessions()
    assert stored.session.ended is not None
    assert 119 < (stored.session.ended - stored.session.began).total_seconds() < 122
    assert ["The clock was set back by 2:00:00 (hours:minutes:seconds)."] == [
        text for text in machine.moments if "clock" in text
    ]


def test_sleep_of_the_machine_is_told_and_looked_after(machine: Machine):
    """After waking a camera may be another one, or held by another program."""
    machine.monitor.start()
    machine.run(10)
    before = machine.looks
    machine.clock.asleep += 3600
    machine.clock.passed += 3600
    machine.run(5)

    assert any("slept for 1:00:00" in text for text in machine.moments)
    assert machine.looks > before


def test_a_storm_causes_few_looks_and_one_session(machine: Machine):
    """A minute of openings, twenty batches a second: looks stay rare, the state is right."""
    machine.monitor.start()
    machine.run(10)
    before = machine.looks
    machine.holders = (a_process(),)
    machine.watch.holders = frozenset({4242})
    for _ in range(1200):
        machine.watch.waiting.append(Seen((opened(a_process(), closed=True),)))
        machine.monitor.step(at_most=0)
        machine.run(0.05)
    machine.holders, machine.watch.holders = (), frozenset()
    machine.watch.waiting.append(Seen((closed(a_process()),)))
    machine.run(30)

    assert machine.looks - before <= 14
    (stored,) = machine.history.sessions()
    assert 1200 == stored.session.openings
    assert stored.session.ended is not None


def test_a_storm_of_nobody_is_looked_for_when_it_is_over(machine: Machine):
    """An ordinary user is not told who opens: no look can end a use that begins all the time."""
    machine.monitor.start()
    machine.run(10)
    before = machine.looks
    for _ in range(600):
        machine.watch.waiting.append(Seen((opened(None, closed=True),)))
        machine.monitor.step(at_most=0)
        machine.run(0.1)
    during = machine.looks - before
    machine.run(2)

    assert during <= 3
    assert machine.looks - before == during + 1
    (stored,) = machine.history.sessions()
    assert stored.session.ended is not None


@pytest.mark.whole_run("a day of the monitor")
def test_a_day_of_use_leaves_memory_flat(machine: Machine):
    """24 hours with a use every few minutes: nothing is kept that is not needed any more."""
    chance = random.Random(7)
    machine.monitor.start()
    machine.told = []
    sizes = []
    tracemalloc.start()
    for hour in range(24):
        for use in range(4):
            process = a_process(1000 + 4 * hour + use, exe=f"/usr/bin/p{chance.randrange(50)}")
            machine.opens(process)
            machine.run(chance.uniform(0.1, 120))
            machine.closes(process)
            machine.run(800)
        machine.told.clear()
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()

    assert 24 * 4 == len(machine.history.sessions(limit=1000))
    assert {} == machine.monitor.tracker.uses
    assert sizes[-1] - sizes[2] < 100_000


def test_a_clean_stop_keeps_what_was_not_written_yet(machine: Machine):
    """What was seen in the last second is in the history after the stop."""
    machine.monitor.start()
    machine.opens(a_process())
    machine.monitor.step(at_most=0)
    machine.closes(a_process())
    machine.monitor.step(at_most=0)
    machine.monitor.stop()

    (stored,) = machine.history.sessions()
    assert stored.session.ended is not None
