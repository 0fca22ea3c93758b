"""Facts: what the machine said, platform-neutral and serialisable.

Every fact is an immutable named tuple, because named tuples are five times cheaper to define than
frozen dataclasses, and a scan pays for that at each start (docs/decisions.md has the figures).
Times are aware UTC. ``None`` in a field means "there is none"; a field that could not be read is
named in the record's ``unknown`` and belongs to a `Gap`.
"""

from datetime import datetime

from camcheck.fact import NamedTuple
from camcheck.terms import ArtifactKind as ArtifactKind
from camcheck.terms import Bus as Bus
from camcheck.terms import CameraKind as CameraKind
from camcheck.terms import CaptureState as CaptureState
from camcheck.terms import ExeState as ExeState
from camcheck.terms import Fact as Fact
from camcheck.terms import IndicatorKind as IndicatorKind
from camcheck.terms import IndicatorState as IndicatorState
from camcheck.terms import MomentKind as MomentKind
from camcheck.terms import MonitorHealth as MonitorHealth
from camcheck.terms import Nature as Nature
from camcheck.terms import NodeKind as NodeKind
from camcheck.terms import Permit as Permit
from camcheck.terms import Privilege as Privilege
from camcheck.terms import Provenance as Provenance
from camcheck.terms import Reason as Reason
from camcheck.terms import Role as Role
from camcheck.terms import Trust as Trust
from camcheck.terms import Via as Via
from camcheck.terms import Whose as Whose


class Gap(NamedTuple):
    """Something that could not be looked at: the only way to say "unknown".

    ``subject`` is what was not seen (a camera id, a path, "214 processes"), ``detail`` says in a
    plain sentence what that hides and what would help.
    """

    fact: Fact
    subject: str
    reason: Reason
    detail: str


class Node(NamedTuple):
    """A way into a camera: a device node (``device`` is major and minor), or a system's name."""

    path: str
    kind: NodeKind
    device: tuple[int, int] | None = None


class Camera(NamedTuple):
    """One physical or virtual capture device.

    ``id`` survives replug, reboot and renumbering: bus, vendor, product and serial number, or the
    port where there is no serial number. ``driver`` is None when no driver is bound; ``interfaces``
    tells the driver of each USB interface ("1-1:1.1=uvcvideo", "=none" when unbound).
    """

    id: str
    name: str
    bus: Bus
    kind: CameraKind
    driver: str | None = None
    vendor_id: str | None = None
    product_id: str | None = None
    serial: str | None = None
    location: str | None = None
    nodes: tuple[Node, ...] = ()
    interfaces: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class ProcessId(NamedTuple):
    """A process for all time: its number alone can be used again. ``started`` None: unknown."""

    pid: int
    started: datetime | None


