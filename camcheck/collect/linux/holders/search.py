"""Holder facts: who has a reference to a camera, and whether the drivers count anybody else.

The drivers are asked first. When they count no open file and no camera is bound for raw access,
nobody holds one and nothing else is looked at. Otherwise every process is searched, and when the
drivers count more than was found, once more, at every descriptor (a program may just have come).
"""

import os
from collections.abc import Iterator

from camcheck.collect.linux.holders.buffers import buffer_gaps, buffer_hits, exported
from camcheck.collect.linux.holders.descriptors import DescriptorSearch, Hit, Target, in_flight
from camcheck.collect.linux.holders.driver_count import (
    MEASURED,
    counted,
    drivers,
    is_missing,
    is_proven,
    settled,
    uncertain_gaps,
)
from camcheck.collect.linux.holders.inherited import with_inherited
from camcheck.collect.linux.holders.mappings import MappingSearch
from camcheck.collect.linux.kernel.lists import KernelLists
from camcheck.collect.linux.kernel.modules import reference_count
from camcheck.collect.linux.kernel.system import (
    Kernel,
    Roots,
    in_words,
    read_optional,
    what_helps,
)
from camcheck.collect.linux.processes import hidden
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.fact import NamedTuple
from camcheck.model import (
    Camera,
    DriverReferences,
    Fact,
    Gap,
    Holder,
    NodeKind,
    Process,
    Reason,
    Role,
    Via,
)


class HolderFacts(NamedTuple):
    """What the search found. ``concealed`` are processes that ordinary tools do not list."""

    holders: tuple[Holder, ...] = ()
    references: tuple[DriverReferences, ...] = ()
    concealed: tuple[Process, ...] = ()
    gaps: tuple[Gap, ...] = ()


class _Look(NamedTuple):
    """One look at everything."""

    hits: list[Hit]
    references: tuple[DriverReferences, ...]
    uncertain: list[Gap]
    proven: bool  # the drivers account for every holder
    denied: set[int]
    concealed: tuple[Process, ...]
    final: bool  # to look again would find no more


def collect_holders(
    roots: Roots, cameras: tuple[Camera, ...], table: ProcessTable, *, own: frozenset[int]
) -> HolderFacts:
    """All holders of the cameras. ``own`` are camcheck's own processes, which are never listed."""
    kernel = Kernel()
    with KernelLists(roots) as lists:
        if not cameras or _nobody_holds(roots, cameras):
            ways = hidden.left_out(roots, table, lists)
            search, mappings = _searches(table, kernel, cameras)
            concealed = _concealed(roots, ways, search, mappings)
            return HolderFacts(references=_quiet_references(cameras), concealed=concealed)
        look = _look(roots, kernel, cameras, table, lists)
        if any(map(is_missing, look.references)) and not look.final:
            table.refresh()
            look = _look(roots, kernel, cameras, table, lists)
    return HolderFacts(
        holders=tuple(sorted(set(_holders(look, table, own)), key=holder_order)),
        references=look.references,
        concealed=look.concealed,
        gaps=tuple(_gaps(look)),
    )


def _nobody_holds(roots: Roots, cameras: tuple[Camera, ...]) -> bool:
    """Whether the drivers rule out every holder: understood, counting none, and bound as usual.

    A USB device must be asleep as well, because an open raw node keeps it awake (usbdev_open,
    drivers/usb/core/devio.c), and there must be no DMA buffers: they outlive the open file.
    """
    if any(camera.driver not in MEASURED or is_raw(camera) for camera in cameras):
        return False
    if any(is_awake(roots, camera) for camera in cameras):
        return False
    if any(reference_count(roots, driver) != 0 for driver in drivers(cameras)):
        return False
    if hidden.covered_sysfs(roots):
        return False
    return exported(roots, cameras) == 0


def is_raw(camera: Camera) -> bool:
    """Whether an interface of the camera is claimed by a program, or left without its driver."""
    return any(
        interface.partition("=")[2] != camera.driver or camera.driver == "usbfs"
        for interface in camera.interfaces
    )


