"""The watch on Windows: told by the registry and by the sensor activity monitor."""

from camcheck.collect.watch import NoticeWatch
from camcheck.collect.windows.changes import stores, watching


def windows_watch() -> NoticeWatch:
    """A watch on the cameras of this machine; see `collect.watch.Watch`."""
    return NoticeWatch("notices of the registry and the sensor monitor", watching, extent=stores)
