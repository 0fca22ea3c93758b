"""Device trees from published listings, planted as a sysfs, with udev's word or without it.

A file below trees/ is a published listing of somebody's machine (v4l2-ctl --list-devices,
media-ctl -p, lsusb), rebuilt: what the listing does not show stands in it as the kernel's source
has it. Its lines:

    title: what the machine is
    source: address of the published listing
    camera: KIND NAME             what camcheck must make of it; "camera: none" for none
    device PATH driver DRIVER     a device of sysfs, below devices/
    usb PORT ATTRIBUTE=VALUE ...
    interface NUMBER CLASS/SUBCLASS/PROTOCOL DRIVER
    wire DEVICE DEVICE            a connection in the device tree

and indented below a device or an interface its nodes: NODE LABEL [:capabilities:], where the
capabilities are udev's. "video0-3 X %" are four nodes, with their numbers in the label.
"""

import re
from pathlib import Path
from typing import NamedTuple

from tests.collect.linux.sysfs import Sysfs

TREES = Path(__file__).parent / "trees"


class Listing(NamedTuple):
    """A published listing: what it is, where it stands, its cameras (kind, name), its lines."""

    title: str
    source: str
    cameras: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


def read_listing(name: str) -> Listing:
    """The listing of that name."""
    said: dict[str, list[str]] = {"title": [], "source": [], "camera": []}
    lines = []
    for line in (TREES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(": ")
        if key in said:
            said[key].append(value)
        elif line.strip():
            lines.append(line)
    cameras = [(kind, name) for kind, _, name in (text.partition(" ") for text in said["camera"])]
    return Listing(
        title=said["title"][0],
        source=said["source"][0],
        cameras=tuple(sorted(camera for camera in cameras if camera != ("none", ""))),
        lines=tuple(lines),
    )


def names() -> list[str]:
    """All listings."""
    return sorted(path.stem for path in TREES.glob("*.txt"))


class _Planting:
    """Where the next lines go."""

    def __init__(self, sysfs: Sysfs, *, udev: bool) -> None:
        self.sysfs, self.udev = sysfs, udev
        self.device = self.usb = ""
        self.minor = self.wires = 0

    def line(self, text: str) -> None:
        words = text.split()
        if text.startswith(" "):
            self._nodes(words)
        elif words[0] == "device":
            self.device = f"devices/{words[1]}"
            (self.sysfs.sys / self.device).mkdir(parents=True, exist_ok=True)
            self.sysfs.link(f"{self.device}/driver", f"bus/any/drivers/{words[3]}")
        elif words[0] == "usb":
            said = dict(part.split("=", 1) for part in text.split(maxsplit=2)[2].split("; "))
            self.usb = self.device = self.sysfs.usb(words[1], **{"serial": None, **said})
        elif words[0] == "interface":
            driver = None if words[3] == "none" else words[3]
            self.device = self.sysfs.interface(self.usb, int(words[1]), driver=driver)
            for name, value in zip(
                ("Class", "SubClass", "Protocol"), words[2].split("/"), strict=True
            ):
                self.sysfs.write(f"{self.device}/bInterface{name}", value)
        elif words[0] == "attribute":
            self.sysfs.write(f"{self.device}/{words[1]}", " ".join(words[2:]))
        elif words[0] == "wire":
            self._wire(f"devices/{words[1]}", f"devices/{words[2]}")
        else:
            raise ValueError(f"no such line in a listing: {text}")

    def _nodes(self, words: list[str]) -> None:
        capabilities = words.pop() if words[-1].startswith(":") else None
        first, last = re.match(r"[a-z4-]+?(\d+)(?:-(\d+))?$", words[0]).groups()  # type: ignore[union-attr]
        prefix = words[0].partition(first)[0] if not words[0].startswith("v4l") else "v4l-subdev"
        prefix = "v4l-touch" if words[0].startswith("v4l-touch") else prefix
        for index, number in enumerate(range(int(first), int(last or first) + 1)):
            self._node(f"{prefix}{number}", " ".join(words[1:]), index, number, capabilities)

    def _node(
        self, name: str, label: str, index: int, number: int, capabilities: str | None
    ) -> None:
        self.minor += 1
        if name.startswith("media"):
            place = self.usb if ":" in self.device.rpartition("/")[2] else self.device
            self.sysfs.media(place or self.device, name, f"240:{number}")
            return
        device = f"81:{self.minor}"
        self.sysfs.video(
            self.device, name, device, label=label.replace("%", str(index)), index=index
        )
        if self.udev and name.startswith("video"):
            self.sysfs.udev(device, capabilities or ":")

    def _wire(self, one: str, other: str) -> None:
        """Two endpoints that name one another, as the bindings of device trees have it."""
        for here, number, there in (
            (one, self.wires + 1, self.wires + 2),
            (other, self.wires + 2, self.wires + 1),
        ):
            endpoint = self.sysfs.sys / here / f"of_node/ports/port@{number}/endpoint"
            endpoint.mkdir(parents=True)
            (endpoint / "phandle").write_bytes(number.to_bytes(4, "big"))
            (endpoint / "remote-endpoint").write_bytes(there.to_bytes(4, "big"))
        self.wires += 2


def plant(root: Path, listing: Listing, *, udev: bool = True) -> Sysfs:
    """A sysfs (and udev's database) as the machine of the listing has it."""
    sysfs = Sysfs(root)
    planting = _Planting(sysfs, udev=udev)
    for line in listing.lines:
        planting.line(line)
    return sysfs
