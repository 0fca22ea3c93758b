"""The nodes of video hardware as sysfs and udev tell of them; none is opened.

Sources: Documentation/ABI (sysfs-class), drivers/media/v4l2-core/v4l2-dev.c,
drivers/media/usb/uvc/uvc_driver.c, drivers/usb/gadget/function/f_uvc.c (function_name), and udev's
database for what a node can do (v4l_id).
"""

import os
import re
from collections.abc import Iterator

from camcheck.collect.linux.kernel.system import Roots, read_optional
from camcheck.collect.linux.nodes import roles
from camcheck.fact import NamedTuple
from camcheck.model import Fact, Gap, Node, NodeKind, Reason

_VIVID_INSTANCE = r"(vivid-\d+)-"


class V4lNode(NamedTuple):
    """One device of /sys/class/video4linux or of the media bus."""

    node: Node
    name: str
    device: str  # real sysfs path of the parent device; the node's own for a virtual one
    driver: str | None
    capable: bool | None  # can capture video, by udev's word; None when udev does not say
    tuner: bool  # has a tuner, by udev's word, or by its driver's where udev does not say

    @property
    def instance(self) -> str:
        """The instance of vivid that the node belongs to; empty for others."""
        found = re.match(_VIVID_INSTANCE, self.name)
        return found[1] if found else ""


def v4l_nodes(roots: Roots, gaps: list[Gap]) -> Iterator[V4lNode]:
    """All nodes of video hardware, without radio and teletext."""
    base = f"{roots.sys}/class/video4linux"
    media = f"{roots.sys}/bus/media/devices"
    for name in listed(base, gaps):
        if name.startswith(("video", "v4l-subdev", "v4l-touch")):
            yield from _v4l_node(roots, base, name, gaps)
    for name in listed(media, gaps):
        yield from _v4l_node(roots, media, name, gaps)


def _v4l_node(roots: Roots, base: str, name: str, gaps: list[Gap]) -> Iterator[V4lNode]:
    own = os.path.realpath(f"{base}/{name}")
    device = device_number(own)
    if device is None:
        if os.path.exists(own):  # else it was unplugged while we looked
            detail = f"{own}/dev tells no device number, so nobody who holds it could be found."
            gaps.append(Gap(Fact.CAMERAS, f"{roots.dev}/{name}", Reason.UNPARSED, detail))
        return
    parent = (
        own.split(f"/video4linux/{name}")[0] if "/video4linux/" in own else os.path.dirname(own)
    )
    virtual = parent.endswith("/devices/virtual")
    driver = driver_of(parent)
    label = read_optional(f"{own}/name") or name
    capabilities = _udev_capabilities(roots, device)
    kind = _kind(own, label, driver, capabilities, fixed=not virtual and "/usb" not in parent)
    yield V4lNode(
        Node(f"{roots.dev}/{name}", kind, device),
        label,
        own if virtual else parent,
        _virtual_driver(own, label) if virtual else driver,
        None if capabilities is None else ":capture:" in capabilities,
        roles.is_tuner(driver) if capabilities is None else ":tuner:" in capabilities,
    )


def _kind(
    own: str, label: str, driver: str | None, capabilities: str | None, *, fixed: bool
) -> NodeKind:
    """``fixed`` hardware is soldered in: its labels are its driver's, nobody else's."""
    name = os.path.basename(own)
    if name.startswith("media"):
        return NodeKind.MEDIA
    if name.startswith("v4l-subdev"):
        return NodeKind.SUBDEVICE
    captures = capabilities is not None and ":capture:" in capabilities
    if "meta-cap" in label or (driver == "uvcvideo" and _index(own) % 2 and not captures):
        # uvcvideo registers a metadata node directly after each video node (uvc_driver.c)
        return NodeKind.METADATA
    if name.startswith("v4l-touch") or "touch-cap" in label:
        return NodeKind.METADATA
    if fixed and roles.gives_no_pictures(label):
        return NodeKind.METADATA
    if fixed and not captures and (roles.works_in_memory(label) or roles.takes_pictures_in(label)):
        return NodeKind.OUTPUT
    if os.path.exists(f"{own}/function_name"):
        return NodeKind.OUTPUT  # this machine poses as a camera to another one (USB gadget)
    if label.endswith(("-out", "output")) or (
        not captures and ":video_output:" in (capabilities or "")
    ):
        return NodeKind.OUTPUT
    return NodeKind.CAPTURE


def _index(own: str) -> int:
    text = read_optional(f"{own}/index") or ""
    return int(text) if text.isdecimal() else 0


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


def listed(path: str, gaps: list[Gap]) -> list[str]:
    """The names in a folder of sysfs; one that is there and cannot be read is a gap."""
    try:
        return sorted(os.listdir(path))
    except FileNotFoundError:
        return []  # the kernel has no such class: no device of it was ever there
    except OSError as error:
        detail = f"{path} could not be read ({error.strerror}), so cameras may be missing here."
        gaps.append(Gap(Fact.CAMERAS, path, Reason.DENIED, detail))
        return []


def driver_of(device: str) -> str | None:
    """The driver that a device of sysfs is bound to."""
    try:
        return os.path.basename(os.readlink(f"{device}/driver"))
    except OSError:
        return None


def device_number(path: str) -> tuple[int, int] | None:
    """Major and minor number of a device of sysfs."""
    major, _, minor = (read_optional(f"{path}/dev") or "").partition(":")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else None
