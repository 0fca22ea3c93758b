"""The facts of a Linux machine."""

import os
from datetime import UTC, datetime

from camcheck.bounded import PROGRAMS, in_time
from camcheck.bounded.child import is_child
from camcheck.collect.linux.cameras import collect_cameras
from camcheck.collect.linux.capture.look import CaptureLook
from camcheck.collect.linux.capture.selftest_record import WitnessRecord, read_records
from camcheck.collect.linux.holders.driver_count import silent_driver_gaps
from camcheck.collect.linux.holders.search import HolderFacts, collect_holders, holder_order
from camcheck.collect.linux.indicators.look import IndicatorLook
from camcheck.collect.linux.kernel.system import Roots, in_words, read_optional, what_helps
from camcheck.collect.linux.opt_in import DesktopFacts, Probed
from camcheck.collect.linux.processes import hidden
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.fact import NamedTuple
from camcheck.model import (
    Camera,
    CameraKind,
    Capture,
    CaptureState,
    Fact,
    Gap,
    Holder,
    Host,
    Indicator,
    Process,
    Reason,
    Snapshot,
    Witness,
)
from camcheck.privilege import asker, is_root

__all__ = ["Roots", "collect", "collect_cameras"]

_FEW = 3  # processes that are worth naming one by one


def collect(
    roots: Roots | None = None, *, probe: bool = False, selftest_record: str | None = None
) -> Snapshot:
    """Looks at everything once and changes nothing.

    Opens no camera unless ``probe`` is asked for; then those where it is known to be harmless.
    ``selftest_record`` is the file in which self-tests keep what they showed, if there were any.
    """
    roots = roots or Roots()
    started_at = datetime.now(UTC)
    cameras, camera_gaps = collect_cameras(roots)
    known, record_gaps = read_records(selftest_record, kernel=os.uname().release)
    seen = _observe(roots, cameras, known, probe=probe)
    if _is_unexplained(seen):
        # A program may have begun to film after the search for holders: search once more.
        seen = _observe(roots, cameras, known, probe=probe)
    rows = _rows(seen)
    desktop = _ask_desktop(roots, cameras, seen, tuple(rows.values()))
    holders = tuple(sorted({*seen.held.holders, *desktop.holders}, key=holder_order))
    processes = _with_details(seen, rows, holders)
    gaps = {
        *camera_gaps,
        *record_gaps,
        *seen.table.gaps,
        *seen.held.gaps,
        *seen.gaps,
        *desktop.gaps,
    }
    gaps |= {
        *hidden.namespace_gaps(roots),
        *_unreadable(processes, cameras),
        *_blocking(seen.table, processes),
        *silent_driver_gaps(seen.held.references, cameras, seen.captures),
    }
    return Snapshot(
        host=_host(roots, cameras),
        started_at=started_at,
        finished_at=datetime.now(UTC),
        elevated=is_root(),
        cameras=cameras,
        processes=processes,
        holders=holders,
        references=seen.held.references,
        captures=seen.captures,
        indicators=tuple(sorted({*seen.indicators, *desktop.indicators})),
        asker=asker(),
        gaps=tuple(sorted(gaps)),
    )


class _Observed(NamedTuple):
    """Who holds the cameras, and what was seen of them at the same time."""

    table: ProcessTable
    held: HolderFacts
    captures: tuple[Capture, ...]
    indicators: tuple[Indicator, ...]
    gaps: tuple[Gap, ...]


def _observe(
    roots: Roots, cameras: tuple[Camera, ...], known: dict[str, WitnessRecord], *, probe: bool
) -> _Observed:
    """The search for holders, between two looks at whether the cameras film and their lights."""
    look, lights = CaptureLook(roots, cameras, known), IndicatorLook(roots, cameras)
    table = ProcessTable(roots)
    own = frozenset((os.getpid(), os.getppid()) if is_child() else (os.getpid(),))
    held = collect_holders(roots, cameras, table, own=own)
    look.look_again()
    # The probe talks to the cameras, so it comes after everything that counts transfers.
    probed = _probe(roots, cameras) if probe else Probed({})
    further = {camera.id: _further(roots, camera, table, probed) for camera in cameras}
    captures, capture_gaps = look.judge(further)
    indicators, light_gaps = lights.finish(probed.indicators)
    return _Observed(table, held, captures, indicators, (*capture_gaps, *light_gaps, *probed.gaps))


def _further(
    roots: Roots, camera: Camera, table: ProcessTable, probed: Probed
) -> tuple[Witness, ...]:
    """The witnesses of a camera that are no reading of its own."""
    found = [probed.witnesses.get(camera.id)]
    if camera.kind is CameraKind.VIRTUAL:
        from camcheck.collect.linux.capture.vivid import thread_witness

        found.append(thread_witness(roots, camera, table.tasks))
    return tuple(witness for witness in found if witness)


def _probe(roots: Roots, cameras: tuple[Camera, ...]) -> Probed:
    from camcheck.collect.linux.capture.probe import probe_cameras

    return probe_cameras(roots, cameras)


def _is_unexplained(seen: _Observed) -> bool:
    known = {holder.camera for holder in seen.held.holders}
    filming = [c.camera for c in seen.captures if c.state is CaptureState.ACTIVE]
    return not known.issuperset(filming)