class Process(NamedTuple):
    """A running process as the system describes it.

    ``exe`` is the path of the executable as the kernel tells it; ``exe_state`` says whether that
    file still is what runs: ``present``; ``replaced`` by another file of that name; ``deleted``;
    ``elsewhere`` when the path means that file only in the process's own view of the file systems
    (a container, a sandbox, a mount of its own; told of holders and their parents); ``memory`` for
    a file that never had a name; ``kernel`` for a kernel thread. ``package`` is the
    installed package that owns the executable (of one that was replaced, as by an update: that owns
    the file which is there now), ``container`` an engine and id, ``application`` a
    flatpak or snap id, or an AppImage (a path where its file was found, else a name), ``unit`` a
    systemd unit. ``own_dev``: it sees another /dev than the machine's (a mount namespace or root
    directory of its own); ``supervisor`` is the container engine's program among its parents.
    ``concealed`` says in words how the process is kept from ordinary tools, ``blocks`` what of it
    keeps everybody waiting for ever who looks there ("memory"). ``unknown`` names the fields that
    could not be read.
    """

    pid: int
    started: datetime | None
    name: str
    exe: str | None = None
    exe_state: ExeState | None = None
    cmdline: tuple[str, ...] = ()
    user: str | None = None
    uid: int | None = None
    ppid: int | None = None
    cwd: str | None = None
    unit: str | None = None
    container: str | None = None
    application: str | None = None
    package: str | None = None
    tracer_pid: int | None = None
    preload: tuple[str, ...] = ()
    kernel_thread: bool = False
    exe_writable_by: str | None = None
    concealed: str | None = None
    blocks: str | None = None
    sha256: str | None = None
    original_name: str | None = None
    company: str | None = None
    signer: str | None = None
    integrity: str | None = None
    own_dev: bool = False
    supervisor: str | None = None
    unknown: tuple[str, ...] = ()

    @property
    def appimage(self) -> str | None:
        """The AppImage that it runs from: a path, or a name where its file was not found."""
        kind, _, name = (self.application or "").partition(":")
        return name if kind == "appimage" else None

    def brings(self, path: str) -> bool:
        """Whether a file lies in the AppImage that the program itself runs from."""
        top = "/".join((self.exe or "").split("/")[:3])  # /tmp/.mount_NAME
        plain = "/../" not in path and "/./" not in path
        return bool(self.appimage and top) and plain and path.startswith(f"{top}/")

    @property
    def id(self) -> ProcessId:
        return ProcessId(self.pid, self.started)


class Holder(NamedTuple):
    """A process with a reference to a camera. ``node`` is the way in as the process named it.

    ``role`` is what is particular about it, for programs; ``detail`` a remark for readers.
    ``foreign``: the device file is another than the camera's own, made for the same device.
    ``inherited``: a parent has the very same file open, and the process was born with it.
    """

    camera: str
    pid: int
    started: datetime | None
    via: Via
    node: str
    access: str | None = None
    role: Role | None = None
    detail: str | None = None
    foreign: bool = False
    inherited: bool = False

    @property
    def process(self) -> ProcessId:
        return ProcessId(self.pid, self.started)


class DriverReferences(NamedTuple):
    """How many open files a driver counts, and how many of them holders account for.

    ``opened`` is None where the driver does not say (built in). ``accounted`` is an upper bound of
    the distinct open files found, so ``opened > accounted`` means that somebody was not found.
    ``measured`` tells that the meaning of this driver's count was measured on a real kernel.
    """

    driver: str
    cameras: tuple[str, ...]
    opened: int | None
    accounted: int
    measured: bool


class Witness(NamedTuple):
    """One fact of the system about a camera: where it was read, what it was, what it says.

    ``says`` is the capture state that this witness alone speaks for; None when it has no opinion
    (then ``detail`` says why). ``privilege`` is what reading it needed.
    """

    camera: str
    name: str
    value: str
    source: str
    says: CaptureState | None = None
    privilege: Privilege = Privilege.USER
    detail: str | None = None


class Capture(NamedTuple):
    """Whether frames flow from a camera, and the reason for that judgement."""

    camera: str
    state: CaptureState
    reason: str
    witnesses: tuple[Witness, ...] = ()


class Indicator(NamedTuple):
    """What the user is shown, a light or a sign. One that cannot be read is never off."""

    camera: str
    kind: IndicatorKind
    state: IndicatorState
    source: str
    trust: Trust
    reason: str


class PersistenceEntry(NamedTuple):
    """What starts a program by itself: autostart, unit, cron, launchd, Run key, service."""

    kind: str
    path: str
    name: str
    command: str
    user: str | None = None


class Artifact(NamedTuple):
    """Something that signatures ask for and that is there: a file, a registry key or value.

    Of ``kind`` yara, ``value`` is the YARA rule that matched the file ``path``, by ``author``, read
    from ``origin``. ``size`` in bytes. What was asked for and is
    absent has no record; what could not be looked up is a `Gap`.
    """

    kind: ArtifactKind
    path: str
    value: str | None = None
    size: int | None = None
    sha256: str | None = None
    user: str | None = None
    author: str | None = None
    origin: str | None = None


