"""Who uses which camera now, out of the sensor monitor's reports and the ConsentStore."""

from collections.abc import Iterable

from camcheck.collect.use import Use
from camcheck.collect.windows.cameras import UNNAMED, same_device
from camcheck.collect.windows.consent import ConsentEntry, belongs, users_of
from camcheck.collect.windows.roles import role
from camcheck.collect.windows.sensors import SETTLING_SECONDS, Activity, ProcessActivity
from camcheck.model import (
    Bus,
    Camera,
    CameraKind,
    Capture,
    CaptureState,
    Fact,
    Gap,
    Holder,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Node,
    NodeKind,
    Process,
    Reason,
    Trust,
    Via,
    Witness,
)

MONITOR = "IMFSensorActivityMonitor"
STORE = "ConsentStore"
NOTICE_SETTING = "NoPhysicalCameraLED"
SWITCH = "access-switch"
_SWITCH_MEANS = "no program but parts of Windows should get a picture"
_FORGETFUL = 26220
"""Build since which Windows was seen to close notes of uses that go on (HASS.Agent PR#476)."""
_PAST_IT = "one that opens the driver itself, past the Frame Server, may not be reported"


def describe(
    cameras: tuple[Camera, ...],
    *,
    activities: tuple[Activity, ...] | None,
    entries: tuple[ConsentEntry, ...],
    entries_complete: bool,
    processes: tuple[Process, ...],
    on_screen_notice: bool | None,
    switched_off: bool = False,
    build: int = 0,
) -> Use:
    """``activities`` None: the sensor monitor could not be asked.

    ``entries_complete`` False: some of the ConsentStore could not be read, so that what it lacks
    says nothing. ``on_screen_notice`` None: that setting could not be read. ``switched_off``: the
    settings let no program use cameras. ``build`` of Windows, 0 where it is not known.
    """
    gaps: list[Gap] = []
    cameras = _with_reported(cameras, activities or ())
    streams = _streams(cameras, activities or (), processes, gaps)
    noted = _noted(entries, processes, streaming={holder.pid for holder, _ in streams})
    place, cameras = _place_of(noted, cameras, streams)
    holders = [holder for holder, _ in streams] + [
        _noted_holder(entry, process, place, processes) for entry, process in noted
    ]
    captures = tuple(
        _capture(
            camera,
            activities=activities,
            streams=streams,
            noted=noted,
            place=place,
            switched_off=switched_off,
        )
        for camera in cameras
    )
    indicators = [
        indicator
        for camera in cameras
        for indicator in (
            *_light(camera, notice=on_screen_notice),
            *_usage_list(
                camera,
                shown=_shown(camera, noted, place),
                complete=entries_complete,
                excused=_excused(camera, streams, processes, entries=entries, build=build),
            ),
        )
    ]
    return Use(cameras, tuple(sorted(set(holders))), captures, tuple(indicators), tuple(gaps))


def _with_reported(
    cameras: tuple[Camera, ...], activities: Iterable[Activity]
) -> tuple[Camera, ...]:
    """The cameras, and those that only the monitor knows of (network and program-made ones)."""
    found = list(cameras)
    for activity in activities:
        if _camera_of(activity, tuple(found)) is None:
            node = Node(activity.device, NodeKind.CAPTURE)
            name = activity.name or activity.device
            unlisted = Camera(
                activity.device.lower(), name, Bus.UNKNOWN, CameraKind.VIRTUAL, nodes=(node,)
            )
            found.append(unlisted)
    return tuple(sorted(found))


def _camera_of(activity: Activity, cameras: tuple[Camera, ...]) -> Camera | None:
    for camera in cameras:
        if any(same_device(node.path, activity.device) for node in camera.nodes):
            return camera
    return None


def _streams(
    cameras: tuple[Camera, ...],
    activities: Iterable[Activity],
    processes: tuple[Process, ...],
    gaps: list[Gap],
) -> list[tuple[Holder, bool]]:
    """The processes at each camera, and whether they stream."""
    by_pid = {process.pid: process for process in processes}
    found: list[tuple[Holder, bool]] = []
    for activity in activities:
        camera = _camera_of(activity, cameras)
        if camera is None:
            continue
        for one in activity.processes:
            process = by_pid.get(one.pid)
            if process is None or _number_reused(one, process):
                if one.streaming:
                    detail = f"Process {one.pid} streamed from it, but has ended since."
                    gaps.append(Gap(Fact.HOLDERS, camera.id, Reason.MISSING, detail))
                continue
            what = "streaming" if one.streaming else "not streaming"
            detail = "; ".join(filter(None, (what, role(process))))
            holder = Holder(
                camera.id,
                process.pid,
                process.started,
                Via.SENSOR_MONITOR,
                activity.device,
                detail=detail,
            )
            found.append((holder, one.streaming))
    return found


