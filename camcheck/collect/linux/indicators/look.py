"""Indicator facts: lights, light settings and shutters that the kernel shows, camera by camera.

Sources: drivers/leds/led-class.c; drivers/platform/x86/intel/int3472/led.c (privacy lights);
drivers/media/v4l2-core/v4l2-subdev.c (who switches them); drivers/media/usb/uvc/uvc_ctrl.c
(protection of Logitech's light settings); platform drivers of dell-wmi-privacy, ideapad-laptop,
samsung-galaxybook, asus-nb-wmi; SW_CAMERA_LENS_COVER of input-event-codes.h.
"""

import errno
import os
from collections.abc import Iterator

from camcheck.collect.linux.indicators.shutters import shutters
from camcheck.collect.linux.kernel.system import Roots, read_optional, read_text
from camcheck.collect.linux.kernel.usb import light_control, usb_descriptors, usb_device
from camcheck.fact import NamedTuple
from camcheck.model import (
    Bus,
    Camera,
    CameraKind,
    Fact,
    Gap,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Reason,
    Trust,
)

_ON, _OFF = IndicatorState.ON, IndicatorState.OFF
_UNSEEN = IndicatorState.NOT_OBSERVABLE
_SENSOR_LIGHT = "::privacy_led"
_SET_BY_PROGRAMS = ("asus::camera", "atomisp2::camera", "camera-indicator", "indicator-camera")


class Light(NamedTuple):
    """A light of /sys/class/leds that belongs to a camera."""

    name: str
    path: str
    owners: tuple[str, ...]


def lights(roots: Roots, cameras: tuple[Camera, ...]) -> list[Light]:
    """The lights that belong to cameras, and to which."""
    base = f"{roots.sys}/class/leds"
    try:
        names = sorted(os.listdir(base))
    except OSError:
        return []
    found = []
    for name in names:
        path = os.path.realpath(f"{base}/{name}")
        owners = tuple(c.id for c in cameras if _owns(roots, c, name, path))
        if owners:
            found.append(Light(name, path, owners))
    return found


def _owns(roots: Roots, camera: Camera, name: str, path: str) -> bool:
    device = usb_device(roots, camera)
    if device and path.startswith(f"{os.path.realpath(device)}/"):
        return True
    if camera.kind is CameraKind.VIRTUAL:
        return False
    if name.endswith(_SENSOR_LIGHT):
        return camera.bus is not Bus.USB  # the light of a sensor that is not on USB
    return name.endswith(_SET_BY_PROGRAMS) and is_built_in(roots, camera) is not False


def is_built_in(roots: Roots, camera: Camera) -> bool | None:
    """Whether the camera cannot be unplugged, as the firmware says; None when it says nothing."""
    device = usb_device(roots, camera)
    if device is None:
        return camera.kind is not CameraKind.VIRTUAL
    return {"fixed": True, "removable": False}.get(read_optional(f"{device}/removable") or "")


class IndicatorLook:
    """The first look at the lights; `finish` takes the second, so that a change is noticed."""

    def __init__(self, roots: Roots, cameras: tuple[Camera, ...]) -> None:
        self._roots, self._cameras = roots, cameras
        self._lights = lights(roots, cameras)
        self._first = {light.name: _brightness(light) for light in self._lights}

    def finish(
        self, probed: tuple[Indicator, ...] = ()
    ) -> tuple[tuple[Indicator, ...], tuple[Gap, ...]]:
        """All indicators except the desktop's icon, sorted; what was probed outweighs a guess."""
        found: list[Indicator] = []
        gaps = []
        for light in self._lights:
            state, reason = _steady(self._first[light.name], _brightness(light))
            trust = Trust.KERNEL if light.name.endswith("privacy_led") else Trust.SOFTWARE
            source = f"{light.path}/brightness"
            why = f"{reason}; {_WORTH[trust]}"
            kind = IndicatorKind.LED
            found += [Indicator(o, kind, state, source, trust, why) for o in light.owners]
            if state is _UNSEEN and reason.startswith("it cannot be read"):
                detail = f"A light of a camera is there, but {reason}."
                gaps.append(Gap(Fact.INDICATORS, light.name, Reason.DENIED, detail))
        lit = {indicator.camera for indicator in found}
        for camera in self._cameras:
            if camera.id not in lit:
                found.append(_unseen_light(camera))
            found += _settings(self._roots, camera)
        found += shutters(self._roots, _behind_shutters(self._roots, self._cameras))
        answered = {(row.camera, row.kind) for row in probed}
        found = [row for row in found if (row.camera, row.kind) not in answered]
        return tuple(sorted([*found, *probed])), tuple(gaps)