class Permission(NamedTuple):
    """What the system lets a program do with cameras; being allowed is not using.

    ``program`` is a path, or the name of an installed application. ``changed`` is when the answer
    was given, None where that is not recorded.
    """

    program: str
    user: str | None
    answer: Permit
    changed: datetime | None
    source: str


EVERY_PROGRAM = "every program"
"""The ``program`` of a permission that is the system's master switch for cameras."""


class CameraUse(NamedTuple):
    """A past or present use of a camera that the system itself has kept a record of.

    ``camera`` is None where the record does not say which. ``program`` is a path, or the name of an
    installed application. ``ended`` None: no end is recorded, because it still runs, or because it
    crashed; the record alone cannot tell. ``source`` is where it was read.
    """

    camera: str | None
    program: str
    user: str | None
    began: datetime
    ended: datetime | None
    source: str


class Connection(NamedTuple):
    """A network connection of a process (for the report's reader, never a judgement alone)."""

    pid: int
    started: datetime | None
    local: str
    remote: str
    status: str


class Moment(NamedTuple):
    """Something that the history of the monitor tells about a camera: when, and one sentence.

    ``until`` is the end of what lasted. Of a camera that was counted: ``transfers`` of its device
    in that time, and ``awake_ms``, the milliseconds for which it was not asleep.
    """

    at: datetime
    camera: str
    text: str
    kind: MomentKind = MomentKind.EVENT
    until: datetime | None = None
    transfers: int | None = None
    awake_ms: int | None = None


class CameraPrint(NamedTuple):
    """What makes a camera this camera: remembered on request, and compared later.

    ``firmware`` is its release number (USB bcdDevice), ``interfaces`` its functions as class,
    subclass and protocol ("0e/01/00"; "03/…" is a keyboard or mouse), ``descriptors`` the SHA-256
    of all that it says of itself. ``driver`` is None when none has it.
    """

    camera: str
    name: str
    driver: str | None
    firmware: str | None
    interfaces: tuple[str, ...]
    descriptors: str


class Presence(NamedTuple):
    """What speaks for or against a user being at the machine. None: the system does not say.

    ``user`` is whose desktop session it is; for the lid of the machine it is None.
    """

    user: str | None
    locked: bool | None
    idle: bool | None
    lid_closed: bool | None
    source: str


class MonitorState(NamedTuple):
    """A monitor that is installed as a service (its file), and what it was found to do.

    ``seen`` is its last sign of life, by the process ``pid``.
    """

    service: str
    health: MonitorHealth
    pid: int | None = None
    seen: datetime | None = None


class Host(NamedTuple):
    """The machine: system, kernel or build, processor, name, versions of camera drivers."""

    system: str
    release: str
    version: str
    machine: str
    name: str
    drivers: tuple[str, ...] = ()


class Snapshot(NamedTuple):
    """The facts of one moment. Every tuple is sorted, so that equal machines give equal text.

    ``remembered`` are the cameras as the user had them remembered; empty when that was not asked.
    ``asker`` is the account of the person who asked, also where that person became root by sudo;
    None where the system does not say (a login as root). ``offline``: read from the disk of a
    computer that does not run, which knows nothing of now.
    """

    host: Host
    started_at: datetime
    finished_at: datetime
    elevated: bool
    cameras: tuple[Camera, ...] = ()
    processes: tuple[Process, ...] = ()
    holders: tuple[Holder, ...] = ()
    references: tuple[DriverReferences, ...] = ()
    captures: tuple[Capture, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    persistence: tuple[PersistenceEntry, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    connections: tuple[Connection, ...] = ()
    prints: tuple[CameraPrint, ...] = ()
    remembered: tuple[CameraPrint, ...] = ()
    permissions: tuple[Permission, ...] = ()
    history: tuple[CameraUse, ...] = ()
    presence: tuple[Presence, ...] = ()
    asker: str | None = None
    offline: bool = False
    monitors: tuple[MonitorState, ...] = ()
    gaps: tuple[Gap, ...] = ()
