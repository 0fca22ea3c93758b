"""Who uses which camera now, out of CoreMediaIO and the system's log."""

from collections.abc import Iterable
from datetime import timedelta

from camcheck.collect.macos.cameras import UNNAMED, Device, cameras
from camcheck.collect.macos.log import Client, LogFacts, Reading, latest
from camcheck.collect.use import Use
from camcheck.model import (
    Bus,
    Camera,
    CameraKind,
    CameraUse,
    Capture,
    CaptureState,
    Fact,
    Gap,
    Holder,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Process,
    Reason,
    Trust,
    Via,
    Witness,
)

COREMEDIAIO = "CoreMediaIO"
CONTROL_CENTER = "Control Center"
_CLOCK_STEP = timedelta(seconds=1)


def describe(
    before: tuple[Device, ...],
    after: tuple[Device, ...],
    *,
    log: LogFacts | None,
    processes: tuple[Process, ...],
) -> Use:
    """``before`` and ``after`` are two looks at the cameras, the log was read between them.

    ``log`` None: it could not be read (the collector has the gap).
    """
    known = cameras(after)
    gaps = list(_unread(log, running=any(device.running for device in after)))
    attributed = _attributed(log, known, processes, gaps, now=after)
    if any(holder.camera == UNNAMED for holder in attributed):
        unnamed = Camera(
            UNNAMED, "a camera that macOS does not name", Bus.UNKNOWN, CameraKind.PHYSICAL
        )._replace(unknown=("name", "bus"))
        known = tuple(sorted((*known, unnamed)))
    steady = {device.uid: device.running for device in before}
    by_id = {f"macos:{device.uid}": device for device in after}
    captures, indicators = [], []
    for camera in known:
        device = by_id.get(camera.id)
        captures.append(_capture(camera, device, log))
        changed = device is None or steady.get(device.uid) != device.running
        indicators += _indicators(camera, log, changed=changed)
        if device and device.running and not attributed:
            detail = "It runs, but the system does not say for which program."
            gaps.append(Gap(Fact.HOLDERS, camera.id, Reason.MISSING, detail))
    holders = tuple(sorted(set(attributed)))
    return Use(known, holders, tuple(captures), tuple(indicators), tuple(sorted(set(gaps))))


def _unread(log: LogFacts | None, *, running: bool) -> Iterable[Gap]:
    """Gaps for a log whose lines about cameras have no known form."""
    if log is None:
        return
    if log.unrecognised:
        detail = (
            f"{log.unrecognised} lines about cameras were of a form that camcheck does not know; "
            "this release of macOS words them in another way."
        )
        yield Gap(Fact.HOLDERS, "the system's log", Reason.UNPARSED, detail)
    if running and latest(log.readings, shown=True) is None:
        detail = (
            "A camera runs, but no line of a known form tells what the green dot shows: either it "
            "has been on for long, or this release of macOS words the line in another way."
        )
        yield Gap(Fact.INDICATORS, CONTROL_CENTER, Reason.UNPARSED, detail)


def _attributed(
    log: LogFacts | None,
    known: tuple[Camera, ...],
    processes: tuple[Process, ...],
    gaps: list[Gap],
    *,
    now: tuple[Device, ...],
) -> list[Holder]:
    """The processes that the log's latest lines name as using a camera."""
    if log is None:
        return []
    holders: list[Holder] = []
    running = {f"macos:{device.uid}" for device in now if device.running}
    for reading, client in _present(log.readings, running=bool(running)):
        found = _processes_of(client, reading, processes)
        who = client.bundle or f"process {client.pid}"
        if not found and running:
            detail = f"The system names {who} as using it, but no such program was found."
            gaps.append(Gap(Fact.HOLDERS, who, Reason.MISSING, detail))
        node = f"{CONTROL_CENTER if client.bundle else 'system log'}: {who}"
        detail = f"since {reading.at:%Y-%m-%d %H:%M:%S} UTC or before"
        if len(found) > 1:
            detail += f"; one of {len(found)} programs that are called so"
        holders += [
            Holder(camera, *process.id, Via.SYSTEM_LOG, node, detail=detail)
            for process in found
            for camera in _cameras_of(client, known, running)
        ]
    return holders


def _present(readings: tuple[Reading, ...], *, running: bool) -> list[tuple[Reading, Client]]:
    """The clients of the last line of each kind; lines without an end count while a camera runs."""
    last = [*filter(None, (latest(readings, shown=True), latest(readings, shown=False)))]
    if running and not last:
        last = [reading for reading in readings if not reading.complete][-1:]
    return [(reading, client) for reading in last for client in reading.clients]


