"""Camera facts from sysfs; no device node is opened for them.

Sources: Documentation/ABI (sysfs-bus-usb), drivers/usb/core; USB Still Image Capture Device 1.0.
What a node is: `nodes.video`; what a driver is for: `nodes.roles`.
"""

import os
import re
from collections.abc import Iterator

from camcheck.collect.linux.kernel.system import Roots, read_optional
from camcheck.collect.linux.nodes import roles
from camcheck.collect.linux.nodes.sensors import Pipeline, chips, pipelines
from camcheck.collect.linux.nodes.video import (
    V4lNode,
    device_number,
    driver_of,
    listed,
    v4l_nodes,
)
from camcheck.model import Bus, Camera, CameraKind, Fact, Gap, Node, NodeKind, Reason

_VIDEO_CLASS = "0e"  # USB Video Class, bInterfaceClass
_STILL_IMAGE = ("06", "01", "01")  # class, subclass, protocol: PTP
_APPLE = "05ac"  # phones that hand out pictures by PTP and cannot be made to film
_INFRARED = r"(?i)(?<!RGB[-/ +_])\b(IR|infra-?red)\b"
_VIRTUAL_DRIVERS = frozenset({"vivid", "v4l2loopback", "vimc", "akvcam"})


def collect_cameras(roots: Roots) -> tuple[tuple[Camera, ...], tuple[Gap, ...]]:
    """Every video capture device, sorted by id, and what could not be read of it."""
    if not os.path.isdir(roots.sys):
        detail = f"{roots.sys} is not mounted, so cameras cannot be listed at all."
        return (), (Gap(Fact.CAMERAS, "cameras", Reason.MISSING, detail),)
    gaps: list[Gap] = []
    nodes = list(v4l_nodes(roots, gaps))
    cameras = [*_usb_cameras(roots, nodes, gaps), *_other_cameras(roots, nodes)]
    distinct = sorted(_distinct(cameras), key=lambda camera: camera.id)
    return tuple(distinct), (*gaps, *_unknown_fields(distinct))


def _usb_cameras(roots: Roots, nodes: list[V4lNode], gaps: list[Gap]) -> Iterator[Camera]:
    """Devices with an interface of the USB video class or of still cameras, bound or not."""
    base = f"{roots.sys}/bus/usb/devices"
    drivers: dict[str, dict[str, str | None]] = {}
    stills: dict[str, dict[str, str | None]] = {}
    for name in listed(base, gaps):
        if ":" not in name:
            continue
        interface = os.path.realpath(f"{base}/{name}")
        usb, kind = os.path.dirname(interface), read_optional(f"{interface}/bInterfaceClass")
        if kind == _VIDEO_CLASS:
            drivers.setdefault(usb, {})[name] = driver_of(interface)
        elif kind == _STILL_IMAGE[0] and _is_still_camera(usb, interface):
            stills.setdefault(usb, {})[name] = driver_of(interface)
    for node in nodes:
        # A camera with a driver of its own (gspca) shows a vendor class, not the video class.
        usb_of_node = _usb_device(node.device)
        if usb_of_node and usb_of_node not in drivers and _captures([node]):
            drivers[usb_of_node] = {os.path.basename(node.device): node.driver}
    for usb, interfaces in drivers.items():
        mine = [node for node in nodes if _usb_device(node.device) == usb]
        yield _usb_camera(roots, usb, interfaces, mine)
    for usb, interfaces in stills.items():
        if usb not in drivers:
            found = _usb_camera(roots, usb, interfaces, [])
            yield found._replace(kind=CameraKind.STILL, driver=None)


def _is_still_camera(usb: str, interface: str) -> bool:
    """Whether an interface of class 6 is a camera's; phones have it too, to hand out files."""
    names = ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol")
    kind = tuple(read_optional(f"{interface}/{name}") for name in names)
    hands_out_files = read_optional(f"{interface}/interface") == "MTP"
    is_phone = read_optional(f"{usb}/idVendor") == _APPLE
    return kind == _STILL_IMAGE and not hands_out_files and not is_phone


def _usb_camera(
    roots: Roots, usb: str, interfaces: dict[str, str | None], nodes: list[V4lNode]
) -> Camera:
    vendor, product = read_optional(f"{usb}/idVendor"), read_optional(f"{usb}/idProduct")
    serial = read_optional(f"{usb}/serial") or None
    name = read_optional(f"{usb}/product") or (nodes[0].name if nodes else "USB camera")
    location = _usb_location(usb)
    device = device_number(usb)
    bus, number = read_optional(f"{usb}/busnum"), read_optional(f"{usb}/devnum")
    raw: list[Node] = []
    if device and bus and number and bus.isdecimal() and number.isdecimal():
        raw = [Node(f"{roots.dev}/bus/usb/{int(bus):03}/{int(number):03}", NodeKind.USB, device)]
    unknown = [
        field
        for field, value in (("vendor_id", vendor), ("product_id", product), ("nodes", raw))
        if not value
    ]
    driver = next(filter(None, interfaces.values()), None)
    return Camera(
        id=f"usb:{vendor}:{product}:{serial}" if serial else f"usb:{vendor}:{product}@{location}",
        name=name,
        bus=Bus.USB,
        kind=_usb_kind(name, driver, f"{vendor}:{product}", nodes),
        driver=driver,
        vendor_id=vendor,
        product_id=product,
        serial=serial,
        location=location,
        nodes=tuple(sorted([node.node for node in nodes] + raw)),
        interfaces=tuple(f"{key}={value or 'none'}" for key, value in sorted(interfaces.items())),
        unknown=tuple(unknown),
    )


