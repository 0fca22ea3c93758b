"""Whether a virtual camera makes pictures: vivid does it in a thread of the kernel.

The thread ``vivid-000-vid-cap`` lives while somebody streams (vivid_start_generating_vid_cap in
drivers/media/test-drivers/vivid/vivid-kthread-cap.c), and not while the node is merely open.
"""

from collections.abc import Mapping

from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.processes.hidden import covered_processes
from camcheck.collect.linux.processes.table import Task
from camcheck.model import Camera, CaptureState, Witness

_KTHREADD = 2  # the parent of all kernel threads
_SHORT = 15  # letters of a thread's name before Linux 5.17


def thread_witness(roots: Roots, camera: Camera, tasks: Mapping[int, Task]) -> Witness | None:
    """What the kernel's thread says; None where threads of the kernel cannot be seen.

    No program can pass for a kernel thread: the flag and the parent are the kernel's own.
    """
    parent = tasks.get(_KTHREADD)
    if camera.driver != "vivid" or parent is None or not parent.kernel_thread:
        return None  # another driver, or kernel threads are not shown (container, hidepid)
    name = f"{camera.name}-vid-cap"
    for task in tasks.values():
        ours = task.kernel_thread and task.ppid == _KTHREADD
        if ours and task.name in (name, name[:_SHORT]):
            return _witness(roots, camera, f"{name} runs", task.pid, CaptureState.ACTIVE)
    says = None if covered_processes(roots) else CaptureState.INACTIVE
    return _witness(roots, camera, f"no {name}", None, says)


def _witness(
    roots: Roots, camera: Camera, value: str, pid: int | None, says: CaptureState | None
) -> Witness:
    source = f"{roots.proc}/{pid}/stat" if pid else roots.proc
    why = None if says else "something is mounted over a process, which may be this thread"
    return Witness(camera.id, "picture-thread", value, source, says, detail=why)
