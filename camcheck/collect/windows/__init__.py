"""What Windows says about cameras and about the programs that use them."""

import os
from datetime import UTC, datetime

from camcheck.collect.use import Use
from camcheck.collect.windows.cameras import cameras as cameras_among
from camcheck.collect.windows.cameras import picture_sources
from camcheck.collect.windows.consent import (
    history,
    permissions,
    read_consent,
    switches,
    without_repeats,
)
from camcheck.collect.windows.machine import Activities, Machine, this_machine
from camcheck.collect.windows.persistence import registry_entries
from camcheck.collect.windows.registry import MACHINE, Registry, value_of
from camcheck.collect.windows.sensors import Activity, MonitorUnavailableError
from camcheck.collect.windows.use import MONITOR, NOTICE_SETTING, build_of, describe
from camcheck.model import (
    EVERY_PROGRAM,
    Camera,
    CameraUse,
    Fact,
    Gap,
    PersistenceEntry,
    Reason,
    Snapshot,
)

NOTICE_KEY = rf"{MACHINE}\SOFTWARE\Microsoft\OEM\Device\Capture"
FRAME_SERVER_KEYS = (
    rf"{MACHINE}\SOFTWARE\Microsoft\Windows Media Foundation\Platform",
    rf"{MACHINE}\SOFTWARE\WOW6432Node\Microsoft\Windows Media Foundation\Platform",
)


def collect(*, machine: Machine | None = None) -> Snapshot:
    """The facts of this moment from a Windows machine, by default the one that camcheck runs on."""
    machine = machine or this_machine()
    began = datetime.now(UTC)
    gaps: list[Gap] = []
    try:
        # The monitor needs half a second to hear of all cameras: the rest is asked meanwhile.
        with machine.monitor() as monitor:
            return _collected(machine, began=began, gaps=gaps, monitor=monitor)
    except MonitorUnavailableError as error:
        detail = f"{MONITOR}: {error}. Who streams is only known from Windows' own notes."
        gaps.append(Gap(Fact.CAPTURE, "all cameras", Reason.UNSUPPORTED, detail))
    return _collected(machine, began=began, gaps=gaps, monitor=None)


def _collected(
    machine: Machine, *, began: datetime, gaps: list[Gap], monitor: Activities | None
) -> Snapshot:
    cameras = _cameras(machine, gaps)
    processes, missed = machine.processes()
    gaps += missed
    entries, missed = read_consent(machine.registry)
    gaps += missed
    persistence, not_seen = _persistence(machine)
    switched_off = switches(machine.registry)
    use = describe(
        cameras,
        activities=_activities(monitor, gaps),
        entries=entries,
        entries_complete=not missed,
        processes=processes,
        on_screen_notice=_on_screen_notice(machine.registry),
        switched_off=bool([one for one in switched_off if one.program == EVERY_PROGRAM]),
        build=build_of(machine.host().version),
    )
    earlier, missed = machine.earlier()
    gaps += missed
    gaps += (*not_seen, *use.gaps, *_frame_server_off(machine.registry))
    pids = frozenset(holder.pid for holder in use.holders)
    processes, missed = machine.sign(processes, pids=pids)
    return _snapshot(machine, began=began, use=use, gaps=(*gaps, *missed))._replace(
        processes=processes,
        persistence=persistence,
        permissions=tuple(sorted({*permissions(entries), *switched_off}, key=str)),
        history=without_repeats(history(entries), earlier),
        asker=next((one.user for one in processes if one.pid == os.getpid()), None),
    )


def past_uses(*, machine: Machine | None = None) -> tuple[tuple[CameraUse, ...], tuple[Gap, ...]]:
    """What Windows has noted of camera use, and what of that could not be read."""
    machine = machine or this_machine()
    entries, missed = read_consent(machine.registry)
    earlier, more = machine.earlier()
    return without_repeats(history(entries), earlier), (*missed, *more)


def _snapshot(machine: Machine, *, began: datetime, use: Use, gaps: tuple[Gap, ...]) -> Snapshot:
    return Snapshot(
        host=machine.host(),
        started_at=began,
        finished_at=datetime.now(UTC),
        elevated=machine.elevated(),
        cameras=use.cameras,
        holders=use.holders,
        captures=use.captures,
        indicators=use.indicators,
        gaps=tuple(sorted(set(gaps))),
    )


def _cameras(machine: Machine, gaps: list[Gap]) -> tuple[Camera, ...]:
    try:
        found = cameras_among(machine.devices())
    except OSError as error:
        detail = f"Windows' list of devices could not be read: {error.strerror or error}."
        gaps.append(Gap(Fact.CAMERAS, "all cameras", Reason.FAILED, detail))
        found = ()
    try:
        return tuple(sorted((*found, *picture_sources(machine.registry))))
    except PermissionError:
        detail = "The list of virtual cameras could not be read."
        gaps.append(Gap(Fact.CAMERAS, "virtual cameras", Reason.DENIED, detail))
        return found


def _activities(monitor: Activities | None, gaps: list[Gap]) -> tuple[Activity, ...] | None:
    if monitor is None:
        return None
    activities = monitor.activities()
    gaps += [
        Gap(Fact.CAPTURE, MONITOR, Reason.UNPARSED, f"A report was not read: {failure}.")
        for failure in monitor.failures()
    ]
    return activities


def _persistence(machine: Machine) -> tuple[tuple[PersistenceEntry, ...], tuple[Gap, ...]]:
    entries, gaps = registry_entries(machine.registry)
    more, missed = machine.files()
    return tuple(sorted((*entries, *more), key=str)), (*gaps, *missed)


def _on_screen_notice(registry: Registry) -> bool | None:
    """Whether Windows was told that the camera has no light (then it shows a notice)."""
    try:
        return value_of(registry.values(NOTICE_KEY), NOTICE_SETTING) == 1
    except FileNotFoundError:
        return False
    except PermissionError:
        return None


def _frame_server_off(registry: Registry) -> tuple[Gap, ...]:
    """Without the Frame Server programs read cameras directly, past the sensor monitor."""
    for key in FRAME_SERVER_KEYS:
        try:
            value = value_of(registry.values(key), "EnableFrameServerMode")
        except (FileNotFoundError, PermissionError):
            continue
        if value == 0:
            detail = "The Camera Frame Server is switched off, so programs can stream unreported."
            return (Gap(Fact.CAPTURE, key, Reason.UNSUPPORTED, detail),)
    return ()