def _processes_of(
    client: Client, reading: Reading, processes: tuple[Process, ...]
) -> list[Process]:
    """The live processes that began before the line: of that number, or the oldest of each program
    that is called so.

    An application is called by its id; a program without one, such as a tool of the command line,
    by the name of its file, and so is one that takes an application's id for its name.
    """
    oldest: dict[str, Process] = {}
    for process in sorted(processes, key=lambda one: (one.started is None, one.id)):
        if process.started is not None and process.started > reading.at + _CLOCK_STEP:
            continue
        if client.pid is not None:
            if process.pid == client.pid:
                return [process]
        elif process.application == client.bundle:
            oldest.setdefault("", process)
        elif process.application is None and client.bundle in _names(process):
            oldest.setdefault(process.exe or process.name, process)
    return list(oldest.values())


def _names(process: Process) -> tuple[str, str]:
    return process.name, (process.exe or "").rpartition("/")[2]


def _cameras_of(client: Client, known: tuple[Camera, ...], running: set[str]) -> tuple[str, ...]:
    """The cameras of a client: the named ones, else the only one that runs, or the only one."""
    named = {f"macos:{uid}" for uid in client.cameras} & {camera.id for camera in known}
    if named:
        return tuple(sorted(named))
    real = {camera.id for camera in known if camera.kind is not CameraKind.VIRTUAL}
    choice = running or real
    return tuple(choice) if len(choice) == 1 else (UNNAMED,)


def _capture(camera: Camera, device: Device | None, log: LogFacts | None) -> Capture:
    witnesses = []
    if device and device.running is not None:
        says = CaptureState.ACTIVE if device.running else CaptureState.INACTIVE
        value = str(int(device.running))
        witnesses.append(Witness(camera.id, "running-somewhere", value, COREMEDIAIO, says))
    said = latest(log.readings, shown=False) if log else None
    users = [
        client.bundle or str(client.pid)
        for client in (said.clients if said else ())
        if device and device.uid in client.cameras
    ]
    if users:
        value = ", ".join(sorted(users))
        note = "a line in the log, whose form is promised to nobody"
        active = CaptureState.ACTIVE
        witnesses.append(
            Witness(camera.id, "frame-publisher", value, CONTROL_CENTER, active, detail=note)
        )
    opinions = {witness.says for witness in witnesses}
    match len(opinions):
        case 0:
            reason = "the system could not be asked whether it runs"
            return Capture(camera.id, CaptureState.UNDETERMINED, reason, tuple(witnesses))
        case 1:
            state = witnesses[0].says or CaptureState.UNDETERMINED
            running = state is CaptureState.ACTIVE
            reason = f"the system says that it {'runs' if running else 'does not run'}"
            return Capture(camera.id, state, reason, tuple(witnesses))
        case _:
            reason = "the system says that it does not run, but its log names a user"
            return Capture(camera.id, CaptureState.UNDETERMINED, reason, tuple(witnesses))


def _indicators(camera: Camera, log: LogFacts | None, *, changed: bool) -> list[Indicator]:
    if camera.kind is CameraKind.VIRTUAL or camera.id == UNNAMED:
        return []
    hidden = IndicatorState.NOT_OBSERVABLE
    light = Indicator(
        camera.id,
        IndicatorKind.LED,
        hidden,
        "hardware",
        Trust.NOT_OBSERVABLE,
        "the light is wired to the camera's power; macOS has no way to read it",
    )
    said = latest(log.readings, shown=True) if log else None
    if said is None:
        state, reason = hidden, "the log has no line of a known form about the green dot"
    elif changed:
        state, reason = hidden, "the camera was switched while camcheck looked"
    elif said.clients:
        names = ", ".join(client.bundle or "?" for client in said.clients)
        state, reason = IndicatorState.ON, f"the green dot shows {names}"
    else:
        state, reason = IndicatorState.OFF, "the green dot shows no program that uses a camera"
    kind, trust = IndicatorKind.DESKTOP_ICON, Trust.SOFTWARE
    return [light, Indicator(camera.id, kind, state, CONTROL_CENTER, trust, reason)]


def history(log: LogFacts) -> tuple[CameraUse, ...]:
    """Uses that the green dot showed in the time that the log was asked about."""
    open_since: dict[str, Reading] = {}
    uses: list[CameraUse] = []
    for reading in log.readings:
        if not reading.shown:
            continue
        now = {client.bundle for client in reading.clients if client.bundle}
        for bundle in sorted(set(open_since) - now):
            began = open_since.pop(bundle).at
            uses.append(CameraUse(None, bundle, None, began, reading.at, CONTROL_CENTER))
        for bundle in now - set(open_since):
            open_since[bundle] = reading
    uses += [
        CameraUse(None, bundle, None, reading.at, None, CONTROL_CENTER)
        for bundle, reading in open_since.items()
    ]
    return tuple(sorted(uses, key=lambda use: (use.began, use.program)))
