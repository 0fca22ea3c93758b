"""Linux, as the rest of camcheck asks for it."""

from collections.abc import Callable, Container

from camcheck import bounded
from camcheck.collect import linux
from camcheck.collect.files import Wanted
from camcheck.collect.system import System
from camcheck.model import Camera, CameraPrint, Presence, Process, Snapshot
from camcheck.typed import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from camcheck.collect.watch import Watch

_Seen = TypeVar("_Seen")


class Linux(System):
    """Events and all witnesses; the kernel notes no uses of cameras."""

    name = "linux"

    def collect(self, *, probe: bool, selftest_record: str | None) -> Snapshot:
        return linux.collect(probe=probe, selftest_record=selftest_record)

    def watched(self, look: Callable[[], _Seen], /) -> _Seen:
        return bounded.watched(look)

    def in_time(self, look: Callable[[], _Seen], subject: str, /) -> _Seen:
        return bounded.in_time(look, subject)

    def look_for(self, snapshot: Snapshot, wanted: Wanted) -> Snapshot:
        from camcheck.collect.linux.traces.look import with_traces

        return with_traces(snapshot, wanted)

    def open_watch(self) -> "Watch":
        from camcheck.collect.linux.watch.watch import LinuxWatch

        return LinuxWatch()

    def camera_prints(self, cameras: tuple[Camera, ...], /) -> tuple[CameraPrint, ...]:
        from camcheck.collect.linux.prints import camera_prints

        return camera_prints(cameras)

    def presence(self) -> tuple[Presence, ...]:
        from camcheck.collect.linux.desktop.presence import collect_presence

        return collect_presence()

    def unproven_code(
        self, process: Process, /, *, known: Container[str]
    ) -> tuple[str, ...] | None:
        from camcheck.collect.linux.processes.code import unproven_code

        return unproven_code(process, known=known)

    def proves_script(self, process: Process, script: str, /, *, sha256: str) -> bool:
        from camcheck.collect.linux.processes.code import proves_script

        return proves_script(process, script, sha256)
