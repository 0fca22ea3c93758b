"""Camera facts from sysfs; no device node is opened for them.

Sources: Documentation/ABI (sysfs-bus-usb, sysfs-class), drivers/media/v4l2-core/v4l2-dev.c,
drivers/media/usb/uvc/uvc_driver.c, and udev's database for what a node can do.
"""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from camcheck.collect.linux.kernel.system import Roots, read_optional
from camcheck.model import Bus, Camera, CameraKind, Fact, Gap, Node, NodeKind, Reason

_VIDEO_CLASS = "0e"  # USB Video Class, bInterfaceClass
_VIVID_INSTANCE = r"(vivid-\d+)-"
_INFRARED = r"(?i)\b(IR|infra-?red)\b"
_VIRTUAL_DRIVERS = frozenset({"vivid", "v4l2loopback", "vimc", "visl", "vim2m", "akvcam"})


class _V4lNode(NamedTuple):
    """One device of /sys/class/video4linux or of the media bus."""

    node: Node
    name: str
    order: int
    device: str  # real sysfs path of the parent device; the node's own for a virtual one
    driver: str | None
    capable: bool | None  # can capture video, by udev's word; None when udev does not say


def collect_cameras(roots: Roots) -> tuple[tuple[Camera, ...], tuple[Gap, ...]]:
    """Every video capture device, sorted by id, and what could not be read of it."""
    if not os.path.isdir(roots.sys):
        detail = f"{roots.sys} is not mounted, so cameras cannot be listed at all."
        return (), (Gap(Fact.CAMERAS, "cameras", Reason.MISSING, detail),)
    gaps: list[Gap] = []
    v4l_nodes = list(_v4l_nodes(roots, gaps))
    cameras = [*_usb_cameras(roots, v4l_nodes, gaps), *_other_cameras(roots, v4l_nodes)]
    distinct = sorted(_distinct(cameras), key=lambda camera: camera.id)
    return tuple(distinct), (*gaps, *_unknown_fields(distinct))


def _v4l_nodes(roots: Roots, gaps: list[Gap]) -> Iterator[_V4lNode]:
    base = f"{roots.sys}/class/video4linux"
    media = f"{roots.sys}/bus/media/devices"
    for name in _listed(base, gaps):
        if name.startswith(("video", "v4l-subdev", "v4l-touch")):
            yield from _v4l_node(roots, base, name, gaps)
    for name in _listed(media, gaps):
        yield from _v4l_node(roots, media, name, gaps)


def _v4l_node(roots: Roots, base: str, name: str, gaps: list[Gap]) -> Iterator[_V4lNode]:
    own = os.path.realpath(f"{base}/{name}")
    device = _device_number(own)
    if device is None:
        if os.path.exists(own):  # else it was unplugged while we looked
            detail = f"{own}/dev tells no device number, so nobody who holds it could be found."
            gaps.append(Gap(Fact.CAMERAS, f"{roots.dev}/{name}", Reason.UNPARSED, detail))
        return
    parent = (
        own.split(f"/video4linux/{name}")[0] if "/video4linux/" in own else os.path.dirname(own)
    )
    virtual = parent.endswith("/devices/virtual")
    driver = _driver(parent)
    label = read_optional(f"{own}/name") or name
    index = read_optional(f"{own}/index") or ""
    number = int(index) if index.isdecimal() else 0
    capabilities = _udev_capabilities(roots, device)
    capable = None if capabilities is None else ":capture:" in capabilities
    kind = _kind(name, label, driver, number, capabilities)
    if virtual:
        driver = _virtual_driver(own, label)
    yield _V4lNode(
        Node(f"{roots.dev}/{name}", kind, device),
        label,
        number,
        own if virtual else parent,
        driver,
        capable,
    )


