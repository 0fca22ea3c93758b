"""camcheck with a stand-in camera: python -m tests.cli.stand_in FOLDER ARGUMENTS...

FOLDER has sys, dev, run and etc as the tests of the collector build them, and var for what root
is asked to remember; /proc is real. A process
that refuses even root, as the first one of some virtual machines does, is left out of the search:
it would make every scan incomplete.
"""

import os
import sys

from camcheck.cli import folders, main
from camcheck.collect import linux
from camcheck.collect.linux import prints
from camcheck.collect.linux.holders.descriptors import DescriptorSearch
from camcheck.collect.linux.holders.mappings import MappingSearch

_collect, _unreadable = linux.collect, linux._unreadable


def refuses(pid: int) -> bool:
    try:
        os.readlink(f"/proc/{pid}/exe")
    except PermissionError:
        return os.geteuid() == 0
    except OSError:
        pass
    return False


def without_refusing(search: type) -> None:
    run = search.run
    search.run = lambda self, tasks, **how: run(
        self, [task for task in tasks if not refuses(task.pid)], **how
    )


if __name__ == "__main__":
    places = {name: f"{sys.argv[1]}/{name}" for name in ("sys", "dev", "run", "etc")}
    for search in (DescriptorSearch, MappingSearch):
        without_refusing(search)
    linux._unreadable = lambda rows, cameras: _unreadable(
        tuple(row for row in rows if not refuses(row.pid)), cameras
    )
    linux.collect = lambda **asked: _collect(linux.Roots(**places), **asked)
    prints.Roots = lambda: linux.Roots(**places)
    folders.SYSTEM_FOLDER = f"{sys.argv[1]}/var"
    main(sys.argv[2:])
