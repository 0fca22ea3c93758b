"""Capture facts: whether pictures flow, by witnesses that need no opening of the camera.

Everything is read twice where it is a counter: once before the search for holders and once after
it, so that the time between costs nothing. A camera that is plainly idle is read once.

Sources: Documentation/ABI/testing/sysfs-bus-usb (urbnum, bAlternateSetting), sysfs-devices-power,
drivers/media/usb/uvc/uvc_video.c (start and stop of streams), uvc_debugfs.c (statistics).
"""

import os
import re
import time
from typing import NamedTuple

from camcheck.collect.linux.capture_rules import Signs, decide
from camcheck.collect.linux.references import reference_count
from camcheck.collect.linux.sensors import sensor_power
from camcheck.collect.linux.system import Roots, read_optional
from camcheck.model import (
    Bus,
    Camera,
    CameraKind,
    Capture,
    CaptureState,
    Fact,
    Gap,
    Reason,
    Witness,
)

WINDOW = 0.25  # seconds between two looks: at 20 transfers a second, five must have come

_COUNTER = 1 << 32  # urbnum is a 32-bit counter that wraps (include/linux/usb.h)
_FRAMES = re.compile(r"^frames:\s*(\d+)", re.MULTILINE)
_ACTIVE, _INACTIVE = CaptureState.ACTIVE, CaptureState.INACTIVE


class Reading(NamedTuple):
    """What was read of one camera in one moment; None: there is none, or it could not be read."""

    settings: tuple[tuple[str, int], ...] = ()  # path and alternate setting of video interfaces
    bulk: bool = False  # an interface that streams without an alternate setting of its own
    microphone: bool = False
    transfers: int | None = None
    power: tuple[str, str] | None = None  # path and runtime status of the control interface
    active_time: int | None = None  # milliseconds
    references: int | None = None
    frames: tuple[str, int] | None = None
    sensors: tuple[tuple[str, str], ...] = ()


class CaptureLook:
    """The first look at all cameras. `look_again` takes the second where one is needed."""

    def __init__(self, roots: Roots, cameras: tuple[Camera, ...]) -> None:
        self._roots, self._cameras = roots, cameras
        self._began = time.monotonic()
        self._first = {camera.id: read(roots, camera) for camera in cameras}
        self._second: dict[str, Reading] = {}
        self._span = 0.0

    def look_again(self) -> None:
        """Reads the doubtful cameras once more, `WINDOW` after the first look at the earliest."""
        doubtful = [c for c in self._cameras if needs_second_look(c, self._first[c.id])]
        if doubtful:
            time.sleep(max(0.0, self._began + WINDOW - time.monotonic()))
        self._span = time.monotonic() - self._began
        self._second = {camera.id: read(self._roots, camera) for camera in doubtful}

    def judge(self, probed: dict[str, Witness]) -> tuple[tuple[Capture, ...], tuple[Gap, ...]]:
        """The capture state of each camera. ``probed`` are answers of the opt-in probe."""
        captures, gaps = [], []
        for camera in self._cameras:
            first, second = self._first[camera.id], self._second.get(camera.id)
            answer = probed.get(camera.id)
            capture = judge_capture(camera, first, second, span=self._span, probed=answer)
            captures.append(capture)
            gaps += undetermined_gap(camera, capture)
        return tuple(sorted(captures)), tuple(gaps)


def read(roots: Roots, camera: Camera) -> Reading:
    """One look at a camera through sysfs (and debugfs, which root can read)."""
    references = reference_count(roots, camera.driver) if camera.driver else None
    if camera.bus is not Bus.USB:
        sensors = sensor_power(roots) if camera.kind is not CameraKind.VIRTUAL else ()
        return Reading(references=references, sensors=sensors)
    base = f"{roots.sys}/bus/usb/devices"
    names = [entry.partition("=")[0] for entry in camera.interfaces]
    settings, bulk = [], False
    for name in names:
        path = f"{base}/{name}"
        if read_optional(f"{path}/bInterfaceSubClass") == "01" and len(names) > 1:
            continue  # the control interface carries no pictures
        setting = _number(read_optional(f"{path}/bAlternateSetting"))
        if setting is not None:
            settings.append((f"{path}/bAlternateSetting", setting))
            endpoints = _number(read_optional(f"{path}/bNumEndpoints"), base=16)
            bulk |= setting == 0 and bool(endpoints)
    device = f"{base}/{names[0].partition(':')[0]}" if names else ""
    return Reading(
        settings=tuple(settings),
        bulk=bulk,
        microphone=_microphone(device),
        transfers=_number(read_optional(f"{device}/urbnum")),
        power=_power(base, names),
        active_time=_number(read_optional(f"{base}/{names[0]}/power/runtime_active_time"))
        if names
        else None,
        references=references,
        frames=_frames(roots, device),
    )