def _kind(
    name: str, label: str, driver: str | None, index: int, capabilities: str | None
) -> NodeKind:
    if name.startswith("media"):
        return NodeKind.MEDIA
    if name.startswith("v4l-subdev"):
        return NodeKind.SUBDEVICE
    captures = capabilities is not None and ":capture:" in capabilities
    if "meta-cap" in label or (driver == "uvcvideo" and index % 2 and not captures):
        # uvcvideo registers a metadata node directly after each video node (uvc_driver.c)
        return NodeKind.METADATA
    if name.startswith("v4l-touch") or "touch-cap" in label:
        return NodeKind.METADATA
    if label.endswith(("-out", "output")) or (
        not captures and ":video_output:" in (capabilities or "")
    ):
        return NodeKind.OUTPUT
    return NodeKind.CAPTURE


def _udev_capabilities(roots: Roots, device: tuple[int, int]) -> str | None:
    """ID_V4L_CAPABILITIES as v4l_id(8) found it when the device was plugged in."""
    text = read_optional(f"{roots.run}/udev/data/c{device[0]}:{device[1]}")
    for line in (text or "").splitlines():
        if line.startswith("E:ID_V4L_CAPABILITIES="):
            return line.partition("=")[2]
    return None


def _virtual_driver(own: str, label: str) -> str:
    """The driver of a device without a parent: v4l2loopback alone shows these attributes."""
    if os.path.exists(f"{own}/max_openers") or os.path.exists(f"{own}/buffers"):
        return "v4l2loopback"
    return "vivid" if re.match(_VIVID_INSTANCE, label) else "virtual"


def _usb_cameras(roots: Roots, v4l_nodes: list[_V4lNode], gaps: list[Gap]) -> Iterator[Camera]:
    """Devices with an interface of the USB video class, bound to a driver or not."""
    base = f"{roots.sys}/bus/usb/devices"
    drivers: dict[str, dict[str, str | None]] = {}
    for name in _listed(base, gaps):
        if ":" not in name:
            continue
        interface = os.path.realpath(f"{base}/{name}")
        if read_optional(f"{interface}/bInterfaceClass") == _VIDEO_CLASS:
            drivers.setdefault(os.path.dirname(interface), {})[name] = _driver(interface)
    for node in v4l_nodes:
        # A camera with a driver of its own (gspca) shows a vendor class, not the video class.
        usb = _usb_device(node.device)
        if usb and usb not in drivers:
            drivers[usb] = {os.path.basename(node.device): node.driver}
    for usb, interfaces in drivers.items():
        nodes = [node for node in v4l_nodes if _usb_device(node.device) == usb]
        yield _usb_camera(roots, usb, interfaces, nodes)


def _usb_camera(
    roots: Roots, usb: str, interfaces: dict[str, str | None], nodes: list[_V4lNode]
) -> Camera:
    vendor, product = read_optional(f"{usb}/idVendor"), read_optional(f"{usb}/idProduct")
    serial = read_optional(f"{usb}/serial") or None
    name = read_optional(f"{usb}/product") or (nodes[0].name if nodes else "USB camera")
    location = _usb_location(usb)
    device = _device_number(usb)
    bus, number = read_optional(f"{usb}/busnum"), read_optional(f"{usb}/devnum")
    raw: list[Node] = []
    if device and bus and number and bus.isdecimal() and number.isdecimal():
        raw = [Node(f"{roots.dev}/bus/usb/{int(bus):03}/{int(number):03}", NodeKind.USB, device)]
    unknown = [
        field
        for field, value in (("vendor_id", vendor), ("product_id", product), ("nodes", raw))
        if not value
    ]
    driver = next(iter(interfaces.values()), None)
    return Camera(
        id=f"usb:{vendor}:{product}:{serial}" if serial else f"usb:{vendor}:{product}@{location}",
        name=name,
        bus=Bus.USB,
        kind=CameraKind.INFRARED if _only_infrared(name, nodes) else CameraKind.PHYSICAL,
        driver=driver,
        vendor_id=vendor,
        product_id=product,
        serial=serial,
        location=location,
        nodes=tuple(sorted([node.node for node in nodes] + raw)),
        interfaces=tuple(f"{key}={value or 'none'}" for key, value in sorted(interfaces.items())),
        unknown=tuple(unknown),
    )


