"""What a program does with a camera now: whether it films, or only has it open."""

from collections.abc import Iterable

from camcheck.answer import Doing
from camcheck.model import CaptureState, Holder, NodeKind, ProcessId, Role, Snapshot, Via

_SHOWING = frozenset({Via.MAPPING, Via.DMA_BUF, Via.PIPEWIRE, Via.IO_URING, Via.USBFS})
"""Ways by which pictures arrive; without one of them a program can still read(2) pictures."""


class Scene:
    """What a snapshot says of its cameras, made ready for many questions."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.filming = {one.camera for one in snapshot.captures if one.state is CaptureState.ACTIVE}
        self.names = {camera.id: camera.name for camera in snapshot.cameras}
        self._blank = {
            (camera.id, node.path)
            for camera in snapshot.cameras
            for node in camera.nodes
            if node.kind not in (NodeKind.CAPTURE, NodeKind.USB)
        }
        self._receiving: dict[str, set[ProcessId]] = {}
        for holder in snapshot.holders:
            if holder.via in _SHOWING and (holder.camera, holder.node) not in self._blank:
                self._receiving.setdefault(holder.camera, set()).add(holder.process)

    def name(self, cameras: Iterable[str]) -> str:
        """What people call the cameras; an id where the system tells no name."""
        return ", ".join(self.names.get(camera, camera) for camera in cameras)

    def doing(self, holders: tuple[Holder, ...]) -> Doing:
        """What a program does, by its ways of holding cameras."""
        held = [way for way in holders if way.role is not Role.CLOSED]
        if any(self._films_for(way) for way in held):
            return Doing.FILMS
        return Doing.OPEN if held else Doing.NOTHING

    def _films_for(self, holder: Holder) -> bool:
        """Whether this holder can be the one that its camera films for.

        Where one holder of a filming camera has its picture memory and another has not, the first
        one films; a node without pictures (metadata, media) never does.
        """
        if holder.camera not in self.filming or holder.role is Role.FEEDS:
            return False
        if (holder.camera, holder.node) in self._blank:
            return False
        receiving = self._receiving.get(holder.camera)
        return receiving is None or holder.process in receiving
