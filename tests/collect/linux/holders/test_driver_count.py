"""What the drivers count against what was found: nobody can hide in the difference."""

import pytest

from camcheck.collect.linux.holders.descriptors import Hit, Target
from camcheck.collect.linux.holders.driver_count import (
    count_files,
    drivers,
    is_missing,
    is_proven,
    settled,
    silent_driver_gaps,
    uncertain_gaps,
)
from camcheck.collect.linux.kernel.modules import reference_count
from camcheck.model import CameraKind, CaptureState, Fact, NodeKind, Reason, Via
from tests.builders import CAMERA, a_camera, a_capture, a_count
from tests.collect.linux.sysfs import Sysfs

TARGET = Target(CAMERA, "uvcvideo", "/dev/video0", NodeKind.CAPTURE)


class Comparing:
    """A kernel that says which descriptors, as (task, number), are one open file."""

    def __init__(self, *same, silent=False):
        self.same_files = same
        self.silent = silent

    def same(self, kind, one, other, first=0, second=0):
        if self.silent:
            return None
        return any({(one, first), (other, second)} <= files for files in self.same_files)


def fd(pid, number, via=Via.FD):
    return Hit(TARGET, pid, pid, via, "/dev/video0", number=number)


def ring(pid):
    return Hit(TARGET, pid, pid, Via.IO_URING, "/dev/video0")


def mapped(pid):
    return Hit(TARGET, pid, pid, Via.MAPPING, "/dev/video0")


SHARED = Comparing({(1, 3), (2, 3)})


@pytest.mark.parametrize(
    ("kernel", "hits", "files"),
    [
        (Comparing(), [], (0, 0)),
        (Comparing(), [fd(1, 3)], (1, 1)),
        (Comparing(), [fd(1, 3), fd(1, 4)], (2, 2)),
        (Comparing({(1, 3), (1, 4)}), [fd(1, 3), fd(1, 4)], (1, 1)),
        (SHARED, [fd(1, 3), fd(2, 3)], (1, 1)),
        (SHARED, [fd(1, 3), fd(2, 3), fd(2, 4)], (2, 2)),
        (Comparing(silent=True), [fd(1, 3), fd(2, 3)], (1, 2)),
        (Comparing(), [fd(1, 3), mapped(1)], (1, 1)),
        (Comparing(), [mapped(1)], (1, 1)),
        (Comparing(), [mapped(1), mapped(2)], (1, 2)),
        (Comparing(), [fd(1, 3), mapped(2)], (1, 2)),
        (Comparing(), [ring(1)], (1, 1)),
        (Comparing(), [ring(1), ring(1), ring(1)], (1, 3)),
        (Comparing(), [fd(1, 3), ring(1)], (1, 2)),
        (Comparing(), [fd(1, 3, Via.THREAD_FD)], (1, 1)),
    ],
)
def test_open_files_are_counted_between_the_least_and_the_most(kernel, hits, files):
    """What cannot be told apart widens the range and never makes somebody disappear."""
    assert files == count_files(kernel, hits)


@pytest.mark.parametrize(
    ("opened", "hits", "proven", "told"),
    [
        (1, [fd(1, 3)], True, 0),
        (0, [fd(1, 3)], True, 0),
        (2, [fd(1, 3)], False, 0),
        (1, [fd(1, 3), ring(1)], True, 0),
        (2, [fd(1, 3), ring(1)], False, 1),
        (3, [fd(1, 3), ring(1)], False, 0),
        (2, [mapped(1), mapped(2)], False, 1),
        (None, [fd(1, 3)], False, 0),
    ],
)
def test_a_ring_is_no_room_for_somebody_else(opened, hits, proven, told):
    """One opening, registered in a ring as well, must not cover for a second, hidden one."""
    _, most = count_files(Comparing(), hits)
    references = (a_count(opened, most),)

    assert proven == is_proven(Comparing(), references, hits)
    gaps = uncertain_gaps(Comparing(), references, hits)
    assert [(Fact.REFERENCES, Reason.UNSUPPORTED)] * told == [
        (gap.fact, gap.reason) for gap in gaps
    ]


