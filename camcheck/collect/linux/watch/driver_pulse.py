"""The cheap witnesses that no hiding place escapes, read every second or two from sysfs.

They show what events cannot: openings of a node that somebody made elsewhere, raw USB access,
frames that start long after the opening. Documentation/ABI/stable/sysfs-bus-usb,
Documentation/ABI/testing/sysfs-devices-power; reading them wakes no camera (docs/monitor.md).
"""

import os

from camcheck.collect.linux.holders.driver_count import drivers
from camcheck.collect.linux.kernel.modules import reference_count
from camcheck.collect.linux.kernel.system import Roots, read_optional
from camcheck.collect.linux.kernel.usb import microphone_records
from camcheck.collect.watch import Counted
from camcheck.fact import NamedTuple
from camcheck.model import Bus, Camera


class Pulse(NamedTuple):
    """What the drivers say at one moment. Two equal pulses: no reason to look.

    ``moving``: for each camera, whether its counters of transfers and of waking time grew since
    the pulse before, so that a use between two pulses shows, too. The counters are those of the
    whole device: what its microphone does is left out.
    """

    devices: tuple[str, ...]
    counts: tuple[int | None, ...]
    settings: tuple[str | None, ...]
    moving: tuple[bool, ...]


class Change(NamedTuple):
    """Cameras that woke or began to send, whose driver counts more, or fewer, open files than
    before; ``odd``: anything else changed."""

    woken: tuple[str, ...]
    risen: tuple[str, ...]
    fallen: tuple[str, ...]
    odd: bool


class PulseReader:
    """Reads pulses of the given cameras."""

    def __init__(self, roots: Roots, cameras: tuple[Camera, ...]) -> None:
        self._roots = roots
        self._cameras = drivers(cameras)
        self._drivers = tuple(sorted(self._cameras))
        self._settings: list[str] = []
        self._counters: list[tuple[str, str]] = []
        self._counted: list[str] = []
        self._last: dict[tuple[str, str], tuple[str | None, str | None]] = {}
        self._recording: set[tuple[str, str]] = set()  # whose microphone was on at the last pulse
        for camera in cameras:
            if camera.bus is Bus.USB:
                self._usb(camera)

    def _usb(self, camera: Camera) -> None:
        base = f"{self._roots.sys}/bus/usb/devices"
        names = [interface.partition("=")[0] for interface in camera.interfaces]
        self._settings += [f"{base}/{name}" for name in names]
        if names:
            device = f"{base}/{names[0].partition(':')[0]}"
            self._counters.append((f"{device}/urbnum", f"{device}/power/runtime_active_time"))
            self._counted.append(camera.id)

    def read(self) -> Pulse:
        """The pulse of this moment; some ten reads of sysfs."""
        settings: list[str | None] = []
        for interface in self._settings:
            settings.append(read_optional(f"{interface}/bAlternateSetting"))
            settings.append(_link(f"{interface}/driver"))
        return Pulse(
            devices=self._devices(),
            counts=tuple(reference_count(self._roots, driver) for driver in self._drivers),
            settings=tuple(settings),
            moving=tuple(self._is_moving(pair) for pair in self._counters),
        )

    def compare(self, before: Pulse, now: Pulse) -> Change:
        """What happened between two pulses of this reader. A camera that never rests never wakes;
        one that goes to rest is no change."""
        moving = zip(self._counted, before.moving, now.moving, strict=True)
        risen: set[str] = set()
        fallen: set[str] = set()
        odd = before.devices != now.devices or before.settings != now.settings
        for driver, was, number in zip(self._drivers, before.counts, now.counts, strict=True):
            if was is None or number is None:
                odd = odd or was != number
            elif number != was:
                (risen if number > was else fallen).update(self._cameras[driver])
        return Change(
            woken=tuple(camera for camera, moved, moves in moving if moves and not moved),
            risen=tuple(sorted(risen)),
            fallen=tuple(sorted(fallen)),
            odd=odd,
        )

    def counted(self) -> dict[str, Counted]:
        """The counters as the last pulse read them; the device's, its microphone's use included."""
        values = (self._last.get(pair, (None, None)) for pair in self._counters)
        return {
            camera: Counted(_number(transfers), _number(awake))
            for camera, (transfers, awake) in zip(self._counted, values, strict=True)
        }

    def _devices(self) -> tuple[str, ...]:
        found: list[str] = []
        for folder in ("class/video4linux", "bus/media/devices", "bus/usb/devices"):
            try:
                found += sorted(os.listdir(f"{self._roots.sys}/{folder}"))
            except OSError:
                found.append(f"no {folder}")  # none of that class yet; the full look says why
        return tuple(found)

    def _is_moving(self, pair: tuple[str, str]) -> bool:
        now = read_optional(pair[0]), read_optional(pair[1])
        before = self._last.get(pair, now)
        self._last[pair] = now
        recorded = pair in self._recording
        self._recording.discard(pair)
        if now != before and microphone_records(os.path.dirname(pair[0])):
            self._recording.add(pair)
        return now != before and not recorded and pair not in self._recording


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _link(path: str) -> str | None:
    try:
        return os.path.basename(os.readlink(path))
    except OSError:
        return None
