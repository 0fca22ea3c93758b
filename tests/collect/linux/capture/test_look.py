"""Readings of a camera in a tree like sysfs; the counters are moved by hand between two looks."""

import os
from pathlib import Path

import pytest

from camcheck.collect.linux import collect_cameras
from camcheck.collect.linux.capture.look import CaptureLook, needs_second_look
from camcheck.collect.linux.capture.reading import read
from camcheck.model import Bus, CameraKind, CaptureState, Fact, Node, NodeKind, Reason
from tests.builders import a_camera
from tests.collect.linux.sysfs import PCI, Sysfs

USB = f"{PCI}/usb1/1-1"
STREAMING = f"{USB}/1-1:1.1"


@pytest.fixture
def tree(tmp_path):
    """An isochronous webcam that somebody has open; no stream."""
    sysfs = Sysfs(tmp_path)
    sysfs.webcam()
    sysfs.write(f"{USB}/1-1:1.0/bInterfaceSubClass", "01")
    sysfs.write(f"{USB}/1-1:1.0/bAlternateSetting", " 0")
    sysfs.write(f"{USB}/1-1:1.0/power/runtime_status", "active")
    sysfs.write(f"{STREAMING}/bInterfaceSubClass", "02")
    sysfs.write(f"{STREAMING}/bAlternateSetting", " 0")
    sysfs.write(f"{STREAMING}/bNumEndpoints", "00")
    sysfs.write(f"{USB}/urbnum", "100")
    sysfs.write(f"{USB}/power/runtime_active_time", "1234")
    sysfs.driver_counts("uvcvideo", 1)
    return sysfs


def look_at(tree, between=lambda: None, then=lambda: None, known=None):
    """Two looks with something between them: the capture, and the gaps.

    ``then`` happens after the second look; ``known`` are records.
    """
    roots = tree.roots()
    cameras, _ = collect_cameras(roots)
    look = CaptureLook(roots, cameras, known or {})
    between()
    with pytest.MonkeyPatch.context() as patch:
        due = [lambda: None, then]
        patch.setattr("time.sleep", lambda _: due.pop(0)())
        look.look_again()
    (capture,), gaps = look.judge({})
    return capture, gaps


def values(capture):
    return {witness.name: (witness.value, witness.says) for witness in capture.witnesses}


def test_a_film_is_seen_by_setting_and_transfers(tree):
    """An alternate setting above 0 and a counter that moves."""
    tree.write(f"{STREAMING}/bAlternateSetting", " 1")
    capture, gaps = look_at(tree, lambda: tree.write(f"{USB}/urbnum", "109"))
    seen = values(capture)

    assert CaptureState.ACTIVE is capture.state
    assert ("1", CaptureState.ACTIVE) == seen["usb-alternate-setting"]
    assert CaptureState.ACTIVE is seen["usb-transfers"][1]
    assert seen["usb-transfers"][0].startswith("+9 in ")
    assert () == gaps


def test_the_counter_wraps(tree):
    """urbnum has 32 bits: after the largest comes 0."""
    tree.write(f"{STREAMING}/bAlternateSetting", " 1")
    tree.write(f"{USB}/urbnum", str(2**32 - 3))
    capture, _ = look_at(tree, lambda: tree.write(f"{USB}/urbnum", "4"))

    assert values(capture)["usb-transfers"][0].startswith("+7 in ")


def test_an_open_camera_without_stream_does_not_film(tree):
    """The control interface is awake, the channel closed."""
    capture, gaps = look_at(tree)

    assert CaptureState.INACTIVE is capture.state
    assert ("active", None) == values(capture)["usb-power"]
    assert () == gaps


def test_a_stream_between_the_looks_leaves_a_doubt(tree):
    """The setting was 0 at both looks, and the counter moved by what a short stream needs."""
    capture, gaps = look_at(tree, lambda: tree.write(f"{USB}/urbnum", "112"))

    assert CaptureState.UNDETERMINED is capture.state
    assert [(Fact.CAPTURE, Reason.MISSING)] == [(gap.fact, gap.reason) for gap in gaps]


