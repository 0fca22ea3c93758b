"""Cameras, and whether each runs anywhere, from CoreMediaIO (CMIOHardwareObject.h).

Asking needs no permission, lights nothing and prompts nobody. It says that a camera runs, never for
whom.
"""

import ctypes
import re
from collections.abc import Iterable
from ctypes import POINTER, byref, c_char_p, c_long, c_void_p, sizeof

from camcheck.fact import NamedTuple
from camcheck.model import Bus, Camera, CameraKind, Node, NodeKind

COREMEDIAIO = "/System/Library/Frameworks/CoreMediaIO.framework/CoreMediaIO"
COREFOUNDATION = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"

_SYSTEM = 1
_UTF8 = 0x08000100
_MOST_DEVICES = 256
_TEXT_SIZE = 4096

UNNAMED = "macos:unnamed-camera"
"""The id that stands for "one of the cameras": some of the system's records do not say which."""


class Device(NamedTuple):
    """A camera as CoreMediaIO describes it. ``running`` None: it would not say.

    ``transport`` is a four-character code ("usb ", "bltn", "virt"), ``model`` the model's id, which
    for USB cameras holds vendor and product in decimal.
    """

    uid: str
    name: str
    running: bool | None
    transport: str | None = None
    model: str | None = None


class CoreMediaError(Exception):
    """CoreMediaIO could not be loaded or refused to answer; the text says which."""


class _Address(ctypes.Structure):
    """CMIOObjectPropertyAddress: selector, scope and element."""

    _fields_ = (
        ("selector", ctypes.c_uint32),
        ("scope", ctypes.c_uint32),
        ("element", ctypes.c_uint32),
    )


def _code(text: str) -> int:
    return int.from_bytes(text.encode("ascii"), "big")


class CoreMedia:
    """The two frameworks, loaded from where only the system writes."""

    def __init__(
        self, *, coremediaio: str = COREMEDIAIO, corefoundation: str = COREFOUNDATION
    ) -> None:
        """Raises CoreMediaError."""
        try:
            media = ctypes.CDLL(coremediaio)
            foundation = ctypes.CDLL(corefoundation)
            self._data = media.CMIOObjectGetPropertyData
            self._text = foundation.CFStringGetCString
            self._release = foundation.CFRelease
        except (OSError, AttributeError) as error:
            raise CoreMediaError(f"CoreMediaIO cannot be used ({error})") from error
        self._data.argtypes = (
            *(ctypes.c_uint32, POINTER(_Address), ctypes.c_uint32, c_void_p),
            *(ctypes.c_uint32, POINTER(ctypes.c_uint32), c_void_p),
        )
        self._data.restype = ctypes.c_int32
        self._text.argtypes = (c_void_p, c_char_p, c_long, ctypes.c_uint32)
        self._text.restype = ctypes.c_ubyte
        self._release.argtypes = (c_void_p,)
        self._release.restype = None

    def devices(self) -> tuple[Device, ...]:
        """Every camera that the system knows now. Raises CoreMediaError."""
        numbers = (ctypes.c_uint32 * _MOST_DEVICES)()
        used = self._ask(_SYSTEM, "dev#", numbers)
        found = [self._device(numbers[place]) for place in range(used // 4)]
        return tuple(sorted(found))

    def _device(self, number: int) -> Device:
        transport = self._number(number, "tran")
        return Device(
            uid=self._string(number, "uid ") or str(number),
            name=self._string(number, "lnam") or "",
            running=None if (said := self._number(number, "gone")) is None else bool(said),
            transport=transport.to_bytes(4, "big").decode("latin-1") if transport else None,
            model=self._string(number, "muid"),
        )

    def _number(self, device: int, selector: str) -> int | None:
        value = ctypes.c_uint32()
        try:
            self._ask(device, selector, value)
        except CoreMediaError:
            return None  # not every device has every property
        return value.value

    def _string(self, device: int, selector: str) -> str | None:
        text = c_void_p()
        try:
            self._ask(device, selector, text)
        except CoreMediaError:
            return None
        if not text:
            return None
        buffer = ctypes.create_string_buffer(_TEXT_SIZE)
        found = self._text(text, buffer, _TEXT_SIZE, _UTF8)
        self._release(text)
        return buffer.value.decode("utf-8", "replace") if found else None

    def _ask(self, device: int, selector: str, answer: "ctypes._CData") -> int:
        """Fills ``answer``, and says how many bytes of it. Raises CoreMediaError."""
        address = _Address(_code(selector), _code("glob"), 0)
        used = ctypes.c_uint32()
        status = self._data(
            device, byref(address), 0, None, sizeof(answer), byref(used), byref(answer)
        )
        if status:
            raise CoreMediaError(f"CoreMediaIO answers {selector.strip()} with error {status}")
        return used.value


_MODEL = re.compile(r"VendorID_(\d+) ProductID_(\d+)")
_BUSES = {
    "usb ": Bus.USB,
    "bltn": Bus.PLATFORM,
    "pci ": Bus.PCI,
    "virt": Bus.VIRTUAL,
}


def cameras(devices: Iterable[Device]) -> tuple[Camera, ...]:
    """The devices as cameras; the unique id is the system's own and outlives replugging."""
    return tuple(sorted(map(_camera, devices)))


def _camera(device: Device) -> Camera:
    bus = _BUSES.get(device.transport or "", Bus.UNKNOWN)
    model = _MODEL.search(device.model or "")
    vendor, product = (f"{int(part):04x}" for part in model.groups()) if model else (None, None)
    return Camera(
        id=f"macos:{device.uid}",
        name=device.name or device.uid,
        bus=bus,
        kind=CameraKind.VIRTUAL if bus is Bus.VIRTUAL else CameraKind.PHYSICAL,
        driver="CoreMediaIO",
        vendor_id=vendor,
        product_id=product,
        nodes=(Node(device.uid, NodeKind.CAPTURE),),
        unknown=("bus",) if bus is Bus.UNKNOWN else (),
    )