def _microphone(device: str) -> bool:
    """Whether a microphone of the same device records: an AudioStreaming interface that is on."""
    try:
        names = os.listdir(device)
    except OSError:
        return False
    own = f"{os.path.basename(device)}:"
    for name in names:
        path = f"{device}/{name}"
        if name.startswith(own) and read_optional(f"{path}/bInterfaceClass") == "01":
            streaming = read_optional(f"{path}/bInterfaceSubClass") == "02"
            if streaming and _number(read_optional(f"{path}/bAlternateSetting")):
                return True
    return False


def _power(base: str, names: list[str]) -> tuple[str, str] | None:
    for name in names:
        path = f"{base}/{name}/power/runtime_status"
        status = read_optional(path)
        if status in ("active", "suspended", "resuming", "suspending"):
            return path, status
    return None


def _frames(roots: Roots, device: str) -> tuple[str, int] | None:
    """Pictures that uvcvideo has counted since the stream began (debugfs, root only)."""
    base = f"{roots.sys}/kernel/debug/usb/uvcvideo"
    bus, number = read_optional(f"{device}/busnum"), read_optional(f"{device}/devnum")
    if not (bus and number):
        return None
    try:
        names = [name for name in os.listdir(base) if name.startswith(f"{bus}-{number}-")]
    except OSError:
        return None
    total, path = 0, ""
    for name in sorted(names):
        path = f"{base}/{name}/stats"
        found = _FRAMES.search(read_optional(path) or "")
        if found is None:
            return None
        total += int(found[1])
    return (path, total) if path else None


def _number(text: str | None, *, base: int = 10) -> int | None:
    try:
        return int(text, base) if text else None
    except ValueError:
        return None


def signs(camera: Camera, first: Reading, second: Reading | None) -> Signs:
    """What the rules need, from one or two readings."""
    looks = [first] if second is None else [first, second]
    settings = [setting for look in looks for _, setting in look.settings]
    transfers = frames = None
    if second and first.transfers is not None and second.transfers is not None:
        transfers = (second.transfers - first.transfers) % _COUNTER
    if second and first.frames and second.frames:
        # A stream that has just begun counts from zero again.
        grown = second.frames[1] - first.frames[1]
        frames = grown if grown >= 0 else second.frames[1]
        if not frames and not is_bound(camera):
            frames = None  # what goes past the driver, it cannot count
    sensors = [status for look in looks for _, status in look.sensors]
    return Signs(
        bound=is_bound(camera),
        bulk=any(look.bulk for look in looks),
        reserved=any(settings) if settings else None,
        transfers=transfers,
        microphone=any(look.microphone for look in looks),
        suspended=_suspended(looks),
        references=_references(looks),
        frames=frames,
        sensor=any(status != "suspended" for status in sensors) if sensors else None,
    )


def _suspended(looks: list[Reading]) -> bool | None:
    states = [look.power[1] for look in looks if look.power]
    return all(state == "suspended" for state in states) if states else None


def _references(looks: list[Reading]) -> int | None:
    counts = [look.references for look in looks if look.references is not None]
    return max(counts) if len(counts) == len(looks) else None


def is_bound(camera: Camera) -> bool:
    """Whether all interfaces belong to the camera's driver: no program has taken one."""
    return camera.driver not in (None, "usbfs", "usbip-host", "vfio-pci") and all(
        entry.partition("=")[2] == camera.driver for entry in camera.interfaces
    )


def needs_second_look(camera: Camera, first: Reading) -> bool:
    """Whether the first look leaves a doubt that counters can settle."""
    return camera.bus is Bus.USB and not decide(signs(camera, first, None)).settled


