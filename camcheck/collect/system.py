"""What camcheck asks of a system, whichever it is: one class for each, chosen once."""

from collections.abc import Callable, Container

from camcheck.collect.files import Wanted
from camcheck.errors import UnsupportedSystemError
from camcheck.model import Camera, CameraPrint, CameraUse, Gap, Presence, Process, Snapshot
from camcheck.typed import TYPE_CHECKING, ClassVar, Protocol, TypeVar

if TYPE_CHECKING:
    from camcheck.collect.watch import Watch

_Seen = TypeVar("_Seen")


class System(Protocol):
    """A system that camcheck runs on. What has a body here, most systems do not say.

    ``name`` is Python's name for it (linux, darwin, win32), ``notes`` the name (`Host.system`) of
    a system that notes uses of cameras by itself; empty where it does not.
    """

    name: ClassVar[str]
    notes: ClassVar[str] = ""

    def collect(self, *, probe: bool, selftest_record: str | None) -> Snapshot:
        """Looks at this machine once, as `camcheck.collect.collect` says."""
        ...

    def watched(self, look: Callable[[], _Seen], /) -> _Seen:
        """What ``look`` returns or raises, whatever could keep it waiting for ever.

        Only on Linux it is known what can, and a process can be left behind.
        """
        return look()

    def in_time(self, look: Callable[[], _Seen], _subject: str, /) -> _Seen:
        """What ``look`` returns or raises; TimeoutError where its subject never answers."""
        return look()

    def look_for(self, snapshot: Snapshot, wanted: Wanted) -> Snapshot:
        """The snapshot with what rules want: what starts by itself, files, settings, digests."""
        ...

    def open_watch(self) -> "Watch":
        """A watch on the cameras over time: events, or looking often where there are none."""
        ...

    def camera_prints(self, _cameras: tuple[Camera, ...], /) -> tuple[CameraPrint, ...]:
        """What the cameras say of themselves. Raises UnsupportedSystemError where it is not read.

        Only the collector of Linux reads the USB descriptors.
        """
        raise UnsupportedSystemError(
            "What a camera says of itself is read on Linux only, so it can be remembered there "
            "only."
        )

    def presence(self) -> tuple[Presence, ...]:
        """What speaks for or against somebody being at the machine; nothing where it is unknown."""
        return ()

    def past_uses(self) -> tuple[tuple[CameraUse, ...], tuple[Gap, ...]]:
        """Uses of cameras that the system itself has noted, and what of that could not be read."""
        return (), ()

    def unproven_code(
        self, _process: Process, /, *, known: Container[str]
    ) -> tuple[str, ...] | None:
        """Files that a process runs code from and that nobody vouches for; None: it cannot be seen.

        ``known`` are SHA-256 of files that are trusted. Looked at on Linux only.
        """
        return ()

    def proves_script(self, _process: Process, _script: str, /, *, sha256: str) -> bool:
        """Whether it is the system's own word that an interpreter runs this script; never, where
        the arguments are all that is told."""
        return False