def _number_reused(one: ProcessActivity, process: Process) -> bool:
    """A process that began after the report about its number is another one."""
    if one.reported is None or process.started is None:
        return False
    return process.started > one.reported


def _noted(
    entries: Iterable[ConsentEntry], processes: tuple[Process, ...], *, streaming: set[int]
) -> list[tuple[ConsentEntry, Process]]:
    """Open entries with the process behind each; one of a dead program is history, not use.

    Of a program's many processes it is the one that the monitor names, one that has to do with
    cameras (of the many hosts of services), or else the oldest.
    """
    pairs = []
    for entry in entries:
        candidates = users_of(entry, processes=processes)
        named = [process for process in candidates if process.pid in streaming]
        known = [process for process in candidates if role(process)]
        pairs += [(entry, process) for process in (*named, *known, *candidates)[:1]]
    return pairs


def _place_of(
    noted: list[tuple[ConsentEntry, Process]],
    cameras: tuple[Camera, ...],
    streams: list[tuple[Holder, bool]],
) -> tuple[dict[int, str], tuple[Camera, ...]]:
    """The camera that each noted process uses: the store does not say, so only without a choice."""
    real = [camera.id for camera in cameras if camera.kind is not CameraKind.VIRTUAL]
    place: dict[int, str] = {}
    for _, process in noted:
        streamed = [holder.camera for holder, _ in streams if holder.pid == process.pid]
        choices = streamed or real
        place[process.pid] = choices[0] if len(set(choices)) == 1 else UNNAMED
    if UNNAMED in place.values():
        name = "a camera that Windows does not name"
        unnamed = Camera(UNNAMED, name, Bus.UNKNOWN, CameraKind.PHYSICAL, unknown=("name", "bus"))
        cameras = tuple(sorted((*cameras, unnamed)))
    return place, cameras


def _noted_holder(
    entry: ConsentEntry, process: Process, place: dict[int, str], processes: tuple[Process, ...]
) -> Holder:
    since = f"since {entry.began:%Y-%m-%d %H:%M} UTC" if entry.began else None
    what = role(process) or _which_host(entry, process, processes)
    detail = "; ".join(filter(None, (since, what)))
    return Holder(
        place[process.pid],
        process.pid,
        process.started,
        Via.CONSENT_STORE,
        entry.source,
        detail=detail,
    )


def _which_host(
    entry: ConsentEntry, process: Process, processes: tuple[Process, ...]
) -> str | None:
    """Windows notes the program only, and of the hosts of services there are dozens."""
    others = len(users_of(entry, processes=processes))
    if others < 2 or not (process.exe or "").casefold().endswith("\\svchost.exe"):
        return None
    return f"one of {others} hosts of Windows' services; the note does not say which"


def _capture(
    camera: Camera,
    *,
    activities: tuple[Activity, ...] | None,
    streams: list[tuple[Holder, bool]],
    noted: list[tuple[ConsentEntry, Process]],
    place: dict[int, str],
    switched_off: bool,
) -> Capture:
    witnesses: list[Witness] = []
    said = _monitor_witness(camera, activities, streams)
    if said:
        witnesses.append(said)
    users = [(entry, process) for entry, process in noted if place[process.pid] == camera.id]
    witnesses += [
        Witness(
            camera.id,
            STORE,
            f"in use by {process.name} ({process.pid})",
            entry.source,
            CaptureState.ACTIVE,
            detail="a note in the registry, which other programs can write",
        )
        for entry, process in users
    ]
    state, reason = _state(camera, said, noted=bool(users))
    if switched_off and camera.kind is not CameraKind.VIRTUAL:
        witnesses.append(Witness(camera.id, SWITCH, "off", STORE, detail=_SWITCH_MEANS))
        reason = f"camera access is switched off in Windows' settings. {reason}"
    return Capture(camera.id, state, reason, tuple(witnesses))