def test_a_driver_that_was_never_measured_proves_nothing():
    """What an unknown driver counts is no proof, however it fits."""
    assert not is_proven(Comparing(), (a_count(1, 1, measured=False),), [fd(1, 3)])


def test_a_driver_that_is_built_in_counts_nothing(tmp_path):
    """No module, no count, and that is a gap."""
    assert None is reference_count(Sysfs(tmp_path).roots(), "uvcvideo")
    (gap,) = silent_driver_gaps((a_count(None, 0),), (a_camera(),), ())

    assert (Fact.REFERENCES, "uvcvideo", Reason.MISSING) == gap[:3]


def test_a_count_that_nobody_measured_is_a_gap():
    """A number whose meaning is not known is told as such."""
    unmeasured = a_count(1, 1, driver="sonixj", measured=False)
    (gap,) = silent_driver_gaps((unmeasured,), (a_camera(),), ())

    assert (Fact.REFERENCES, "sonixj", Reason.UNSUPPORTED) == gap[:3]


UNMEASURED = a_count(0, 0, driver="sonixj", measured=False)
VIRTUAL = a_camera(kind=CameraKind.VIRTUAL)


@pytest.mark.parametrize(
    ("count", "camera", "state", "told"),
    [
        (UNMEASURED, a_camera(), CaptureState.INACTIVE, False),
        (UNMEASURED, VIRTUAL, CaptureState.UNDETERMINED, False),
        (a_count(None, 0), a_camera(), CaptureState.INACTIVE, True),
        (UNMEASURED, a_camera(), CaptureState.UNDETERMINED, True),
        (UNMEASURED, a_camera(), CaptureState.ACTIVE, True),
        (a_count(None, 0), a_camera(), CaptureState.ACTIVE, True),
        (UNMEASURED._replace(opened=1), a_camera(), CaptureState.INACTIVE, True),
        (UNMEASURED._replace(opened=1), VIRTUAL, CaptureState.INACTIVE, True),
        (UNMEASURED._replace(cameras=(CAMERA, "b")), a_camera(), CaptureState.INACTIVE, True),
    ],
)
def test_a_count_matters_where_somebody_could_film_unseen(count, camera, state, told):
    """One that is not there always does; one never measured not of a camera at rest."""
    assert told is bool(silent_driver_gaps((count,), (camera,), (a_capture(state),)))


def test_cameras_of_one_driver_share_its_count():
    """The count is the driver's; a camera without a driver has none."""
    cameras = (
        a_camera(id="a"),
        a_camera(id="b"),
        a_camera(id="c", driver="vivid"),
        a_camera(id="d", driver=None),
    )

    assert {"uvcvideo": ("a", "b"), "vivid": ("c",)} == drivers(cameras)


def test_an_opening_that_passes_is_no_holder(tmp_path):
    """A program that opens and closes at this moment is gone at the next."""
    sysfs = Sysfs(tmp_path)
    sysfs.driver_counts("uvcvideo", 0)
    (entry,) = settled(sysfs.roots(), (a_count(1, 0),))

    assert not is_missing(entry)


def test_an_opening_that_stays_is_missing(tmp_path):
    """What stays counted for all of the time that is allowed belongs to somebody."""
    sysfs = Sysfs(tmp_path)
    sysfs.driver_counts("uvcvideo", 2)
    (entry,) = settled(sysfs.roots(), (a_count(2, 1),))

    assert is_missing(entry)


def test_a_driver_that_falls_silent_is_not_taken_for_empty(tmp_path):
    """A driver that was unloaded meanwhile says nothing any more."""
    (entry,) = settled(Sysfs(tmp_path).roots(), (a_count(2, 1),))

    assert None is entry.opened


def test_a_driver_of_another_name_than_its_module_is_found_by_its_link(tmp_path):
    """rp1-cfe counts its openings in the module rp1_cfe."""
    sysfs = Sysfs(tmp_path)
    sysfs.driver_counts("rp1_cfe", 3)
    sysfs.link("bus/platform/drivers/rp1-cfe/module", "module/rp1_cfe")
    sysfs.link("bus/platform/drivers/other/module", "module/gone")

    assert 3 == reference_count(sysfs.roots(), "rp1-cfe")
    assert None is reference_count(sysfs.roots(), "other")
    assert None is reference_count(sysfs.roots(), "unknown")
