"""Windows, as the rest of camcheck asks for it."""

from typing import TYPE_CHECKING

from camcheck.collect import windows
from camcheck.collect.files import Wanted
from camcheck.collect.system import System
from camcheck.model import CameraUse, Gap, Snapshot

if TYPE_CHECKING:
    from camcheck.collect.watch import Watch


class Windows(System):
    """It notes uses of cameras by itself: the ConsentStore and logs of events."""

    name = "win32"
    notes = "windows"

    def collect(self, *, probe: bool, selftest_record: str | None) -> Snapshot:
        return windows.collect()

    def look_for(self, snapshot: Snapshot, wanted: Wanted) -> Snapshot:
        from camcheck.collect.windows.traces import with_traces

        return with_traces(snapshot, wanted)

    def open_watch(self) -> "Watch":
        from camcheck.collect.windows.watch import windows_watch

        return windows_watch()

    def past_uses(self) -> tuple[tuple[CameraUse, ...], tuple[Gap, ...]]:
        return windows.past_uses()
