"""What sysfs says of a camera's USB device, its descriptors first of all.

Sources: Documentation/ABI/stable/sysfs-bus-usb; USB 2.0 chapter 9; USB Video Class 1.5 section
3.7.2 (units); the light's controls as libwebcam's data files for Logitech cameras describe them.
"""

import os
from collections.abc import Iterator

from camcheck.collect.linux.kernel.system import Roots, read_number, read_optional
from camcheck.fact import NamedTuple
from camcheck.model import Bus, Camera

_CS_INTERFACE, _EXTENSION_UNIT = 0x24, 6
_INTERFACE = 4

# Extension units with a control for the light: identifier, then selector, length, byte of mode.
_LIGHTS = {
    bytes.fromhex("820661637050ab49b8ccb3855e8d221f"): (1, 3, 0),
    bytes.fromhex("212de5ff30802c4e82d9f587d00540bd"): (9, 5, 1),
}


class LightControl(NamedTuple):
    """Where a camera keeps the setting of its light: unit, selector, length, byte of the mode."""

    unit: int
    selector: int
    length: int
    byte: int


def parts(data: bytes) -> Iterator[bytes]:
    """The single descriptors; ends at the first that makes no sense."""
    at = 0
    while at + 2 <= len(data) and data[at] >= 2 and at + data[at] <= len(data):
        yield data[at : at + data[at]]
        at += data[at]


def light_control(data: bytes) -> LightControl | None:
    """The control of the camera's light, when it has one that is known."""
    video_control = False
    for part in parts(data):
        if part[1] == _INTERFACE and len(part) >= 9:
            video_control = part[5:7] == b"\x0e\x01"
        elif video_control and part[1] == _CS_INTERFACE and len(part) >= 20:
            known = _LIGHTS.get(part[4:20]) if part[2] == _EXTENSION_UNIT else None
            if known:
                return LightControl(part[3], *known)
    return None


def interfaces(data: bytes) -> tuple[str, ...]:
    """Class, subclass and protocol of each interface ("0e/01/00"), alternates once."""
    found = [
        f"{part[5]:02x}/{part[6]:02x}/{part[7]:02x}"
        for part in parts(data)
        if part[1] == _INTERFACE and len(part) >= 9 and part[3] == 0
    ]
    return tuple(found)


def firmware(data: bytes) -> str | None:
    """The device's release number (bcdDevice), which vendors raise with the firmware."""
    if len(data) < 18 or data[1] != 1:
        return None
    return f"{data[13]:x}.{data[12]:02x}"


def usb_device(roots: Roots, camera: Camera) -> str | None:
    """The sysfs folder of the camera's USB device."""
    if camera.bus is not Bus.USB or not camera.interfaces:
        return None
    return f"{roots.sys}/bus/usb/devices/{camera.interfaces[0].partition(':')[0]}"


def usb_descriptors(device: str) -> bytes:
    """The USB descriptors of a device; empty when they cannot be read."""
    try:
        with open(f"{device}/descriptors", "rb") as file:
            return file.read(65536)
    except OSError:
        return b""


def microphone_records(device: str) -> bool:
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
            if streaming and read_number(f"{path}/bAlternateSetting"):
                return True
    return False
