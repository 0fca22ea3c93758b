"""Which sensors belong to which receiver, and who has several.

A sensor is a device of its own, mostly on an I2C bus, and its node lies there. What it is wired to
is told by the device tree (Documentation/devicetree/bindings/graph.txt: ``remote-endpoint``).
"""

import os
import re

from camcheck.collect.linux.kernel.system import read_bytes
from camcheck.collect.linux.nodes.video import V4lNode
from camcheck.fact import NamedTuple
from camcheck.model import NodeKind

_ON_I2C = r"/i2c-\d+/"
_NAME = r"(?:m\d\d_[bf]_)?([\w.]+)"  # "imx219 10-0010", with Rockchip "m00_b_imx219 10-0010"
_DEPTH = 4  # of an endpoint below its device: ports/port@0/endpoint@0


class Chip(NamedTuple):
    """A device with nothing but subdevice nodes: a sensor, a lens, a stage in between."""

    device: str
    nodes: tuple[V4lNode, ...]

    @property
    def name(self) -> str | None:
        """The name of a chip on an I2C bus, by its label; None for a part of the processor."""
        if not re.search(_ON_I2C, self.device):
            return None
        found = re.match(_NAME, self.nodes[0].name)
        return found[1] if found else None


def chips(groups: dict[str, list[V4lNode]]) -> list[Chip]:
    """The groups of nodes that have subdevices only."""
    return [
        Chip(nodes[0].device, tuple(nodes))
        for nodes in groups.values()
        if all(node.node.kind is NodeKind.SUBDEVICE for node in nodes)
    ]


class Pipeline(NamedTuple):
    """Receivers and chips that belong together: the way from the sensors to memory.

    ``sure`` tells that the machine's own description says which chips these are.
    """

    receivers: tuple[str, ...]
    chips: tuple[Chip, ...]
    sure: bool


def pipelines(receivers: list[str], found: list[Chip]) -> list[Pipeline]:
    """What is wired together. Chips that no wire tells of are given to the first pipeline."""
    if len(receivers) == 1:
        return [Pipeline((receivers[0],), tuple(found), sure=True)]
    wires = {path: _ends(path) for path in {*receivers, *(chip.device for chip in found)}}
    homeless = list(found)
    result: list[Pipeline] = []
    for receiver in receivers:
        if any(receiver in known.receivers for known in result):
            continue
        reached = _reached(receiver, wires)
        own = tuple(chip for chip in found if chip.device in reached)
        homeless = [chip for chip in homeless if chip not in own]
        result.append(Pipeline(tuple(r for r in receivers if r in reached), own, sure=True))
    if homeless and result:
        first = result[0]._replace(chips=(*result[0].chips, *homeless))
        return [one._replace(sure=False) for one in (first, *result[1:])]
    return result


class _Ends(NamedTuple):
    """Where wires begin at a device, and where they end (numbers of endpoints: phandles)."""

    own: frozenset[bytes]
    remote: frozenset[bytes]


def _ends(device: str) -> _Ends:
    own, remote = set(), set()
    top = os.path.realpath(f"{device}/of_node")
    for folder, folders, files in os.walk(top):
        if folder.count("/") - top.count("/") >= _DEPTH:
            folders.clear()
        if "remote-endpoint" in files:
            own.add(_phandle(f"{folder}/phandle"))
            remote.add(_phandle(f"{folder}/remote-endpoint"))
    return _Ends(frozenset(own - {b""}), frozenset(remote - {b""}))


def _phandle(path: str) -> bytes:
    try:
        return read_bytes(path, 4)
    except OSError:
        return b""


def _reached(start: str, wires: dict[str, _Ends]) -> set[str]:
    """All devices that wires lead to from here, over others in between."""
    reached, waiting = {start}, [start]
    while waiting:
        at = wires[waiting.pop()]
        for device, ends in wires.items():
            if device not in reached and (at.remote & ends.own or ends.remote & at.own):
                reached.add(device)
                waiting.append(device)
    return reached