def _only_infrared(name: str, nodes: list[_V4lNode]) -> bool:
    captures = [node.name for node in nodes if node.node.kind is NodeKind.CAPTURE]
    return bool(re.search(_INFRARED, name)) or (
        bool(captures) and all(re.search(_INFRARED, label) for label in captures)
    )


def _usb_device(path: str) -> str | None:
    """The sysfs path of the USB device that a node's parent (an interface) belongs to."""
    for candidate in (path, os.path.dirname(path)):
        if os.path.exists(f"{candidate}/idVendor"):
            return candidate
    return None


def _usb_location(usb: str) -> str:
    """The place in the USB tree, as usb_make_path() in drivers/usb/core names it."""
    port = read_optional(f"{usb}/devpath") or os.path.basename(usb)
    hub = usb
    while hub != "/" and not re.fullmatch(r"usb\d+", os.path.basename(hub)):
        hub = os.path.dirname(hub)
    controller = os.path.basename(os.path.dirname(hub)) if hub != "/" else "?"
    return f"usb-{controller}-{port}"


def _other_cameras(roots: Roots, v4l_nodes: list[_V4lNode]) -> Iterator[Camera]:
    groups: dict[str, list[_V4lNode]] = {}
    for node in v4l_nodes:
        if _usb_device(node.device) is None:
            instance = re.match(_VIVID_INSTANCE, node.name)
            groups.setdefault(f"{node.device}#{instance[1] if instance else ''}", []).append(node)
    for key, nodes in groups.items():
        captures = [node for node in nodes if node.node.kind is NodeKind.CAPTURE]
        # A codec or a TV output is no camera; where udev is silent, list one too many.
        if not any(node.capable is not False for node in captures):
            continue
        yield _other_camera(roots, key, nodes, captures[0])


def _other_camera(roots: Roots, key: str, nodes: list[_V4lNode], first: _V4lNode) -> Camera:
    path, _, instance = key.partition("#")
    place = instance or path.removeprefix(os.path.realpath(roots.sys)).removeprefix("/devices/")
    virtual = first.driver in _VIRTUAL_DRIVERS or "/devices/virtual/" in path
    bus = Bus.VIRTUAL if virtual else Bus.PCI if "/pci" in path else Bus.PLATFORM
    if virtual and not instance:
        place = f"{first.driver}:{first.name}"  # the number of a virtual node is chance
    return Camera(
        id=f"{bus}:{place}",
        name=instance or first.name,
        bus=bus,
        kind=CameraKind.VIRTUAL if virtual else CameraKind.PHYSICAL,
        driver=first.driver,
        location=place,
        nodes=tuple(sorted(node.node for node in nodes)),
    )


def _distinct(cameras: list[Camera]) -> Iterator[Camera]:
    """Cheap webcams share one serial number: then the place tells them apart."""
    ids = [camera.id for camera in cameras]
    for camera in cameras:
        if ids.count(camera.id) > 1:
            nodes = camera.nodes[0].path if camera.nodes else ""
            place = camera.location if camera.bus is Bus.USB else nodes
            yield camera._replace(id=f"{camera.id}@{place}")
        else:
            yield camera


def _unknown_fields(cameras: list[Camera]) -> Iterator[Gap]:
    for camera in cameras:
        if camera.unknown:
            fields = ", ".join(camera.unknown)
            detail = f"The system does not tell {fields} of this camera."
            yield Gap(Fact.CAMERAS, camera.id, Reason.MISSING, detail)


def _listed(path: str, gaps: list[Gap]) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except FileNotFoundError:
        return []  # the kernel has no such class: no device of it was ever there
    except OSError as error:
        detail = f"{path} could not be read ({error.strerror}), so cameras may be missing here."
        gaps.append(Gap(Fact.CAMERAS, path, Reason.DENIED, detail))
        return []


def _driver(device: str) -> str | None:
    try:
        return os.path.basename(os.readlink(f"{device}/driver"))
    except OSError:
        return None


def _device_number(path: str) -> tuple[int, int] | None:
    major, _, minor = (read_optional(f"{path}/dev") or "").partition(":")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else None
