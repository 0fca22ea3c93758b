"""The devices that Windows has registered as cameras, from SetupAPI."""

import ctypes
from collections.abc import Iterator
from ctypes import POINTER, byref, c_void_p, sizeof, wintypes
from typing import Any

from camcheck.collect.windows.native import Guid, guid, last_error, library
from camcheck.fact import NamedTuple

VIDEO_CAMERA = "E5323777-F976-4F5B-9B55-B94699C46E44"
VIDEO = "6994AD05-93EF-11D0-A3CC-00A0C9223196"
SENSOR_CAMERA = "24E552D7-6523-47F7-A647-D3465BF1F5CA"
NETWORK_CAMERA = "B8238652-B500-41EB-B4F3-4234F7F5AE99"
"""Device interface categories of ksmedia.h; sensor cameras are mostly infrared ones."""

CAMERA_CLASS = "CA3E7AB9-B4C3-4AE6-8251-579EF933890F"
IMAGE_CLASS = "6BDD1FC6-810F-11D0-BEC7-08002BE2092F"
"""Device setup classes; the image class has scanners too."""

_PRESENT, _INTERFACE = 0x02, 0x10
_NO_MORE_ITEMS, _BUFFER_TOO_SMALL, _INVALID_DATA = 259, 122, 13
_DESCRIPTION, _HARDWARE_IDS, _SERVICE, _MANUFACTURER = 0x00, 0x01, 0x04, 0x0B
_FRIENDLY_NAME, _LOCATION = 0x0C, 0x0D


class Device(NamedTuple):
    """A device as SetupAPI describes it. ``links`` are the symbolic links of its interfaces.

    ``parent`` is the instance id of the device that it is a function of (a USB camera with a
    microphone is a composite device, and the serial number is the whole device's).
    """

    instance: str
    name: str
    service: str | None = None
    location: str | None = None
    hardware_ids: tuple[str, ...] = ()
    parent: str | None = None
    categories: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class _DeviceData(ctypes.Structure):
    """SP_DEVINFO_DATA."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("setup_class", Guid),
        ("number", wintypes.DWORD),
        ("reserved", c_void_p),
    )


class _InterfaceData(ctypes.Structure):
    """SP_DEVICE_INTERFACE_DATA."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("category", Guid),
        ("flags", wintypes.DWORD),
        ("reserved", c_void_p),
    )


def devices() -> tuple[Device, ...]:
    """Every present device that is in a camera category or class. Raises OSError."""
    setup = _setup()
    found: dict[str, Device] = {}
    for category in (VIDEO_CAMERA, VIDEO, SENSOR_CAMERA, NETWORK_CAMERA):
        for device in _listed(setup, category, flags=_PRESENT | _INTERFACE):
            known = found.get(device.instance, device)
            found[device.instance] = known._replace(
                categories=(*known.categories, category), links=_merged(known.links, device.links)
            )
    for setup_class in (CAMERA_CLASS, IMAGE_CLASS):
        for device in _listed(setup, setup_class, flags=_PRESENT):
            known = found.get(device.instance, device)
            found[device.instance] = known._replace(categories=(*known.categories, setup_class))
    return tuple(found[instance] for instance in sorted(found))


def _merged(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*one, *other}))


def _setup() -> ctypes.CDLL:
    setup = library("setupapi.dll")
    setup.SetupDiGetClassDevsW.restype = c_void_p
    setup.SetupDiGetClassDevsW.argtypes = (
        *(POINTER(Guid), wintypes.LPCWSTR, c_void_p, wintypes.DWORD),
    )
    setup.SetupDiEnumDeviceInfo.argtypes = (c_void_p, wintypes.DWORD, POINTER(_DeviceData))
    setup.SetupDiDestroyDeviceInfoList.argtypes = (c_void_p,)
    setup.SetupDiGetDeviceInstanceIdW.argtypes = (
        *(c_void_p, POINTER(_DeviceData), wintypes.LPWSTR, wintypes.DWORD, c_void_p),
    )
    setup.SetupDiGetDeviceRegistryPropertyW.argtypes = (
        *(c_void_p, POINTER(_DeviceData), wintypes.DWORD, c_void_p),
        *(c_void_p, wintypes.DWORD, POINTER(wintypes.DWORD)),
    )
    setup.SetupDiEnumDeviceInterfaces.argtypes = (
        *(c_void_p, POINTER(_DeviceData), POINTER(Guid), wintypes.DWORD, POINTER(_InterfaceData)),
    )
    setup.SetupDiGetDeviceInterfaceDetailW.argtypes = (
        *(c_void_p, POINTER(_InterfaceData), c_void_p, wintypes.DWORD),
        *(POINTER(wintypes.DWORD), c_void_p),
    )
    return setup