def test_a_stream_that_ends_between_the_looks_was_one(tree):
    """A setting that was above 0 at the first look counts."""
    tree.write(f"{STREAMING}/bAlternateSetting", " 1")

    def stop():
        tree.write(f"{STREAMING}/bAlternateSetting", " 0")
        tree.write(f"{USB}/urbnum", "103")

    capture, _ = look_at(tree, stop)

    assert CaptureState.ACTIVE is capture.state
    assert "1, then 0" == values(capture)["usb-alternate-setting"][0]


def test_a_bulk_camera_is_told_by_its_transfers(tree):
    """It has an endpoint in setting 0, so the setting says nothing."""
    tree.write(f"{STREAMING}/bNumEndpoints", "01")
    capture, _ = look_at(
        tree,
        lambda: tree.write(f"{USB}/urbnum", "108"),
        lambda: tree.write(f"{USB}/urbnum", "116"),
    )

    assert CaptureState.ACTIVE is capture.state
    assert ("0", None) == values(capture)["usb-alternate-setting"]


@pytest.mark.parametrize("later", ["108", "111"])
def test_a_bulk_camera_that_is_adjusted_does_not_film(tree, later):
    """Listing the controls moves as much data as a short film, once: that settles nothing."""
    tree.write(f"{STREAMING}/bNumEndpoints", "01")
    capture, gaps = look_at(
        tree,
        lambda: tree.write(f"{USB}/urbnum", "108"),
        lambda: tree.write(f"{USB}/urbnum", later),
    )

    assert CaptureState.UNDETERMINED is capture.state
    assert "for a moment" in capture.reason
    assert None is values(capture)["usb-transfers"][1]
    assert 1 == len(gaps)


def test_the_microphone_is_told_apart(tree):
    """Sound of the same device moves the counter; the closed channel decides."""
    sound = tree.interface(USB, 2, driver="snd-usb-audio", kind="01")
    tree.write(f"{sound}/bInterfaceSubClass", "02")
    tree.write(f"{sound}/bAlternateSetting", " 1")
    capture, gaps = look_at(tree, lambda: tree.write(f"{USB}/urbnum", "400"))

    assert CaptureState.INACTIVE is capture.state
    assert None is values(capture)["usb-transfers"][1]
    assert () == gaps


def test_a_sleeping_camera_is_looked_at_once(tree):
    """What is asleep needs no waiting: the second look is left out."""
    tree.write(f"{USB}/1-1:1.0/power/runtime_status", "suspended")
    roots = tree.roots()
    (camera,), _ = collect_cameras(roots)

    assert not needs_second_look(camera, read(roots, camera))
    capture, _ = look_at(tree)
    assert CaptureState.INACTIVE is capture.state
    assert "usb-transfers" not in values(capture)


def test_the_statistics_of_the_driver_count(tree):
    """Pictures that uvcvideo has counted, with an address of bus, device and interface."""
    stats = "kernel/debug/usb/uvcvideo/1-2-1/stats"
    tree.write(stats, "frames:  10\npackets: 300")
    capture, _ = look_at(tree, lambda: tree.write(stats, "frames:  13\npackets: 400"))

    assert CaptureState.ACTIVE is capture.state
    assert CaptureState.ACTIVE is values(capture)["driver-statistics"][1]


@pytest.mark.parametrize("kind", ["00", "01"])
@pytest.mark.parametrize("after", ["frames:  0\npackets: 0", "frames:  10\npackets: 290"])
def test_a_film_between_the_looks_leaves_its_mark_in_the_statistics(tree, kind, after):
    """They begin anew with each film: fewer, or as many pictures of other data."""
    tree.write(f"{STREAMING}/bNumEndpoints", kind)
    stats = "kernel/debug/usb/uvcvideo/1-2-1/stats"
    tree.write(stats, "frames:  10\npackets: 300")

    def film():
        tree.write(stats, after)
        tree.write(f"{USB}/urbnum", "108")

    capture, gaps = look_at(tree, film)

    assert CaptureState.ACTIVE is capture.state
    assert "+0" == values(capture)["driver-statistics"][0].partition(" in ")[0]
    assert CaptureState.ACTIVE is values(capture)["driver-statistics"][1]
    assert () == gaps


