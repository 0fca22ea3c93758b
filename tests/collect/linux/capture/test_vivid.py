"""The kernel's thread that makes vivid's pictures, and what only looks like it."""

import pytest

from camcheck.collect import linux
from camcheck.collect.linux.capture.vivid import thread_witness
from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.processes.table import Task
from camcheck.model import Bus, CameraKind, CaptureState
from tests.builders import a_camera
from tests.collect.linux.sysfs import Sysfs

VIVID = a_camera(
    id="virtual:vivid-000", name="vivid-000", bus=Bus.VIRTUAL, kind=CameraKind.VIRTUAL,
    driver="vivid", interfaces=(),
)  # fmt: skip
KTHREADD = Task(2, "kthreadd", "S", 0, 1, 0, True)
THREAD = Task(171, "vivid-000-vid-cap", "S", 2, 1, 99, True)
UNCOVERED = Roots(proc="/nonexistent")  # over the machine's own, somebody may mount something


def word(*tasks, camera=VIVID, roots=UNCOVERED):
    known = {task.pid: task for task in (KTHREADD, *tasks)}
    witness = thread_witness(roots, camera, known)
    return witness.says if witness else "none"


@pytest.mark.parametrize("name", ["vivid-000-vid-cap", "vivid-000-vid-c"])
def test_the_thread_tells_that_pictures_are_made(name):
    """With its whole name, and as kernels before 5.17 cut it."""
    assert CaptureState.ACTIVE is word(THREAD._replace(name=name))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(THREAD._replace(kernel_thread=False), id="a program of that name"),
        pytest.param(THREAD._replace(ppid=1), id="no child of kthreadd"),
        pytest.param(THREAD._replace(name="vivid-001-vid-cap"), id="another camera's"),
        pytest.param(THREAD._replace(name="vivid-000-vid-out"), id="the output's"),
        pytest.param(THREAD._replace(name="cec-vivid-000-vid-cap0"), id="the remote control's"),
    ],
)
def test_what_looks_like_it_does_not(other):
    """The flag and the parent are the kernel's own; a name is anybody's."""
    assert CaptureState.INACTIVE is word(other)


def test_where_kernel_threads_are_not_shown_nothing_is_said():
    """A container or hidepid: the second process is no kernel thread, or not there."""
    program = KTHREADD._replace(name="sh", kernel_thread=False)

    assert "none" == word(program)
    assert None is thread_witness(Roots(), VIVID, {})


def test_a_covered_process_may_be_the_thread(tmp_path):
    """A mount over a folder of /proc: that none is seen says nothing."""
    (tmp_path / "self").mkdir()
    line = f"30 29 0:5 / {tmp_path}/171 rw - tmpfs tmpfs rw\n"
    (tmp_path / "self/mountinfo").write_text(line)
    roots = Roots(proc=str(tmp_path))

    assert None is word(roots=roots)
    assert CaptureState.ACTIVE is word(THREAD, roots=roots)


def test_other_drivers_have_no_such_thread():
    """The emulated and real webcams are asked by other ways."""
    assert "none" == word(THREAD, camera=a_camera())


@pytest.mark.parametrize(("films", "state"), [(True, "active"), (False, "inactive")])
def test_a_scan_asks_the_thread(tmp_path, films, state):
    """From /proc to the judgement: an open vivid camera, with its thread and without."""
    tree = Sysfs(tmp_path)
    platform = "devices/platform/vivid.0"
    tree.link(f"{platform}/driver", "bus/platform/drivers/vivid")
    tree.video(platform, "video0", "81:0", label="vivid-000-vid-cap")
    tree.driver_counts("vivid", 1)
    for task in (KTHREADD, THREAD) if films else (KTHREADD,):
        folder = tmp_path / f"proc/{task.pid}"
        folder.mkdir(parents=True)
        fields = f"{task.ppid} 0 0 0 -1 {0x200040} 0 0 0 0 0 0 0 0 20 0 1 0 {task.ticks} 0 0"
        (folder / "stat").write_text(f"{task.pid} ({task.name}) S {fields}\n")
    (tmp_path / "proc/stat").write_text("btime 1778000000\n")
    snapshot = linux.collect(tree.roots(proc=str(tmp_path / "proc")))

    assert [state] == [capture.state.value for capture in snapshot.captures]
