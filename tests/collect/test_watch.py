"""The watch that a system tells of changes, with a system that the test moves."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from camcheck.collect import watch as watching
from camcheck.collect.watch import NoticeWatch, PollingWatch, Seen
from camcheck.model import Fact, Gap, Reason

BLIND = Gap(Fact.CAPTURE, "sensor monitor", Reason.UNSUPPORTED, "The start is noticed late.")
DENIED = Gap(Fact.HISTORY, "HKU", Reason.DENIED, "Another user's use is noticed late.")
STOPPED = Gap(Fact.INDICATORS, "log", Reason.FAILED, "The log ended.")


class System:
    """What tells of changes; ``starts`` counts how often somebody began to watch."""

    def __init__(self) -> None:
        self.gaps: tuple[Gap, ...] = ()
        self.error: OSError | None = None
        self.extent: object = "one user"
        self.starts = self.ends = 0
        self.change: Callable[[], None] = lambda: None
        self.lose: Callable[[Gap], None] = lambda gap: None

    @contextmanager
    def watching(
        self, on_change: Callable[[], None], *, on_loss: Callable[[Gap], None]
    ) -> Iterator[tuple[Gap, ...]]:
        self.starts += 1
        if self.error:
            raise self.error
        self.change, self.lose = on_change, on_loss
        yield self.gaps
        self.ends += 1


@pytest.fixture
def system() -> System:
    return System()


@pytest.fixture
def clock(monkeypatch):
    """The time that passed, which only the test moves."""

    class Moved:
        now = 1000.0

        @classmethod
        def monotonic(cls):
            return cls.now

    monkeypatch.setattr(watching, "time", Moved)
    return Moved


@pytest.fixture
def watch(system) -> Iterator[NoticeWatch]:
    with closing(NoticeWatch("notices", system.watching, extent=lambda: system.extent)) as watch:
        yield watch


def test_a_change_ends_the_wait(system, watch):
    """What the system tells from another thread wakes at once, and once."""
    watch.arm(())
    teller = threading.Thread(target=lambda: system.change())
    teller.start()
    began = time.monotonic()

    assert Seen(changed=True) == watch.wait(60)
    teller.join()
    assert time.monotonic() - began < 30
    assert Seen() == watch.wait(0)


def test_changes_while_somebody_looks_are_one_reason_to_look_again(system, watch):
    """Notices are triggers, not counters, and none is lost."""
    watch.arm(())
    for _ in range(3):
        system.change()

    assert [Seen(changed=True), Seen()] == [watch.wait(0), watch.wait(0)]


def test_a_system_that_tells_all_is_looked_at_seldom(system, watch):
    """One long interval; what is too short for a look is said to be."""
    watch.arm(())

    assert watch.every > PollingWatch.every
    assert "notices" == watch.way
    assert "over before camcheck has looked" in watch.limits[0]


def test_what_cannot_be_watched_is_a_limit(system, watch):
    """A denied notice is said; looking more often would be denied as well."""
    system.gaps = (DENIED,)
    watch.arm(())

    assert watch.every > PollingWatch.every
    assert f"HKU: {DENIED.detail}" in watch.limits


def test_without_word_of_a_start_it_looks_as_often_as_without_notices(system, watch):
    """Where nothing tells that a camera starts the slow way remains; the rest still wakes."""
    system.gaps = (BLIND,)
    watch.arm(())
    system.change()

    assert watch.every == PollingWatch.every
    assert "notices, and looking every few seconds" == watch.way
    assert watch.limits[0] == PollingWatch.limits[0]
    assert watch.wait(0).changed


def test_a_system_that_refuses_is_looked_at_often(system, watch):
    """No notice at all: the watch says so, and looks."""
    system.error = OSError(5, "refused")
    watch.arm(())

    assert watch.every == PollingWatch.every
    assert any("does not tell of changes: refused" in limit for limit in watch.limits)
    assert Seen() == watch.wait(0)


def test_notices_that_stop_are_lost_events(system, watch, clock):
    """What had worked and stopped is told as a loss, and stands in the limits."""
    watch.arm(())
    clock.now += 3600
    system.lose(STOPPED)

    assert watch.wait(60).lost
    assert not watch.wait(0).lost
    assert "log: The log ended." in watch.limits


def test_notices_that_never_worked_are_no_loss(system, watch, clock):
    """A command that ends at once (no right to it) is a limit, not an hourly alarm."""
    watch.arm(())
    clock.now += 1
    system.lose(STOPPED)

    assert not watch.wait(0).lost
    assert "log: The log ended." in watch.limits


@pytest.mark.parametrize(("worked_for", "again_after"), [(3600, 61), (1, 3601)])
def test_what_stopped_is_begun_anew(system, watch, clock, worked_for, again_after):
    """After a minute, or after an hour where it never worked; not before, and not for ever."""
    watch.arm(())
    clock.now += worked_for
    system.lose(STOPPED)
    watch.wait(0)
    clock.now += again_after - 2

    assert not watch.stirred()
    clock.now += 2
    assert watch.stirred()
    assert (2, 1) == (system.starts, system.ends)
    assert not any("log" in limit for limit in watch.limits)
    assert not watch.stirred()


def test_a_new_user_is_watched_too(system, watch):
    """When there is more to watch it is watched, and what happened in between is looked at."""
    watch.arm(())
    assert not watch.stirred()
    system.extent = "two users"

    assert watch.stirred()
    assert (2, 1) == (system.starts, system.ends)
    assert not watch.stirred()


def test_cameras_that_come_change_nothing_of_it(system, watch):
    """Notices are about all cameras: arming again begins nothing anew."""
    watch.arm(())
    watch.arm(())

    assert 1 == system.starts


def test_the_end_of_the_watch_ends_the_notices(system):
    """Everything is given back, also when it never began."""
    watch = NoticeWatch("notices", system.watching)
    watch.close()
    watch.arm(())
    watch.close()
    watch.close()

    assert (1, 1) == (system.starts, system.ends)


def test_wake_is_no_change(system, watch):
    """A signal ends the wait and means nothing."""
    watch.arm(())
    watch.wake()

    assert Seen() == watch.wait(60)
