"""DMA buffers of cameras: whoever has one sees pictures without opening the camera.

They outlive the open file (VIDIOC_EXPBUF). Each holds a reference on the module that exported it
(dma_buf_export in drivers/dma-buf/dma-buf.c), so their number is in sysfs for everybody to read;
root also finds a list of them in debugfs. Both were compared in the camera lab.
"""

from collections.abc import Iterable

from camcheck.collect.linux.holders.descriptors import Buffer, DescriptorSearch, Hit, Target
from camcheck.collect.linux.holders.mappings import MappingSearch
from camcheck.collect.linux.kernel.modules import reference_count
from camcheck.collect.linux.kernel.system import Roots, read_optional, what_helps
from camcheck.model import Camera, CameraKind, Fact, Gap, NodeKind, Reason, Role, Via

_EXPORTERS = ("videobuf2_vmalloc", "videobuf2_dma_contig", "videobuf2_dma_sg")
_EXPORT_NOTHING = frozenset({"v4l2loopback"})  # it has buffers of its own and no VIDIOC_EXPBUF


def exported(roots: Roots, cameras: tuple[Camera, ...]) -> int | None:
    """How many DMA buffers of video drivers there are in all; None: unknown."""
    if all(camera.driver in _EXPORT_NOTHING for camera in cameras):
        return 0
    counts = [reference_count(roots, module) for module in _EXPORTERS]
    known = [number for number in counts if number is not None]
    listed = _listed(roots)  # also of those that are built into the kernel
    if not known and listed is None:
        return None
    return max(sum(known), len(listed or ()))


def buffer_hits(
    roots: Roots, cameras: tuple[Camera, ...], search: DescriptorSearch, mappings: MappingSearch
) -> list[Hit]:
    """Who has a buffer of a camera.

    The kernel names the exporting framework, not the device: with several cameras, those that are
    held are meant, and all of them when none is.
    """
    found = _found(roots, search, mappings)
    if not found:
        return []
    held = {hit.target.camera for hit in search.hits} or _likely(cameras)
    return [
        Hit(
            Target(camera.id, None, "", NodeKind.CAPTURE),
            buffer.pid,
            buffer.pid,
            Via.DMA_BUF,
            "/dmabuf",
            role=None if len(held) == 1 else Role.ONE_OF_SEVERAL,
        )
        for camera in cameras
        if camera.id in held
        for buffer in found
    ]


def _found(roots: Roots, search: DescriptorSearch, mappings: MappingSearch) -> list[Buffer]:
    inodes = {buffer.inode for buffer in search.buffers} | (_listed(roots) or set())
    mapped = [Buffer(pid, inode, name) for pid, inode, name in mappings.buffers if inode in inodes]
    return [*search.buffers, *mapped]


def buffer_gaps(
    roots: Roots,
    cameras: tuple[Camera, ...],
    search: DescriptorSearch,
    mappings: MappingSearch,
    denied: Iterable[int],
) -> list[Gap]:
    """Buffers that nobody was found to have, or that more can have than could be looked into."""
    number = exported(roots, cameras)
    if number == 0:
        return []
    found = len({buffer.inode for buffer in _found(roots, search, mappings)})
    if number is not None and number <= found and not any(denied):
        return []
    if number is None:
        many = "The kernel does not tell how many buffers with pictures programs share"
    else:
        many = (
            f"Programs share {number} buffers with pictures of cameras, or of films on some small "
            f"computers; {found} of them were found"
        )
    if any(denied):
        reason, why = Reason.DENIED, f"Not everybody could be looked into. {what_helps()}"
    else:
        reason, why = Reason.UNSUPPORTED, "The graphics driver may have the others."
    return [Gap(Fact.HOLDERS, "shared picture buffers", reason, f"{many}. {why}")]


def _likely(cameras: tuple[Camera, ...]) -> set[str]:
    """Which cameras a buffer can be of when none is held: real ones, where there are any."""
    real = {camera.id for camera in cameras if camera.kind is not CameraKind.VIRTUAL}
    return real or {camera.id for camera in cameras}


def _listed(roots: Roots) -> set[int] | None:
    """Inodes of all buffers of video drivers, from debugfs; None where it cannot be read."""
    text = read_optional(f"{roots.sys}/kernel/debug/dma_buf/bufinfo")
    if text is None:
        return None
    rows = [line.split() for line in text.splitlines()]
    return {
        int(row[5])
        for row in rows
        if len(row) > 5 and row[4].startswith("videobuf2_") and row[5].isdecimal()
    }
