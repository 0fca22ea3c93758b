"""Storms of openings on a real node: little is read, and nothing that matters is lost."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from camcheck.collect.linux.watch.event_reader import EventReader
from camcheck.collect.linux.watch.watch import LinuxWatch
from camcheck.collect.watch import Seen, Sighting
from tests.monitor.standin import CAMERA, StandIn
from tests.waiting import until

from .test_watch import gather, open_node, watching

STORM = """
import os, sys, time
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    for _ in range(100):
        os.close(os.open(sys.argv[1], os.O_RDONLY))
    if not sys.argv[3:]:
        time.sleep(0.01)
"""


UNTIL_IT_IS_ENDED = 3600.0  # seconds


@contextmanager
def storm(
    camera: StandIn, seconds: float = UNTIL_IT_IS_ENDED, *more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that opens the node without a pause, or almost; it ends with the block."""
    command = [sys.executable, "-S", "-c", STORM, str(camera.node), str(seconds), *more]
    with subprocess.Popen(command) as child:
        try:
            yield child
        finally:
            child.kill()


def follow(watch: LinuxWatch, child: subprocess.Popen[bytes]) -> list[Seen]:
    """All that is told until the child has ended."""
    told = []
    while child.poll() is None:
        told.append(watch.wait(0.1))
    return told


@pytest.mark.parametrize("with_fanotify", [True, False])
def test_a_storm_is_told_in_few_words_and_loses_nothing(camera: StandIn, with_fanotify: bool):
    """Three seconds: for root as fast as one process can, as the kernel merges all of it; for a
    user some 10,000 a second, 60,000 events where the queue keeps 16,384."""
    with watching(camera, with_fanotify=with_fanotify) as watch:
        gather_first(watch, camera)
        with storm(camera, 3.0, *["as fast as possible"] * with_fanotify) as child:
            told = follow(watch, child)
        while not any(one.closed for seen in told for one in seen.sightings):
            told.append(watch.wait(120))

    sightings = [one for seen in told for one in seen.sightings]
    assert not any(seen.lost for seen in told)
    assert {CAMERA} == {one.camera for one in sightings}
    # Fifty readings at once are allowed; then ten a second, told once a second.
    assert len([seen for seen in told if seen.sightings]) < 100
    if with_fanotify:
        assert child.pid in {one.process.pid for one in sightings if one.process}


def gather_first(watch: LinuxWatch, camera: StandIn) -> None:
    """One opening, so that everything is loaded before the storm."""
    with open_node(camera, 0.1):
        gather(watch, lambda seen: any(one.closed for one in seen))


def test_another_process_in_the_middle_of_a_storm_is_named(camera: StandIn):
    """An opening of a millisecond does not drown: the kernel merges only those of one process."""
    with watching(camera, with_fanotify=True) as watch, storm(camera):
        until(lambda: _is_stormy(watch))
        others = set()
        for _ in range(10):
            with open_node(camera, 0.001) as other:
                others.add(other.pid)
        found = gather(
            watch, lambda seen: others <= {one.process.pid for one in seen if one.process}
        )

    assert others < {one.process.pid for one in found if one.process}


def _is_stormy(watch: LinuxWatch) -> bool:
    watch.wait(0.05)
    return watch._reader._storm > time.monotonic()


def test_closings_are_told_again_after_a_storm(camera: StandIn):
    """While openings alone are watched, closings are silent; then one is supposed."""
    with watching(camera, with_fanotify=False) as watch:
        with storm(camera, UNTIL_IT_IS_ENDED, "as fast as possible"):
            until(lambda: (watch.wait(0.05), watch._reader._muted)[1])
        gather(watch, lambda seen: any(one.closed for one in seen))
        until(lambda: watch._reader._muted is None)
        with open_node(camera, 0.1):
            gather(watch, lambda seen: any(one.closed for one in seen))


def test_a_repetition_waits_and_news_do_not(camera: StandIn):
    """In a storm, the bell rings at once for who is new, and once a second for the others."""
    with watching(camera, with_fanotify=True) as watch:
        reader: EventReader = watch._reader
        reader._storm = reader._rung = time.monotonic() + 60
        node = str(camera.node)
        first = Sighting(CAMERA, node, opened=True)
        other = Sighting(CAMERA, node, opened=True, suspects=("somebody (1)",))
        reader._keep(Seen((first,)))
        reader._rung = reader._storm
        reader._keep(Seen((first._replace(closed=True), first)))
        one = reader.take()
        reader._keep(Seen((first, first._replace(opened=False, closed=True), other)))
        two = reader.take()

    assert (first, first._replace(closed=True)) == one.sightings
    assert (other, first._replace(closed=True)) == two.sightings