def _listed(setup: Any, category: str, *, flags: int) -> Iterator[Device]:
    wanted = guid(category)
    listing = setup.SetupDiGetClassDevsW(byref(wanted), None, None, flags)
    if listing is None or listing == c_void_p(-1).value:
        raise last_error()
    try:
        data = _DeviceData(size=sizeof(_DeviceData))
        number = 0
        while setup.SetupDiEnumDeviceInfo(listing, number, byref(data)):
            links = _links(setup, listing, data, wanted) if flags & _INTERFACE else ()
            yield _described(setup, listing, data)._replace(links=links)
            number += 1
        error = last_error()
        if getattr(error, "winerror", None) != _NO_MORE_ITEMS:
            raise error
    finally:
        setup.SetupDiDestroyDeviceInfoList(listing)


def _described(setup: Any, listing: int, data: _DeviceData) -> Device:
    instance = ctypes.create_unicode_buffer(400)  # MAX_DEVICE_ID_LEN is 200
    if not setup.SetupDiGetDeviceInstanceIdW(listing, byref(data), instance, 400, None):
        raise last_error()

    def text(which: int) -> str:
        return _property(setup, listing, data, which).partition("\0")[0]

    return Device(
        instance=instance.value,
        name=text(_FRIENDLY_NAME) or text(_DESCRIPTION) or instance.value,
        service=text(_SERVICE) or None,
        location=text(_LOCATION) or None,
        hardware_ids=tuple(
            filter(None, _property(setup, listing, data, _HARDWARE_IDS).split("\0"))
        ),
        parent=_parent(data),
    )


def _property(setup: Any, listing: int, data: _DeviceData, which: int) -> str:
    """A text property of a device; empty where it has none."""
    needed = wintypes.DWORD()
    ask = setup.SetupDiGetDeviceRegistryPropertyW
    ask(listing, byref(data), which, None, None, 0, byref(needed))
    if not needed.value:
        return ""
    buffer = ctypes.create_string_buffer(needed.value)
    if not ask(listing, byref(data), which, None, buffer, needed.value, None):
        return ""
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")


def _parent(data: _DeviceData) -> str | None:
    manager = library("cfgmgr32.dll")
    parent = wintypes.DWORD()
    if manager.CM_Get_Parent(byref(parent), data.number, 0):
        return None
    instance = ctypes.create_unicode_buffer(400)
    if manager.CM_Get_Device_IDW(parent, instance, 400, 0):
        return None
    return instance.value


def _links(setup: Any, listing: int, data: _DeviceData, category: Guid) -> tuple[str, ...]:
    found: list[str] = []
    interface = _InterfaceData(size=sizeof(_InterfaceData))
    number = 0
    enumerate_next = setup.SetupDiEnumDeviceInterfaces
    while enumerate_next(listing, byref(data), byref(category), number, byref(interface)):
        number += 1
        needed = wintypes.DWORD()
        ask = setup.SetupDiGetDeviceInterfaceDetailW
        ask(listing, byref(interface), None, 0, byref(needed), None)
        if needed.value <= _LINK_OFFSET:
            continue
        buffer = ctypes.create_string_buffer(needed.value)
        wintypes.DWORD.from_buffer(buffer).value = _DETAIL_SIZE
        if ask(listing, byref(interface), buffer, needed.value, None, None):
            found.append(buffer.raw[_LINK_OFFSET:].decode("utf-16-le", "replace").rstrip("\0"))
    return tuple(sorted(found))


_LINK_OFFSET = 4
_DETAIL_SIZE = 8 if sizeof(c_void_p) == 8 else 6
"""SP_DEVICE_INTERFACE_DETAIL_DATA_W: a size, then the text; its declared size is padded."""