def _usb_kind(name: str, driver: str | None, ids: str, nodes: list[V4lNode]) -> CameraKind:
    if any(node.tuner for node in nodes):
        return CameraKind.TUNER
    # em28xx sits in a few webcams as well, and says so in the label of their node.
    if roles.is_grabber(driver, ids) and not any("webcam" in node.name.lower() for node in nodes):
        return CameraKind.GRABBER
    return CameraKind.INFRARED if _only_infrared(name, nodes) else CameraKind.PHYSICAL


def _only_infrared(name: str, nodes: list[V4lNode]) -> bool:
    captures = [node.name for node in _captures(nodes)]
    return bool(re.search(_INFRARED, name)) or (
        bool(captures) and all(re.search(_INFRARED, label) for label in captures)
    )


def _captures(nodes: list[V4lNode]) -> list[V4lNode]:
    return [node for node in nodes if node.node.kind is NodeKind.CAPTURE]


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
    while hub != "/" and not _is_root_hub(os.path.basename(hub)):
        hub = os.path.dirname(hub)
    controller = os.path.basename(os.path.dirname(hub)) if hub != "/" else "?"
    return f"usb-{controller}-{port}"


def _is_root_hub(name: str) -> bool:
    return name.startswith("usb") and name[3:].isdecimal()


def _other_cameras(roots: Roots, nodes: list[V4lNode]) -> Iterator[Camera]:
    """Cameras of the mainboard and virtual ones: receivers with their sensors, and the rest."""
    groups: dict[str, list[V4lNode]] = {}
    for node in nodes:
        if _usb_device(node.device) is None:
            groups.setdefault(f"{node.device}#{node.instance}", []).append(node)
    receivers: dict[str, list[V4lNode]] = {}
    for key, mine in groups.items():
        first = next(iter(_captures(mine)), None)
        # What gives no pictures, by its driver or by udev's word, is no camera. Where neither
        # tells, list one too many.
        if first is None or roles.is_processor(first.driver):
            continue
        if not any(node.capable is not False for node in _captures(mine)):
            continue
        if _has_sensors(first):
            receivers[first.device] = mine
        else:
            yield _other_camera(roots, key, mine)
    for pipeline in pipelines(sorted(receivers), chips(groups)):
        yield from _pipeline_camera(roots, receivers, pipeline)


def _has_sensors(node: V4lNode) -> bool:
    """Whether what stands before the node are sensors: true of all but virtual ones and cables."""
    if roles.is_built_in(node.driver) or roles.needs_sensor(node.driver):
        return True
    virtual = node.driver in _VIRTUAL_DRIVERS or "/devices/virtual/" in node.device
    cable = node.tuner or roles.is_grabber(node.driver)
    return not virtual and not cable and "/pci" not in node.device.partition("/devices")[2]


def _pipeline_camera(
    roots: Roots, receivers: dict[str, list[V4lNode]], pipeline: Pipeline
) -> Iterator[Camera]:
    """The camera behind receivers, with the nodes of its sensors, named by them."""
    mine = [node for receiver in pipeline.receivers for node in receivers[receiver]]
    first = _captures(mine)[0]
    seeing = [chip.name for chip in pipeline.chips if chip.name and roles.is_sensor(chip.name)]
    built_in = roles.is_built_in(first.driver)
    if not seeing and pipeline.sure and roles.needs_sensor(first.driver):
        return
    nodes = [*mine, *(node for chip in pipeline.chips for node in chip.nodes)]
    word = "Built-in camera" if built_in else "Camera"
    word += "s" if len(seeing) > 1 else ""
    unnamed = word if built_in or roles.needs_sensor(first.driver) else first.name
    cable = bool(seeing) and all(map(roles.is_of_cable, seeing))
    yield _other_camera(roots, f"{first.device}#", [first, *nodes])._replace(
        name=f"{word} ({', '.join(sorted(seeing))})" if seeing else unnamed,
        kind=CameraKind.GRABBER if cable else CameraKind.PHYSICAL,
        nodes=tuple(sorted({node.node for node in nodes})),
    )


def _other_camera(roots: Roots, key: str, nodes: list[V4lNode]) -> Camera:
    path, _, instance = key.partition("#")
    first = _captures(nodes)[0]
    place = instance or path.removeprefix(os.path.realpath(roots.sys)).removeprefix("/devices/")
    virtual = first.driver in _VIRTUAL_DRIVERS or "/devices/virtual/" in path
    bus = Bus.VIRTUAL if virtual else Bus.PCI if "/pci" in path else Bus.PLATFORM
    kind = CameraKind.VIRTUAL if virtual else CameraKind.PHYSICAL
    if virtual and not instance:
        place = f"{first.driver}:{first.name}"  # the number of a virtual node is chance
    elif not virtual and any(node.tuner for node in nodes):
        kind = CameraKind.TUNER
    elif not virtual and roles.is_grabber(first.driver):
        kind = CameraKind.GRABBER
    return Camera(
        id=f"{bus}:{place}",
        name=instance or first.name,
        bus=bus,
        kind=kind,
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
