"""Buffers with pictures of a camera that is closed: counted by modules, as the lab's kernels do."""

import pytest

from camcheck.collect.linux.holders.buffers import exported
from camcheck.model import Reason
from tests.builders import a_camera
from tests.collect.linux.sysfs import Sysfs

BUFINFO = """
Dma-buf Objects:
size    \tflags   \tmode    \tcount   \texp_name\tino     \tname
00040960\t00000002\t00080007\t00000002\tvideobuf2_vmalloc\t00000011\t<none>
\tAttached Devices:
Total 0 devices attached

00008192\t00000002\t00080007\t00000002\tudmabuf\t00000012\t<none>

Total 2 objects, 49152 bytes
"""
WEBCAM = (a_camera(driver="uvcvideo"),)


@pytest.fixture
def sysfs(tmp_path):
    return Sysfs(tmp_path)


@pytest.mark.parametrize(("references", "buffers"), [(1, 0), (5, 4)])
def test_what_exceeds_the_modules_that_depend_on_it_are_buffers(sysfs, references, buffers):
    """uvcvideo depends on the module that exports: one reference is its own."""
    sysfs.driver_counts("videobuf2_vmalloc", references, "uvcvideo")

    assert buffers == exported(sysfs.roots(), WEBCAM)


def test_a_kernel_with_everything_built_in_has_a_list_for_root_alone(sysfs):
    """Other exporters' buffers are not a camera's; where nobody tells, nothing is known."""
    assert None is exported(sysfs.roots(), WEBCAM)
    sysfs.write("kernel/debug/dma_buf/bufinfo", BUFINFO)
    assert 1 == exported(sysfs.roots(), WEBCAM)


def test_a_loopback_camera_exports_nothing(sysfs):
    """Its driver has no such buffers, so there is nothing that could be unknown."""
    assert 0 == exported(sysfs.roots(), (a_camera(driver="v4l2loopback"),))


@pytest.mark.parametrize("references", [1, 3])
def test_buffers_that_nobody_was_found_with_are_a_gap(stand_in, references):
    """The driver counts nobody; with buffers about, that alone is no "nobody sees"."""
    stand_in.driver_counts("videobuf2_vmalloc", references)
    told = [gap for gap in stand_in.scan().gaps if gap.subject == "shared picture buffers"]

    assert (references > 1) == bool(told)
    assert all(gap.reason in (Reason.UNSUPPORTED, Reason.DENIED) for gap in told)