def is_awake(roots: Roots, camera: Camera) -> bool:
    """Whether the camera's USB device is powered, or its power state cannot be read."""
    devices = {interface.partition(":")[0] for interface in camera.interfaces}
    return any(
        read_optional(f"{roots.sys}/bus/usb/devices/{device}/power/runtime_status") != "suspended"
        for device in devices
    )


def _quiet_references(cameras: tuple[Camera, ...]) -> tuple[DriverReferences, ...]:
    found = drivers(cameras).items()
    return tuple(
        DriverReferences(name, ids, opened=0, accounted=0, measured=True)
        for name, ids in sorted(found)
    )


def find_targets(cameras: tuple[Camera, ...]) -> dict[tuple[int, int], Target]:
    """The nodes of the cameras by device number."""
    return {
        node.device: Target(camera.id, camera.driver, node.path, node.kind)
        for camera in cameras
        for node in camera.nodes
        if node.device
    }


def _look(
    roots: Roots,
    kernel: Kernel,
    cameras: tuple[Camera, ...],
    table: ProcessTable,
    lists: KernelLists,
) -> _Look:
    search, mappings = _searches(table, kernel, cameras)
    search.run(list(table.tasks.values()), lists)
    counts = counted(roots, kernel, cameras, search.hits)
    pointed, twice = search.pointed, False
    if not search.thorough and any(map(is_missing, settled(roots, counts))):
        # Where the kernel does not point to everything, or a program has just come: at every
        # descriptor, so that an error of the short way cannot end in "nobody".
        table.refresh()
        search, twice = _searches(table, kernel, cameras)[0], True
        search.run_thoroughly(list(table.tasks.values()), lists)
        counts = counted(roots, kernel, cameras, search.hits)
    tasks = list(table.tasks.values())
    explained = _is_counted(cameras) and is_proven(kernel, counts, search.hits)
    missing = any(map(is_missing, counts))
    ways = hidden.left_out(
        roots, table, lists, pointed, explained=explained, somebody_missing=missing
    )
    for pid, at in hidden.covered_processes(roots).items():
        ways[pid] = f"covered by something mounted over {at}"
    concealed = _concealed(roots, ways, search, mappings)
    # Also when every open file is explained: who took a descriptor from its owner (pidfd_getfd),
    # mapped the pictures and closed it, shares the owner's open file and is counted with it. Not
    # when every open file is in a descriptor, and the kernel says of each that nobody mapped it.
    if not (explained and search.unmapped and exported(roots, cameras) == 0):
        mappings.run(tasks, lists)
    hits = [*search.hits, *_mapped(mappings), *buffer_hits(roots, cameras, search, mappings)]
    hidden_pids = {process.pid for process in concealed}
    # A number can be given to another process while we look: what changed hands is looked at anew.
    hits = [hit for hit in hits if hit.pid in hidden_pids or table.is_same(table.tasks[hit.pid])]
    hits = with_inherited(kernel, table, _with_feeders(roots, cameras, hits))
    references = settled(roots, counted(roots, kernel, cameras, hits))
    uncertain = uncertain_gaps(kernel, references, hits)
    proven = _is_counted(cameras) and is_proven(kernel, references, hits)
    if any(map(is_missing, references)):
        hits += _waiting(search, references, lists)
    # What ended while we looked is no place to hide; who blocks those who look is told by name.
    denied = {
        pid
        for pid in search.denied | mappings.denied
        if pid in hidden_pids
        or (
            (pid in table.tasks and table.is_same(table.tasks[pid]))
            and not table.passes_over(table.tasks[pid])
        )
    }
    unproven = uncertain + buffer_gaps(roots, cameras, search, mappings, denied)
    final = twice or (search.thorough and bool(denied))
    return _Look(hits, references, unproven, proven, denied, concealed, final)


def _concealed(
    roots: Roots, ways: dict[int, str], search: DescriptorSearch, mappings: MappingSearch
) -> tuple[Process, ...]:
    """Processes that hide, and in the searches what they hold; hardly ever there are any."""
    if not ways:
        return ()
    from camcheck.collect.linux.holders.hidden import describe_hidden

    return describe_hidden(roots, ways, search, mappings)


