"""The watch on Linux, on a device node that is really opened."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from camcheck.collect.linux import collect_cameras
from camcheck.collect.linux.kernel import fanotify, inotify
from camcheck.collect.linux.watch.event_reader import EventReader
from camcheck.collect.linux.watch.watch import LinuxWatch
from camcheck.collect.watch import Sighting
from camcheck.model import Bus
from tests.monitor.standin import CAMERA, StandIn
from tests.waiting import until

OPEN = "import os,sys,time; f=os.open(sys.argv[1], 0); time.sleep(float(sys.argv[2])); os.close(f)"


@contextmanager
def watching(camera: StandIn, *, with_fanotify: bool) -> Iterator[LinuxWatch]:
    watch = LinuxWatch(camera.roots, with_fanotify=with_fanotify)
    try:
        watch.arm(collect_cameras(camera.roots)[0])
        yield watch
    finally:
        watch.close()


def gather(watch: LinuxWatch, enough: Callable[[list[Sighting]], bool]) -> list[Sighting]:
    """Sightings until there are enough of them."""
    found: list[Sighting] = []
    end = time.monotonic() + 120
    while not enough(found):
        assert time.monotonic() < end, f"only {found}"
        found += watch.wait(0.2).sightings
    return found


def open_node(camera: StandIn, seconds: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-S", "-c", OPEN, str(camera.node), str(seconds)]
    return subprocess.Popen(command)


def test_root_names_the_process_of_an_opening_of_one_millisecond(camera: StandIn):
    """Twenty processes, each opens the node for a millisecond: all are seen and named."""
    with watching(camera, with_fanotify=True) as watch:
        pids = set()
        for _ in range(20):
            child = open_node(camera, 0.001)
            child.wait()
            pids.add(child.pid)
        found = gather(watch, lambda seen: pids <= {one.process.pid for one in seen if one.process})

    assert "fanotify" == watch.way
    named = {one.process.pid: one.process for one in found if one.process}
    assert {CAMERA} == {one.camera for one in found}
    # A busy machine may run the monitor only after the process has ended: its number remains.
    assert sum(process.exe is not None for process in named.values()) >= 1


def test_a_user_sees_every_opening_and_names_those_that_last(camera: StandIn):
    """inotify says that; the number of open files says who (docs/monitor.md: how soon)."""
    with watching(camera, with_fanotify=False) as watch, open_node(camera, 600) as child:
        try:
            found = gather(watch, lambda seen: any(one.opened and one.process for one in seen))
        finally:
            child.kill()
        gather(watch, lambda seen: any(one.closed for one in seen))

    assert "inotify" == watch.way
    assert [child.pid] == [one.process.pid for one in found if one.process]


def test_our_own_openings_are_not_told(camera: StandIn):
    """camcheck never tells the user to close camcheck."""
    with watching(camera, with_fanotify=True) as watch:
        os.close(os.open(camera.node, os.O_RDONLY))
        with open_node(camera, 0.001) as other:
            found = gather(watch, bool)

    assert {other.pid} == {one.process.pid for one in found if one.process}


def test_the_watch_holds_no_node_open(camera: StandIn):
    """Watching needs no opening: the reference counts that are watched stay as they are."""
    with watching(camera, with_fanotify=True), watching(camera, with_fanotify=False):
        held = [
            os.readlink(f"/proc/self/fd/{name}")
            for name in os.listdir("/proc/self/fd")
            if os.path.islink(f"/proc/self/fd/{name}")
        ]

    assert str(camera.node) not in held


@pytest.mark.parametrize("with_fanotify", [True, False])
def test_a_camera_that_comes_back_under_another_number_is_watched(
    camera: StandIn, with_fanotify: bool
):
    """Unplugging and plugging are told; after arming again, the new node is watched."""
    with watching(camera, with_fanotify=with_fanotify) as watch:
        camera.unplug()
        camera.plug(number=3)
        until(lambda: watch.wait(0.2).changed)
        watch.arm(collect_cameras(camera.roots)[0])
        with open_node(camera, 0.001):
            found = gather(watch, lambda seen: any(one.opened for one in seen))

    assert {str(camera.node)} == {one.node for one in found}


def test_arming_again_misses_nothing(camera: StandIn):
    """Openings while the watch is armed again and again are all seen."""
    with watching(camera, with_fanotify=True) as watch:
        child = subprocess.Popen(
            [sys.executable, "-S", "-c", OPEN.replace("os.open(", "(0, time.sleep(.3), os.open(")
             .replace("0); time", "0))[2]; time"), str(camera.node), "0.01"],
        )  # fmt: skip
        cameras = collect_cameras(camera.roots)[0]
        while child.poll() is None:
            watch.arm(cameras)
        found = gather(watch, bool)

    assert [child.pid] == sorted({one.process.pid for one in found if one.process})


def test_holding_tells_who_still_has_it_open(camera: StandIn):
    """Only the processes that were asked about, and only while they hold it."""
    with watching(camera, with_fanotify=True) as watch:
        with open_node(camera, 600) as child:
            try:
                gather(watch, lambda seen: any(one.opened for one in seen))
                until(lambda: watch.holding(CAMERA, frozenset({child.pid, 1})) == {child.pid})
            finally:
                child.kill()

        assert frozenset() == watch.holding(CAMERA, frozenset({child.pid}))


def test_a_wait_is_ended_by_waking(camera: StandIn):
    """A signal must end the monitor at once, not at the next pulse."""
    with watching(camera, with_fanotify=True) as watch:
        before = signal.signal(signal.SIGALRM, lambda *_: watch.wake())
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        began = time.monotonic()
        watch.wait(60)
        signal.signal(signal.SIGALRM, before)

        assert time.monotonic() - began < 20


def test_a_storm_that_nobody_reads_is_kept_in_bounds_and_told(camera: StandIn):
    """The monitor may be busy: what does not fit is lost, and that is said."""
    reader_limit = 10
    with watching(camera, with_fanotify=True) as watch:
        reader: EventReader = watch._reader
        import camcheck.collect.linux.watch.event_reader as module

        usual, module._UNREAD = module._UNREAD, reader_limit
        try:
            for _ in range(30):
                with open_node(camera, 0):
                    pass
            until(lambda: any(seen.lost for seen in reader._unread))
        finally:
            module._UNREAD = usual
        seen = watch.wait(1)

    assert seen.lost
    assert len(seen.sightings) <= reader_limit


def test_a_driver_count_that_changes_stirs(camera: StandIn):
    """What no event tells: the count of a driver that is known rises."""
    count = camera.sys / "module/vivid/refcnt"
    count.parent.mkdir(parents=True)
    count.write_text("0\n")
    known = collect_cameras(camera.roots)[0][0]._replace(driver="vivid")
    watch = LinuxWatch(camera.roots)
    try:
        watch.arm((known,))
        assert not watch.stirred()
        count.write_text("1\n")

        assert watch.stirred()
        assert not watch.stirred()
        assert () == watch.limits
    finally:
        watch.close()


def test_a_count_that_an_opening_explains_stirs_only_if_it_stays(camera: StandIn, monkeypatch):
    """A storm makes the count jump with every pulse; what is counted beyond it is looked at."""
    count = camera.sys / "module/vivid/refcnt"
    count.parent.mkdir(parents=True)
    known = collect_cameras(camera.roots)[0][0]._replace(driver="vivid")
    watch = LinuxWatch(camera.roots)
    stirred, ends = [], []
    try:
        count.write_text("0\n")
        watch.arm((known,))
        for value, opened in ((1, 0), (0, 0), (1, 0), (1, 100), (1, 100), (0, 100)):
            count.write_text(f"{value}\n")
            at = time.monotonic() - opened
            monkeypatch.setattr(watch._reader, "opened", lambda _, at=at: at)
            stirred.append(watch.stirred())
            ends.append([one.closed for one in watch.wait(0).sightings])
    finally:
        watch.close()

    assert [False, False, False, True, False, False] == stirred
    assert [[], [], [], [], [], [True]] == ends


def test_a_camera_that_wakes_is_told_once_it_had_time_to_sleep(camera: StandIn):
    """Transfers or waking time that begin to grow. A camera that has just come is awake anyway."""
    device = camera.sys / "bus/usb/devices/1-1"
    (device / "power").mkdir(parents=True)
    counter, awake = device / "urbnum", device / "power/runtime_active_time"
    known = collect_cameras(camera.roots)[0][0]._replace(bus=Bus.USB, interfaces=("1-1:1.0=0e",))
    watch = LinuxWatch(camera.roots)
    told = []
    try:
        counter.write_text("7\n")
        awake.write_text("2000\n")
        watch.arm((known,))
        for moment, value in enumerate((9, 9, 11, 13, 13, 13, 15)):
            counter.write_text(f"{value}\n")
            watch._armed = float("inf") if moment == 0 else 0.0
            watch.stirred()
            told.append(watch.wait(0).moved)
    finally:
        watch.close()

    assert [(), (), (CAMERA,), (), (), (), (CAMERA,)] == told


def test_a_decoy_explains_a_count_for_a_while_only(camera: StandIn, monkeypatch):
    """A program that opens the node all the time must not cover for one that stays in hiding."""
    count = camera.sys / "module/vivid/refcnt"
    count.parent.mkdir(parents=True)
    count.write_text("0\n")
    known = collect_cameras(camera.roots)[0][0]._replace(driver="vivid")
    watch = LinuxWatch(camera.roots)
    try:
        watch.arm((known,))
        monkeypatch.setattr(watch._reader, "opened", lambda _: time.monotonic())
        count.write_text("1\n")
        assert not watch.stirred()
        assert not watch.stirred()
        watch._doubted = {CAMERA: time.monotonic() - 6}

        assert watch.stirred()
        assert not watch.stirred()
    finally:
        watch.close()


def test_a_call_by_voice_is_no_waking_of_the_camera(camera: StandIn):
    """The counters are of the whole device: they say nothing until its microphone is off."""
    device = camera.sys / "bus/usb/devices/1-1"
    sound = device / "1-1:1.2"
    sound.mkdir(parents=True)
    (sound / "bInterfaceClass").write_text("01\n")
    (sound / "bInterfaceSubClass").write_text("02\n")
    setting, counter = sound / "bAlternateSetting", device / "urbnum"
    counter.write_text("0\n")
    known = collect_cameras(camera.roots)[0][0]._replace(bus=Bus.USB, interfaces=("1-1:1.0=0e",))
    watch = LinuxWatch(camera.roots)
    told = []
    try:
        watch.arm((known,))
        watch._armed = 0.0
        for transfers, on in ((0, 0), (90, 1), (180, 1), (200, 0), (200, 0), (220, 0)):
            counter.write_text(f"{transfers}\n")
            setting.write_text(f" {on}\n")
            watch.stirred()
            told.append(watch.wait(0).moved)
    finally:
        watch.close()

    assert [(), (), (), (), (), (CAMERA,)] == told


def test_a_driver_that_says_nothing_is_a_limit_that_is_told(camera: StandIn):
    """Not knowing is said, and a full look from time to time stands in for it."""
    with watching(camera, with_fanotify=True) as watch:
        assert any("only found every five minutes" in limit for limit in watch.limits)
        assert watch.every == 300


def test_events_of_the_kernel_are_understood():
    """A record as fanotify(7) lays it out: header, file handle, pidfd. Half a one ends the list."""
    handle = b"\x04\x00\x00\x00\x01\x00\x00\x00abcd"
    fid = b"\x01\x00" + (4 + 8 + len(handle)).to_bytes(2, "little") + b"\0" * 8 + handle
    pidfd = b"\x04\x00\x08\x00" + (9).to_bytes(4, "little")
    gone = b"\x04\x00\x08\x00" + (-1).to_bytes(4, "little", signed=True)

    def event(records: bytes) -> bytes:
        head = (24 + len(records)).to_bytes(4, "little") + b"\x03\x00\x18\x00"
        return (
            head + (0x30).to_bytes(8, "little") + b"\xff" * 4 + (77).to_bytes(4, "little") + records
        )

    data = event(fid + pidfd) + event(fid + gone)

    assert [
        fanotify.Event(0x30, handle, 77, 9),
        fanotify.Event(0x30, handle, 77, None),
    ] == list(fanotify.parse(data))
    assert 1 == len(list(fanotify.parse(data[:-3])))
    assert [] == list(fanotify.parse(b"\0" * 24))


def test_inotify_names_are_read_without_their_padding():
    """A record as inotify(7) lays it out."""
    record = (1).to_bytes(4, "little") + (0x100).to_bytes(4, "little") + b"\0" * 4
    record += (16).to_bytes(4, "little") + b"video0" + b"\0" * 10

    assert [(1, 0x100, "video0")] == list(inotify.parse(record))