def test_statistics_that_stay_are_no_film(tree):
    """Those of the last film stay until the next one; adjusting the camera is not counted."""
    tree.write(f"{STREAMING}/bNumEndpoints", "01")
    tree.write("kernel/debug/usb/uvcvideo/1-2-1/stats", "frames:  10\npackets: 300")
    capture, _ = look_at(tree, lambda: tree.write(f"{USB}/urbnum", "108"))

    assert CaptureState.UNDETERMINED is capture.state
    assert None is values(capture)["driver-statistics"][1]


def test_files_that_are_missing_or_nonsense_are_no_witnesses(tree):
    """Without a setting and a counter nothing is known, and that is said."""
    os.unlink(tree.sys / f"{USB}/urbnum")
    tree.write(f"{STREAMING}/bAlternateSetting", "what?")
    tree.write(f"{USB}/1-1:1.0/power/runtime_status", "unsupported")
    os.unlink(tree.sys / "module/uvcvideo/refcnt")
    capture, gaps = look_at(tree)

    assert CaptureState.UNDETERMINED is capture.state
    assert {"usb-active-time"} == set(values(capture))
    assert 1 == len(gaps)


@pytest.mark.parametrize(
    ("status", "state"), [("active", CaptureState.ACTIVE), ("suspended", CaptureState.INACTIVE)]
)
def test_the_power_of_a_sensor_tells(tmp_path, status, state):
    """A camera that is not on USB films when its own sensor is awake; a lens motor is none."""
    tree = Sysfs(tmp_path)
    known = ("i2c-OVTI02C1:00", status), ("i2c-X-VCM", "active"), ("another's", "active")
    for number, (name, power) in enumerate(known):
        device = f"devices/platform/i2c/{name}"
        tree.write(f"{device}/power/runtime_status", power)
        tree.link(f"{device}/subsystem", "bus/i2c")
        tree.link(f"class/video4linux/v4l-subdev{number}", f"{device}/video4linux/x")
        tree.link(f"{device}/video4linux/x/device", device)
    own = tuple(Node(f"/dev/v4l-subdev{number}", NodeKind.SUBDEVICE) for number in (0, 1))
    camera = a_camera(bus=Bus.PCI, driver="ipu6", interfaces=(), nodes=own)
    look = CaptureLook(tree.roots(), (camera,))
    look.look_again()
    (capture,), _ = look.judge({})

    assert state is capture.state
    assert ["sensor-power"] == [witness.name for witness in capture.witnesses]


def test_a_virtual_camera_in_use_is_no_gap(tmp_path):
    """Nothing tells whether a virtual camera is read; it sees no room, so nobody is troubled."""
    tree = Sysfs(tmp_path)
    tree.driver_counts("vivid", 1)
    camera = a_camera(bus=Bus.VIRTUAL, kind=CameraKind.VIRTUAL, driver="vivid", interfaces=())
    look = CaptureLook(tree.roots(), (camera,))
    look.look_again()
    (capture,), gaps = look.judge({})

    assert CaptureState.UNDETERMINED is capture.state
    assert () == gaps


def test_a_path_of_the_tree_is_named_as_source(tree):
    """Every witness says where it was read."""
    capture, _ = look_at(tree)

    assert all(Path(w.source).is_absolute() for w in capture.witnesses)


@pytest.mark.parametrize(
    ("moved", "state"), [("100", CaptureState.INACTIVE), ("600", CaptureState.UNDETERMINED)]
)
def test_a_still_camera_that_hands_over_data_may_copy_or_film(tmp_path, moved, state):
    """Nobody can tell, and that is no gap of every day: who has it is told instead."""
    tree = Sysfs(tmp_path)
    usb = tree.usb()
    control = tree.interface(usb, 0, driver="usbfs", kind="06")
    tree.write(f"{control}/bNumEndpoints", "03")
    camera = a_camera(kind=CameraKind.STILL, driver=None, interfaces=("1-1:1.0=usbfs",))
    look = CaptureLook(tree.roots(), (camera,))
    tree.write(f"{usb}/urbnum", moved)
    look.look_again()
    (capture,), gaps = look.judge({})

    assert state is capture.state
    assert () == gaps
    assert CaptureState.ACTIVE not in [witness.says for witness in capture.witnesses]