def _ask_desktop(
    roots: Roots, cameras: tuple[Camera, ...], seen: _Observed, processes: tuple[Process, ...]
) -> DesktopFacts:
    """The desktop's word, only when a real camera is in use: otherwise there is nothing to ask."""
    real = {camera.id for camera in cameras if camera.kind is not CameraKind.VIRTUAL}
    held = {holder.camera for holder in seen.held.holders}
    filming = {c.camera for c in seen.captures if c.state is not CaptureState.INACTIVE}
    if not real & (held | filming):
        return DesktopFacts()
    from camcheck.collect.linux.desktop.logins import ask_logins

    return ask_logins(roots, cameras, processes)


def _rows(seen: _Observed) -> dict[int, Process]:
    """A row for every process."""
    known = {process.pid: process for process in seen.held.concealed}
    for pid, task in seen.table.tasks.items():
        if pid not in known:
            known[pid] = seen.table.row(task)
    return {pid: known[pid] for pid in sorted(known)}


def _with_details(
    seen: _Observed, rows: dict[int, Process], holders: tuple[Holder, ...]
) -> tuple[Process, ...]:
    """The whole story of holders and of the chain that started them."""
    table, concealed = seen.table, {process.pid for process in seen.held.concealed}
    matter = {holder.pid for holder in holders if holder.pid in table.tasks}
    for pid in tuple(matter):
        matter.update(task.pid for task in table.ancestors(table.tasks[pid]))
    if not matter:
        return tuple(rows.values())
    from camcheck.collect.linux.processes.packages import with_package

    holding = {holder.pid for holder in holders} - concealed
    known = dict(rows)
    for pid in matter - concealed:
        known[pid] = _in_full(table, rows[pid], rows)
    for pid in holding & matter:
        known[pid] = with_package(known[pid])
    return tuple(known.values())


def _in_full(table: ProcessTable, row: Process, rows: dict[int, Process]) -> Process:
    """Details of a process, and what it runs inside of: an AppImage, a container, a chroot."""
    from camcheck.collect.linux.processes.appimage import appimage_of
    from camcheck.collect.linux.processes.confinement import has_own_dev, supervisor_of

    row = table.details(row)
    image = appimage_of(table, row, rows.values())
    if image:
        row = row._replace(application=f"appimage:{image}")
    task = table.tasks.get(row.pid)
    try:
        own_dev = in_time(
            lambda: has_own_dev(f"{table.roots.proc}/{row.pid}"),
            f"{PROGRAMS}/{row.uid}/{row.exe}",
        )
    except OSError:
        return row._replace(unknown=tuple(sorted({*row.unknown, "own_dev"})))
    if not own_dev or task is None:
        return row
    return row._replace(own_dev=True, supervisor=supervisor_of(table, task))


def _unreadable(processes: tuple[Process, ...], cameras: tuple[Camera, ...]) -> list[Gap]:
    """Programs that the system does not let us identify: they are compared by name alone.

    Without a camera they can see nothing. What even the administrator is refused there (the first
    process of a sandbox) stays so for ever, and would make every answer an incomplete one.
    """
    hidden_programs = [process for process in processes if "exe" in process.unknown]
    if not hidden_programs or (not cameras and is_root()):
        return []
    subject = f"program files of {in_words(len(hidden_programs))}"
    few = ", ".join(f"{process.name}, number {process.pid}" for process in hidden_programs[:_FEW])
    named = f" ({few})" if len(hidden_programs) <= _FEW else ""
    detail = (
        f"The system does not tell the {subject}{named}, so they could not be compared with what "
        f"is known to be bad. {what_helps()}"
    )
    return [Gap(Fact.SIGNATURES, subject, Reason.DENIED, detail)]


def _blocking(table: ProcessTable, processes: tuple[Process, ...]) -> list[Gap]:
    """Processes that keep whoever looks into their memory waiting, and those of the same users."""
    gaps = [
        Gap(
            Fact.HOLDERS,
            f"memory of {process.name} ({process.pid})",
            Reason.TIMED_OUT,
            "It keeps everybody waiting who looks into its memory, so its command line, and "
            "whether it has pictures of a camera mapped there, are not known.",
        )
        for process in processes
        if process.blocks
    ]
    alive = [process for process in processes if process.pid in table.tasks and not process.blocks]
    passed = [process for process in alive if table.passes_over(table.tasks[process.pid])]
    if passed:
        subject = f"memory of {in_words(len(passed))}"
        detail = (
            "Several programs keep everybody waiting who looks into their memory, so the others "
            "of the same users were passed over: their command lines, and whether they have "
            "pictures of a camera mapped, are not known."
        )
        gaps.append(Gap(Fact.HOLDERS, subject, Reason.TIMED_OUT, detail))
    return gaps


def _host(roots: Roots, cameras: tuple[Camera, ...]) -> Host:
    system = os.uname()
    drivers = []
    for driver in sorted({camera.driver for camera in cameras if camera.driver}):
        version = read_optional(f"{roots.sys}/module/{driver}/version")
        drivers.append(f"{driver} {version}" if version else driver)
    return Host(
        system=system.sysname,
        release=system.release,
        version=system.version,
        machine=system.machine,
        name=system.nodename,
        drivers=tuple(drivers),
    )
