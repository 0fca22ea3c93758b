"""The watch on Windows: told by the registry and by the sensor activity monitor."""

from camcheck.collect.watch import ToldWatch
from camcheck.collect.windows.changes import stores, watching


def windows_watch() -> ToldWatch:
    """Eyes on this machine's cameras; see `watching.Watch`."""
    return ToldWatch("notices of the registry and the sensor monitor", watching, extent=stores)
