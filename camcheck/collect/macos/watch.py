"""The watch on a Mac: notices from the system's log, and CoreMediaIO, which is asked often."""

import platform
from functools import partial

from camcheck.collect.macos.changes import stream_command, watching
from camcheck.collect.macos.machine import release
from camcheck.collect.watch import NoticeWatch


def macos_watch() -> NoticeWatch:
    """A watch on the cameras of this machine; see `collect.watch.Watch`."""
    command = stream_command(release(platform.mac_ver()[0]))
    return NoticeWatch("CoreMediaIO and the log", partial(watching, command=command))
