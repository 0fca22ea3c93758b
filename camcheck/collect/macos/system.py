"""macOS, as the rest of camcheck asks for it."""

from typing import TYPE_CHECKING

from camcheck.collect import macos
from camcheck.collect.files import Wanted
from camcheck.collect.system import System
from camcheck.model import CameraUse, Gap, Snapshot

if TYPE_CHECKING:
    from camcheck.collect.watch import Watch


class MacOS(System):
    """It notes uses of cameras by itself, in the log of the system."""

    name = "darwin"
    notes = "macos"

    def collect(self, *, probe: bool, selftest_record: str | None) -> Snapshot:
        return macos.collect()

    def look_for(self, snapshot: Snapshot, wanted: Wanted) -> Snapshot:
        from camcheck.collect.macos.traces import with_traces

        return with_traces(snapshot, wanted)

    def open_watch(self) -> "Watch":
        from camcheck.collect.macos.watch import macos_watch

        return macos_watch()

    def past_uses(self) -> tuple[tuple[CameraUse, ...], tuple[Gap, ...]]:
        return macos.past_uses()
