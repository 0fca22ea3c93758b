"""One look at a camera through sysfs, and debugfs where root can read it.

Sources: Documentation/ABI/testing/sysfs-bus-usb (urbnum, bAlternateSetting), sysfs-devices-power,
drivers/media/usb/uvc/uvc_video.c (start and stop of streams), uvc_debugfs.c (statistics).
"""

import os
import re

from camcheck.collect.linux.capture.sensor_power import sensor_power
from camcheck.collect.linux.kernel.modules import reference_count
from camcheck.collect.linux.kernel.system import Roots, read_number, read_optional
from camcheck.collect.linux.kernel.usb import microphone_records
from camcheck.fact import NamedTuple
from camcheck.model import Bus, Camera, CameraKind

_FRAMES = r"(?m)^frames:\s*(\d+)"


class Statistics(NamedTuple):
    """What uvcvideo has counted since the newest stream began; ``text`` is all of it."""

    path: str
    frames: int
    text: str


class Reading(NamedTuple):
    """What was read of one camera in one moment; None: there is none, or it could not be read."""

    device: str = ""  # sysfs folder of the USB device
    settings: tuple[tuple[str, int], ...] = ()  # path and alternate setting of video interfaces
    bulk: bool = False  # an interface that streams without an alternate setting of its own
    microphone: bool = False
    transfers: int | None = None
    power: tuple[str, str] | None = None  # path and runtime status of the control interface
    active_time: int | None = None  # milliseconds
    references: int | None = None
    statistics: Statistics | None = None
    sensors: tuple[tuple[str, str], ...] = ()


def read(roots: Roots, camera: Camera) -> Reading:
    """One look at a camera through sysfs (and debugfs, which root can read)."""
    references = reference_count(roots, camera.driver) if camera.driver else None
    if camera.bus is not Bus.USB:
        sensors = sensor_power(roots, camera) if camera.kind is not CameraKind.VIRTUAL else ()
        return Reading(references=references, sensors=sensors)
    base = f"{roots.sys}/bus/usb/devices"
    names = [entry.partition("=")[0] for entry in camera.interfaces]
    settings, bulk = [], False
    for name in names:
        path = f"{base}/{name}"
        if read_optional(f"{path}/bInterfaceSubClass") == "01" and len(names) > 1:
            continue  # the control interface carries no pictures
        setting = read_number(f"{path}/bAlternateSetting")
        if setting is not None:
            settings.append((f"{path}/bAlternateSetting", setting))
            endpoints = read_number(f"{path}/bNumEndpoints", base=16)
            bulk |= setting == 0 and bool(endpoints)
    device = f"{base}/{names[0].partition(':')[0]}" if names else ""
    return Reading(
        device=device,
        settings=tuple(settings),
        bulk=bulk,
        microphone=microphone_records(device),
        transfers=read_number(f"{device}/urbnum"),
        power=_power(base, names),
        active_time=read_number(f"{device}/power/runtime_active_time"),
        references=references,
        statistics=_statistics(roots, device),
    )


def _power(base: str, names: list[str]) -> tuple[str, str] | None:
    for name in names:
        path = f"{base}/{name}/power/runtime_status"
        status = read_optional(path)
        if status in ("active", "suspended", "resuming", "suspending"):
            return path, status
    return None


def _statistics(roots: Roots, device: str) -> Statistics | None:
    """The counts of uvcvideo, which begin anew with each stream (debugfs, root only)."""
    base = f"{roots.sys}/kernel/debug/usb/uvcvideo"
    bus, number = read_optional(f"{device}/busnum"), read_optional(f"{device}/devnum")
    if not (bus and number):
        return None
    try:
        names = [name for name in os.listdir(base) if name.startswith(f"{bus}-{number}-")]
    except OSError:
        return None
    total, path, texts = 0, "", []
    for name in sorted(names):
        path = f"{base}/{name}/stats"
        text = read_optional(path) or ""
        found = re.search(_FRAMES, text)
        if found is None:
            return None
        total += int(found[1])
        texts.append(text)
    return Statistics(path, total, "\n".join(texts)) if path else None