_WORTH = {
    Trust.KERNEL: "the kernel switches it together with the sensor, programs cannot",
    Trust.SOFTWARE: "programs with the administrator's rights can switch it, too",
}


def _brightness(light: Light) -> int | str:
    """The brightness, or why it cannot be read."""
    try:
        return int(read_text(f"{light.path}/brightness"))
    except ValueError:
        return "its value is no number"
    except OSError as error:
        if error.errno == errno.ENODATA:
            return "the hardware drives it by itself"
        return f"it cannot be read ({error.strerror})"


def _steady(before: int | str, now: int | str) -> tuple[IndicatorState, str]:
    if isinstance(now, str) or isinstance(before, str):
        return _UNSEEN, now if isinstance(now, str) else str(before)
    if bool(before) != bool(now):
        return _UNSEEN, "it changed while camcheck looked"
    return (_ON, "it is lit") if now else (_OFF, "it is dark")


def _unseen_light(camera: Camera) -> Indicator:
    def row(trust: Trust, source: str, reason: str) -> Indicator:
        return Indicator(camera.id, IndicatorKind.LED, _UNSEEN, source, trust, reason)

    if camera.kind is CameraKind.VIRTUAL:
        return row(Trust.NONE, "", "a virtual camera has no light")
    if camera.bus is Bus.USB:
        reason = "the camera itself drives its light, if it has one, and the system cannot read it"
        return row(Trust.FIRMWARE, "", reason)
    return row(Trust.NOT_OBSERVABLE, "/sys/class/leds", "the system shows no light of this camera")


def _settings(roots: Roots, camera: Camera) -> Iterator[Indicator]:
    """Whether programs can set the camera's light to off, and whether the kernel prevents it."""
    device = usb_device(roots, camera)
    if device is None or light_control(usb_descriptors(device)) is None:
        return
    reason = (
        "programs may be able to set this camera's light to stay dark; "
        "the setting is read with --probe only, because that opens the camera"
    )
    kind = IndicatorKind.LED_MODE
    yield Indicator(camera.id, kind, _UNSEEN, f"{device}/descriptors", Trust.SOFTWARE, reason)
    source = f"{roots.sys}/module/uvcvideo/parameters/allow_privacy_override"
    protection = IndicatorKind.LED_PROTECTION
    match read_optional(source):
        case "N":
            reason = "the kernel keeps programs from changing the setting of the light"
            yield Indicator(camera.id, protection, _ON, source, Trust.KERNEL, reason)
        case "Y":
            reason = "the kernel's protection of the light's setting was switched off"
            yield Indicator(camera.id, protection, _OFF, source, Trust.KERNEL, reason)
        case _:
            reason = "this kernel does not protect the setting of the light"
            yield Indicator(camera.id, protection, _UNSEEN, source, Trust.NONE, reason)


def _behind_shutters(roots: Roots, cameras: tuple[Camera, ...]) -> list[str]:
    """The cameras that a laptop's shutter or key can mean: built in, or not known to be loose."""
    real = [camera for camera in cameras if camera.kind is not CameraKind.VIRTUAL]
    fixed = [camera.id for camera in real if is_built_in(roots, camera)]
    return fixed or [camera.id for camera in real if is_built_in(roots, camera) is None]
