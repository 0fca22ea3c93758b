"""Shutters and keys that block a camera, where the kernel shows them. "on" means: it is blocked."""

import os
from collections.abc import Iterator

from camcheck.collect.linux.kernel.system import Roots, read_optional
from camcheck.fact import NamedTuple
from camcheck.model import Indicator, IndicatorKind, IndicatorState, Trust

_LENS_COVER = 9  # SW_CAMERA_LENS_COVER
_EVIOCGSW = 0x8008451B  # EVIOCGSW(8): state of all switches


class _Switch(NamedTuple):
    """A file that a vendor's driver has. ``blocked`` and ``free`` are texts that it holds."""

    folder: str  # below /sys; a last part ending in * stands for any name that begins like it
    file: str
    blocked: str
    free: str


_SWITCHES = (
    _Switch("bus/wmi/drivers/dell-privacy/*", "dell_privacy_current_state",
            "[Camera Shutter] [muted]", "[Camera Shutter] [unmuted]"),
    _Switch("class/firmware-attributes/samsung-galaxybook/attributes/block_recording",
            "current_value", "1", "0"),
    _Switch("bus/platform/devices/VPC2004:*", "camera_power", "0", "1"),
    _Switch("devices/platform/asus-nb-wmi", "camera", "0", "1"),
    _Switch("devices/platform/eeepc", "camera", "0", "1"),
)  # fmt: skip


def shutters(roots: Roots, cameras: list[str]) -> Iterator[Indicator]:
    """What blocks these cameras."""
    if not cameras:
        return
    states = [*_vendor_switches(roots), *_lens_covers(roots)]
    for source, state, reason in states:
        for camera in cameras:
            kind = IndicatorKind.SHUTTER
            yield Indicator(camera, kind, state, source, Trust.FIRMWARE, reason)


def _vendor_switches(roots: Roots) -> Iterator[tuple[str, IndicatorState, str]]:
    for switch in _SWITCHES:
        for folder in _folders(f"{roots.sys}/{switch.folder}"):
            source = f"{folder}/{switch.file}"
            text = read_optional(source)
            if text is None:
                continue
            if switch.blocked in text:
                yield source, IndicatorState.ON, "the laptop's own switch blocks the camera"
            elif switch.free in text:
                yield source, IndicatorState.OFF, "the laptop's own switch leaves the camera free"


def _folders(pattern: str) -> list[str]:
    if not pattern.endswith("*"):
        return [pattern]
    parent, _, begin = pattern[:-1].rpartition("/")
    try:
        names = os.listdir(parent)
    except OSError:
        return []
    return [f"{parent}/{name}" for name in sorted(names) if name.startswith(begin)]


def _lens_covers(roots: Roots) -> Iterator[tuple[str, IndicatorState, str]]:
    base = f"{roots.sys}/class/input"
    for folder in _folders(f"{base}/input*"):
        text = (read_optional(f"{folder}/capabilities/sw") or "0").split()
        if not int(text[-1], 16) >> _LENS_COVER & 1:
            continue
        for event in _folders(f"{folder}/event*"):
            node = f"{roots.dev}/input/{os.path.basename(event)}"
            yield node, *_cover(node)


def _cover(node: str) -> tuple[IndicatorState, str]:
    import fcntl

    try:
        fd = os.open(node, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            switches = fcntl.ioctl(fd, _EVIOCGSW, bytes(8))
        finally:
            os.close(fd)
    except OSError as error:
        reason = f"there is a lens cover, but its position cannot be read ({error.strerror})"
        return IndicatorState.NOT_OBSERVABLE, reason
    if switches[_LENS_COVER // 8] >> _LENS_COVER % 8 & 1:
        return IndicatorState.ON, "the lens cover is closed"
    return IndicatorState.OFF, "the lens cover is open"
