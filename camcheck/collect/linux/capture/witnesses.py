"""What the readings of a camera mean: what each witness says, and the judgement over all."""

import os
import re

from camcheck.collect.linux.capture.reading import Reading
from camcheck.collect.linux.capture.rules import STREAM, Signs, decide
from camcheck.collect.linux.capture.selftest_record import (
    NONE,
    WitnessRecord,
    weighed,
    without_silent,
)
from camcheck.model import Camera, CameraKind, Capture, CaptureState, Privilege, Witness

_COUNTER = 1 << 32  # urbnum is a 32-bit counter that wraps (include/linux/usb.h)
_ACTIVE, _INACTIVE = CaptureState.ACTIVE, CaptureState.INACTIVE


def signs(camera: Camera, first: Reading, second: Reading | None) -> Signs:
    """What the rules need, from one or two readings.

    Statistics that differ are those of a film: nothing else writes them, and they begin anew with
    each (uvc_video_stats_start), so that even a film between the readings leaves its mark.
    """
    looks = [first] if second is None else [first, second]
    settings = [setting for look in looks for _, setting in look.settings]
    transfers = frames = None
    counting = False
    if second and first.transfers is not None and second.transfers is not None:
        transfers = (second.transfers - first.transfers) % _COUNTER
    if second and first.statistics and second.statistics:
        # A stream that has just begun counts from zero again.
        grown = second.statistics.frames - first.statistics.frames
        frames = grown if grown >= 0 else second.statistics.frames
        counting = second.statistics != first.statistics
        if not frames and not is_bound(camera):
            frames = None  # the driver cannot count what does not pass through it
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
        counting=counting,
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


def judge_capture(
    camera: Camera,
    first: Reading,
    second: Reading | None,
    *,
    third: Reading | None = None,
    span: float,
    further: tuple[Witness, ...] = (),
    known: WitnessRecord = NONE,
) -> Capture:
    """The witnesses of one camera and the judgement over them.

    ``further`` are witnesses that are no reading: the probe, and the thread of a virtual camera.
    ``known`` is what a self-test has shown of the witnesses of this camera.
    """
    seen = signs(camera, first, second)
    if third and second:
        seen = seen._replace(steady=(signs(camera, second, third).transfers or 0) >= STREAM)
    words = {w.name: w.says is _ACTIVE for w in further if w.says is not None}
    seen = seen._replace(pictures=words.get("buffer-sequence"), thread=words.get("picture-thread"))
    judged = without_silent(seen, known)
    last = second or first
    found = [
        *_usb_witnesses(camera, first, last, seen),
        *_counter_witnesses(camera, last, seen, span, moving=decide_bulk(judged)),
        *_sensor_witnesses(camera, last),
    ]
    if last.references is not None:
        says = _INACTIVE if last.references == 0 and seen.bound else None
        source = f"/sys/module/{camera.driver}/refcnt"
        why = "open files of all cameras of this driver; open is not capturing"
        found.append(
            Witness(camera.id, "driver-references", str(last.references), source, says, detail=why)
        )
    found += further
    rule = decide(judged)
    witnesses = tuple(sorted(found, key=lambda w: w.name))
    if camera.kind is CameraKind.STILL and rule.state is _ACTIVE:
        reason = "it hands over data, and copying old pictures looks the same as filming"
        witnesses = tuple(w._replace(says=None) if w.says is _ACTIVE else w for w in witnesses)
        return Capture(camera.id, CaptureState.UNDETERMINED, reason, witnesses)
    return weighed(Capture(camera.id, rule.state, rule.reason, witnesses), known)


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
        path = f"{last.device}/power/runtime_active_time"
        why = "time awake since it was plugged in, its microphone included: compare later scans"
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
    camera: Camera, last: Reading, seen: Signs, span: float, *, moving: bool
) -> list[Witness]:
    found = []
    if seen.transfers is not None:
        says = None
        if not seen.microphone:
            says = _INACTIVE if seen.transfers == 0 else None
            says = _ACTIVE if seen.reserved or moving else says
        why = "its microphone is in use and counts too" if seen.microphone else None
        value = f"+{seen.transfers} in {span * 1000:.0f} ms"
        found.append(
            Witness(camera.id, "usb-transfers", value, f"{last.device}/urbnum", says, detail=why)
        )
    if seen.frames is not None and last.statistics:
        says = _ACTIVE if seen.frames or seen.counting else None
        value = f"+{seen.frames} in {span * 1000:.0f} ms"
        path = last.statistics.path
        why = "a film began or went on without a picture" if says and not seen.frames else None
        name = "driver-statistics"
        found.append(
            Witness(camera.id, name, value, path, says, privilege=Privilege.ROOT, detail=why)
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
