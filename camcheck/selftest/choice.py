"""Which camera is tested, and whether that can be done now."""

from camcheck.model import Camera, CameraKind, NodeKind, Snapshot, Via
from camcheck.selftest import SelftestError

_BROKERS = frozenset({"pipewire", "wireplumber"})


def choose(snapshot: Snapshot, wanted: str | None) -> tuple[Camera, str]:
    """The camera of that id, or the only real one, and its capture node. Raises SelftestError."""
    real = [camera for camera in snapshot.cameras if camera.kind is CameraKind.PHYSICAL]
    if wanted is not None:
        real = [camera for camera in snapshot.cameras if camera.id == wanted]
        if not real:
            raise SelftestError(f"There is no camera {wanted}; `camcheck cameras` lists them.")
    if not real:
        raise SelftestError("No camera was found that could be tested.")
    if len(real) > 1:
        known = ", ".join(camera.id for camera in real)
        raise SelftestError(f"There are several cameras. Name one with --camera: {known}.")
    camera = real[0]
    node = next((n.path for n in camera.nodes if n.kind is NodeKind.CAPTURE), None)
    if node is None:
        raise SelftestError(f"{camera.name} has no driver that could switch it on.")
    _refuse_busy(snapshot, camera)
    return camera, node


def _refuse_busy(snapshot: Snapshot, camera: Camera) -> None:
    """A camera that somebody films with already would spoil the test, and the test their film."""
    for holder in snapshot.holders:
        process = next((p for p in snapshot.processes if p.id == holder.process), None)
        name = process.name if process else "a program"
        if holder.camera == camera.id and holder.via is not Via.DMA_BUF and name not in _BROKERS:
            raise SelftestError(
                f"{camera.name} is in use by {name} (process {holder.pid}). Close it and try again."
            )
