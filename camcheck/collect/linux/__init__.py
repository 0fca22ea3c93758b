"""The facts of a Linux machine."""

import os
from datetime import UTC, datetime

from camcheck.collect.linux import hidden
from camcheck.collect.linux.cameras import collect_cameras
from camcheck.collect.linux.holders import HolderFacts, collect_holders
from camcheck.collect.linux.processes import ProcessTable
from camcheck.collect.linux.system import Roots, in_words, read_optional, what_helps
from camcheck.model import Camera, Fact, Gap, Host, Process, Reason, Snapshot

__all__ = ["Roots", "collect", "collect_cameras"]


def collect(roots: Roots | None = None) -> Snapshot:
    """Looks at everything once; opens no camera and changes nothing."""
    roots = roots or Roots()
    started_at = datetime.now(UTC)
    cameras, camera_gaps = collect_cameras(roots)
    table = ProcessTable(roots)
    held = collect_holders(roots, cameras, table, own_pid=os.getpid())
    processes = _processes(table, held)
    gaps = {*camera_gaps, *table.gaps, *held.gaps, *hidden.namespace_gaps(roots)}
    return Snapshot(
        host=_host(roots, cameras),
        started_at=started_at,
        finished_at=datetime.now(UTC),
        elevated=os.geteuid() == 0,
        cameras=cameras,
        processes=processes,
        holders=held.holders,
        references=held.references,
        gaps=tuple(sorted({*gaps, *_unreadable(processes)})),
    )


def _processes(table: ProcessTable, held: HolderFacts) -> tuple[Process, ...]:
    """A row for every process; the details of holders and of the chain that started them."""
    matter = {holder.pid for holder in held.holders}
    for pid in tuple(matter):
        matter.update(task.pid for task in table.ancestors(table.tasks[pid]))
    known = {process.pid: process for process in held.concealed}
    for pid, task in table.tasks.items():
        if pid not in known:
            row = table.row(task)
            known[pid] = table.details(row) if pid in matter else row
    return tuple(known[pid] for pid in sorted(known))


def _unreadable(processes: tuple[Process, ...]) -> list[Gap]:
    """Programs that the system does not let us identify: they are compared by name alone."""
    hidden_programs = [process for process in processes if "exe" in process.unknown]
    if not hidden_programs:
        return []
    subject = f"program files of {in_words(len(hidden_programs))}"
    detail = (
        f"The system does not tell the {subject}, so they could not be compared with what is known "
        f"to be bad. {what_helps()}"
    )
    return [Gap(Fact.SIGNATURES, subject, Reason.DENIED, detail)]


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