def _monitor_witness(
    camera: Camera,
    activities: tuple[Activity, ...] | None,
    streams: list[tuple[Holder, bool]],
) -> Witness | None:
    if activities is None or (camera.kind is CameraKind.VIRTUAL and not camera.nodes):
        return None  # the monitor does not cover sources that programs register with DirectShow
    if camera.id == UNNAMED:
        return None
    streaming = [holder.pid for holder, streams_now in streams if streams_now]
    here = [
        one.pid
        for activity in activities
        if _camera_of(activity, (camera,))
        for one in activity.processes
        if one.streaming
    ]
    if here:
        known = "" if set(here) <= set(streaming) else " (some have ended)"
        value = f"streaming to {len(here)} process(es){known}"
        return Witness(camera.id, "sensor-monitor", value, MONITOR, CaptureState.ACTIVE)
    value = f"no streaming reported within {SETTLING_SECONDS} s"
    return Witness(
        camera.id, "sensor-monitor", value, MONITOR, CaptureState.INACTIVE, detail=_PAST_IT
    )


def _state(camera: Camera, said: Witness | None, *, noted: bool) -> tuple[CaptureState, str]:
    if said and said.says is CaptureState.ACTIVE:
        return CaptureState.ACTIVE, "Windows reports that a program streams from it"
    if noted and said:
        reason = "Windows has noted a use that goes on, but reports no streaming"
        return CaptureState.UNDETERMINED, reason
    if noted:
        return CaptureState.ACTIVE, "Windows has noted a use that goes on by a running program"
    if said:
        reason = f"Windows reports no program that streams from it ({_PAST_IT})"
        return CaptureState.INACTIVE, reason
    if camera.kind is CameraKind.VIRTUAL:
        reason = "Windows keeps no account of cameras that programs imitate"
        return CaptureState.UNDETERMINED, reason
    return CaptureState.UNDETERMINED, "Windows could not be asked whether it streams"


def _light(camera: Camera, *, notice: bool | None) -> tuple[Indicator, ...]:
    """Windows never reads a light; it can be told that there is none, and then shows a notice."""
    if camera.kind is CameraKind.VIRTUAL or camera.id == UNNAMED:
        return ()
    if notice:
        kind, trust = IndicatorKind.ON_SCREEN_NOTICE, Trust.SOFTWARE
        reason = (
            "set to show a notice for some seconds at each start; Windows keeps no record of it"
        )
    else:
        kind, trust = IndicatorKind.LED, Trust.NOT_OBSERVABLE
        reason = "Windows has no way to read a camera's light"
        if notice is None:
            reason += ", and the setting for an on-screen notice could not be read"
    state = IndicatorState.NOT_OBSERVABLE
    return (Indicator(camera.id, kind, state, NOTICE_SETTING, trust, reason),)


def _shown(
    camera: Camera, noted: list[tuple[ConsentEntry, Process]], place: dict[int, str]
) -> list[str]:
    """The programs that Windows' list shows now and that may use this camera."""
    here = (camera.id, UNNAMED)
    return sorted({process.name for _, process in noted if place[process.pid] in here})


def build_of(version: str) -> int:
    """The build of Windows in its version ("10.0.26100"); 0 where it has none."""
    last = version.rpartition(".")[2]
    return int(last) if last.isascii() and last.isdigit() else 0


def _excused(
    camera: Camera,
    streams: list[tuple[Holder, bool]],
    processes: tuple[Process, ...],
    *,
    entries: tuple[ConsentEntry, ...],
    build: int,
) -> str | None:
    """Why the list need not show who uses the camera; None when it has to.

    It leaves out parts of Windows such as Hello. Newer builds have closed the note of a use that
    goes on; then the program is in the list all the same, and the sensor monitor names it.
    """
    by_id = {process.id: process for process in processes}
    users = [by_id[holder.process] for holder, _ in streams if holder.camera == camera.id]
    others = [process for process in users if role(process) is None]
    if not users:
        return None
    if not others:
        return "the camera serves a part of Windows, which the list need not show"
    listed = all(any(belongs(process, entry) for entry in entries) for process in others)
    if build >= _FORGETFUL and listed:
        return f"Windows of build {build} closes its notes while programs still film"
    return None


def _usage_list(
    camera: Camera, *, shown: list[str], complete: bool, excused: str | None
) -> tuple[Indicator, ...]:
    """What Settings shows under camera privacy: the ConsentStore, for all cameras at once."""
    if camera.kind is CameraKind.VIRTUAL:
        return ()
    if shown:
        state = IndicatorState.ON
        reason = f"Windows' list of camera use shows {', '.join(shown)}"
    elif not complete:
        state = IndicatorState.NOT_OBSERVABLE
        reason = "part of Windows' list of camera use could not be read"
    elif excused:
        state, reason = IndicatorState.NOT_OBSERVABLE, excused
    else:
        state = IndicatorState.OFF
        reason = "Windows' list of camera use shows no program that uses a camera now"
    kind = IndicatorKind.DESKTOP_ICON
    return (Indicator(camera.id, kind, state, STORE, Trust.SOFTWARE, reason),)