def _searches(
    table: ProcessTable, kernel: Kernel, cameras: tuple[Camera, ...]
) -> tuple[DescriptorSearch, MappingSearch]:
    targets = find_targets(cameras)
    return DescriptorSearch(table, kernel, targets), MappingSearch(table, kernel, targets)


def _with_feeders(roots: Roots, cameras: tuple[Camera, ...], hits: list[Hit]) -> list[Hit]:
    """Names the program that feeds a loopback device: with a format set, its only holder does.

    v4l2loopback shows a format while somebody has set one for its pictures (v4l2loopback.c,
    attr_show_format). Who reads only feeds nobody.
    """
    for camera in cameras:
        mine = [hit for hit in hits if hit.target.camera == camera.id]
        if (
            camera.driver == "v4l2loopback"
            and len({hit.pid for hit in mine}) == 1
            and any(hit.access != "read" for hit in mine)
            and any(_format(roots, node.path) for node in camera.nodes)
        ):
            hits = [hit._replace(role=Role.FEEDS) if hit in mine else hit for hit in hits]
    return hits


def _format(roots: Roots, node: str) -> str:
    return read_optional(f"{roots.sys}/class/video4linux/{os.path.basename(node)}/format") or ""


def _is_counted(cameras: tuple[Camera, ...]) -> bool:
    """Whether every way into the cameras passes a driver; raw access is counted by none."""
    return all(camera.driver and not is_raw(camera) for camera in cameras)


def _mapped(mappings: MappingSearch) -> list[Hit]:
    return [
        Hit(
            one.target,
            one.pid,
            one.pid,
            Via.USBFS if one.target.kind is NodeKind.USB else Via.MAPPING,
            one.node,
            foreign=one.foreign,
        )
        for one in mappings.found
    ]


def _waiting(
    search: DescriptorSearch, references: tuple[DriverReferences, ...], lists: KernelLists
) -> list[Hit]:
    """Descriptors in flight, when a driver counts more than was found.

    What waits in a socket cannot be looked at. It is taken for the missing reference only when a
    single process has any waiting; otherwise the difference stays unattributed. The kernel points
    to the few sockets where anything can wait, or all that were seen are looked at.
    """
    pointed = lists.sockets_with_files()
    proc = search.table.roots.proc
    waiting = in_flight(
        search.sockets
        if pointed is None
        else [(pid, f"{proc}/{pid}/task/{tid}/fd", [str(number)]) for pid, tid, number in pointed]
    )
    missing = [entry for entry in references if is_missing(entry)]
    if len(waiting) != 1 or len(missing) != 1 or len(missing[0].cameras) != 1:
        return []
    ((pid, number),) = waiting.items()
    camera = missing[0].cameras[0]
    target = next(target for target in search.targets.values() if target.camera == camera)
    detail = f"{number} open file(s) wait in a socket that nobody has received"
    return [Hit(target, pid, pid, Via.IN_FLIGHT, "socket", detail=detail)]


def _holders(look: _Look, table: ProcessTable, own: frozenset[int]) -> Iterator[Holder]:
    for hit in look.hits:
        if hit.pid not in own:
            started = table.started(table.tasks[hit.pid])
            camera = hit.target.camera
            yield Holder(
                camera,
                hit.pid,
                started,
                hit.via,
                hit.node,
                hit.access,
                hit.role,
                hit.detail,
                foreign=hit.foreign,
                inherited=hit.inherited,
            )


def holder_order(holder: Holder) -> tuple[str, int, str, str]:
    """Holders are sorted by camera, process, way and node."""
    return holder.camera, holder.pid, holder.via, holder.node


def _gaps(look: _Look) -> list[Gap]:
    """What could not be inspected, unless the drivers prove that nobody is in there."""
    gaps = [*look.uncertain]
    if look.denied and not look.proven:
        number = in_words(len(look.denied))
        detail = (
            f"The system does not let us look into {number}, which could hold a camera. "
            f"{what_helps()}"
        )
        gaps.append(Gap(Fact.HOLDERS, number, Reason.DENIED, detail))
    return gaps
