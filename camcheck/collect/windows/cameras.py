"""Cameras out of Windows' devices: which of them are cameras, and how they are known again."""

import re
from collections.abc import Iterable

from camcheck.collect.windows.devices import IMAGE_CLASS, SENSOR_CAMERA, Device
from camcheck.collect.windows.registry import MACHINE, Registry
from camcheck.model import Bus, Camera, CameraKind, Node, NodeKind

_USB_ID = re.compile(r"VID_([0-9A-F]{4})&PID_([0-9A-F]{4})", re.IGNORECASE)
_INFRARED = re.compile(r"\b(IR|infrared)\b", re.IGNORECASE)

UNNAMED = "windows:unnamed-camera"
"""The id that stands for "one of the cameras": some of Windows' records do not say which."""

PICTURE_SOURCES = r"SOFTWARE\Classes\CLSID\{860BB310-5D01-11d0-BD3B-00A0C911CE86}\Instance"
"""DirectShow's video input category, where programs register virtual cameras."""


def cameras(devices: Iterable[Device]) -> tuple[Camera, ...]:
    """The cameras among the devices. A scanner, which shares the image class, is none."""
    found = {camera.id: camera for camera in map(_camera, devices) if camera}
    return tuple(found[key] for key in sorted(found))


def _camera(device: Device) -> Camera | None:
    if set(device.categories) == {IMAGE_CLASS} and not _is_video(device):
        return None
    enumerator, _, _ = device.instance.partition("\\")
    usb = _USB_ID.search(device.instance)
    vendor, product = (part.lower() for part in usb.groups()) if usb else (None, None)
    bus = _BUSES.get(enumerator.upper(), Bus.UNKNOWN)
    serial = _serial(device) if usb else None
    place = device.instance.rpartition("\\")[2].lower()
    identity = f"usb:{vendor}:{product}:{serial or place}" if usb else device.instance.lower()
    return Camera(
        id=identity,
        name=device.name,
        bus=bus,
        kind=_kind(device, bus),
        driver=device.service,
        vendor_id=vendor,
        product_id=product,
        serial=serial,
        location=device.location,
        nodes=tuple(Node(link, NodeKind.CAPTURE) for link in device.links),
    )


_BUSES = {
    "USB": Bus.USB,
    "PCI": Bus.PCI,
    "ACPI": Bus.PLATFORM,
    "ROOT": Bus.VIRTUAL,
    "SWD": Bus.VIRTUAL,
}


def _is_video(device: Device) -> bool:
    return (device.service or "").casefold() == "usbvideo"


def _kind(device: Device, bus: Bus) -> CameraKind:
    if bus is Bus.VIRTUAL:
        return CameraKind.VIRTUAL
    if SENSOR_CAMERA in device.categories or _INFRARED.search(device.name):
        return CameraKind.INFRARED
    return CameraKind.PHYSICAL


def _serial(device: Device) -> str | None:
    """The device's own serial number; one with an ampersand Windows made up from the port."""
    composite = device.parent if "&MI_" in device.instance.upper() else device.instance
    if composite is None or not composite.upper().startswith("USB\\VID_"):
        return None
    last = composite.rpartition("\\")[2]
    return None if "&" in last or not last else last


def same_device(one: str, other: str) -> bool:
    """Whether two symbolic links lead to one device: the category after it does not count."""
    return _device_part(one) == _device_part(other)


def _device_part(link: str) -> str:
    return link.casefold().rpartition("#{")[0] or link.casefold()


def picture_sources(registry: Registry) -> tuple[Camera, ...]:
    """Virtual cameras that programs have registered with DirectShow (OBS and the like)."""
    path = f"{MACHINE}\\{PICTURE_SOURCES}"
    try:
        names = registry.subkeys(path)
    except FileNotFoundError:
        return ()
    found = []
    for name in names:
        title = registry.values(f"{path}\\{name}").get("FriendlyName")
        shown = title if isinstance(title, str) and title else name
        found.append(Camera(f"directshow:{name.lower()}", shown, Bus.VIRTUAL, CameraKind.VIRTUAL))
    return tuple(sorted(found))
