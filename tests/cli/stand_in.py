"""camcheck with a stand-in camera: python -m tests.cli.stand_in FOLDER ARGUMENTS...

FOLDER has sys, dev, run and etc as the tests of the collector build them, and var for what root
is asked to remember, tools for what makes an administrator; /proc is real. A process
that refuses even root, as the first one of some virtual machines does, is left out of the search:
it would make every scan incomplete. With a file "ordinary" in FOLDER it looks as if an ordinary
user asked, with "clicked" as if a double-click had started it.
"""

import os
import sys

from camcheck.cli import desktop, elevated, folders, main
from camcheck.collect import linux
from camcheck.collect.linux import prints
from camcheck.collect.linux.holders.descriptors import DescriptorSearch
from camcheck.collect.linux.holders.mappings import MappingSearch
from camcheck.model import Fact, Gap, Reason

_collect, _unreadable = linux.collect, linux._unreadable


def refuses(pid: int) -> bool:
    try:
        os.readlink(f"/proc/{pid}/exe")
    except PermissionError:
        return os.geteuid() == 0
    except OSError:
        pass
    return False


def without_refusing(search: type, name: str) -> None:
    run = getattr(search, name)

    def runs(self, tasks, *how):
        run(self, [task for task in tasks if not refuses(task.pid)], *how)

    setattr(search, name, runs)


def as_seen(snapshot, *, ordinary):
    """The snapshot, or what an ordinary user would have to say of it."""
    gap = Gap(Fact.PROCESSES, "programs of other users", Reason.DENIED, "Not ours to look into.")
    return snapshot._replace(elevated=False, gaps=(gap,)) if ordinary else snapshot


if __name__ == "__main__":
    places = {name: f"{sys.argv[1]}/{name}" for name in ("sys", "dev", "run", "etc")}
    without_refusing(DescriptorSearch, "_run")
    without_refusing(MappingSearch, "run")
    linux._unreadable = lambda rows, cameras: _unreadable(
        tuple(row for row in rows if not refuses(row.pid)), cameras
    )
    ordinary = os.path.exists(f"{sys.argv[1]}/ordinary")
    linux.collect = lambda **asked: as_seen(
        _collect(linux.Roots(**places), **asked), ordinary=ordinary
    )
    prints.Roots = lambda: linux.Roots(**places)
    folders.SYSTEM_FOLDER = f"{sys.argv[1]}/var"
    elevated.TOOLS = f"{sys.argv[1]}/tools"
    if os.path.exists(f"{sys.argv[1]}/clicked"):
        desktop.is_clicked = lambda: True
    main(sys.argv[2:])