def judge_capture(
    camera: Camera,
    first: Reading,
    second: Reading | None,
    *,
    span: float,
    probed: Witness | None,
) -> Capture:
    """The witnesses of one camera and the judgement over them."""
    seen = signs(camera, first, second)
    if probed:
        seen = seen._replace(pictures=None if probed.says is None else probed.says is _ACTIVE)
    last = second or first
    found = [
        *_usb_witnesses(camera, first, last, seen),
        *_counter_witnesses(camera, last, seen, span),
        *_sensor_witnesses(camera, last),
    ]
    if last.references is not None:
        says = _INACTIVE if last.references == 0 and seen.bound else None
        source = f"/sys/module/{camera.driver}/refcnt"
        why = "open files of all cameras of this driver; open is not capturing"
        found.append(
            Witness(camera.id, "driver-references", str(last.references), source, says, detail=why)
        )
    found += [probed] if probed else []
    rule = decide(seen)
    return Capture(camera.id, rule.state, rule.reason, tuple(sorted(found, key=lambda w: w.name)))


def _usb_witnesses(camera: Camera, first: Reading, last: Reading, seen: Signs) -> list[Witness]:
    found = []
    for (path, before), (_, now) in zip(first.settings, last.settings, strict=False):
        says = _ACTIVE if before or now else None if seen.bulk else _INACTIVE
        why = "this camera streams without one" if seen.bulk and says is None else None
        value = str(now) if before == now else f"{before}, then {now}"
        found.append(Witness(camera.id, "usb-alternate-setting", value, path, says, detail=why))
    if last.power:
        path, status = last.power
        says = _INACTIVE if seen.suspended and seen.bound else None
        why = None if says else _awake_means(os.uname().release)
        found.append(Witness(camera.id, "usb-power", status, path, says, detail=why))
    if last.active_time is not None:
        path = (last.power or ("", ""))[0].replace("runtime_status", "runtime_active_time")
        why = "time awake since it was plugged in: compare it with an earlier scan"
        value = f"{last.active_time} ms"
        found.append(Witness(camera.id, "usb-active-time", value, path, None, detail=why))
    return found


def _awake_means(release: str) -> str:
    """What an awake interface means: Linux 6.17 changed it (uvc_v4l2.c); 6.15 and 6.16 unread."""
    version = re.match(r"(\d+)\.(\d+)", release)
    number = (int(version[1]), int(version[2])) if version else (0, 0)
    if number >= (6, 17):
        return "awake: it streams, did so seconds ago, or is being adjusted"
    if number and number < (6, 15):
        return "awake: somebody has it open, or had seconds ago"
    return "awake: somebody uses it or has it open"


def _counter_witnesses(
    camera: Camera, last: Reading, seen: Signs, span: float
) -> list[Witness]:
    found = []
    if seen.transfers is not None:
        device = last.settings[0][0].rpartition("/")[0].partition(":")[0] if last.settings else ""
        says = None
        if not seen.microphone:
            says = _INACTIVE if seen.transfers == 0 else None
            says = _ACTIVE if seen.reserved or decide_bulk(seen) else says
        why = "its microphone is in use and counts too" if seen.microphone else None
        value = f"+{seen.transfers} in {span * 1000:.0f} ms"
        found.append(
            Witness(camera.id, "usb-transfers", value, f"{device}/urbnum", says, detail=why)
        )
    if seen.frames is not None and last.frames:
        says = _ACTIVE if seen.frames else None
        value = f"+{seen.frames} in {span * 1000:.0f} ms"
        found.append(
            Witness(camera.id, "driver-statistics", value, last.frames[0], says, privilege="root")
        )
    return found


def decide_bulk(seen: Signs) -> bool:
    """Whether the transfers of a camera without alternate settings speak for a stream."""
    return seen.bulk and decide(seen).state is _ACTIVE and bool(seen.transfers)


def _sensor_witnesses(camera: Camera, last: Reading) -> list[Witness]:
    return [
        Witness(
            camera.id,
            "sensor-power",
            status,
            path,
            _INACTIVE if status == "suspended" else _ACTIVE,
        )
        for path, status in last.sensors
    ]


def undetermined_gap(camera: Camera, capture: Capture) -> list[Gap]:
    """An undetermined state is told as a gap, except of virtual cameras, which see no room."""
    if capture.state is not CaptureState.UNDETERMINED or camera.kind is CameraKind.VIRTUAL:
        return []
    detail = f"Whether {camera.name} is filming cannot be told: {capture.reason}."
    return [Gap(Fact.CAPTURE, camera.id, Reason.MISSING, detail)]
