"""What macOS says about cameras and about the programs that use them.

Written from published formats and tried on recorded data; it has not run on a Mac yet.
"""

from datetime import UTC, datetime

from camcheck.collect.macos.cameras import CoreMediaError, Device
from camcheck.collect.macos.log import LogFacts, parse_log
from camcheck.collect.macos.machine import CommandError, Machine, release, this_machine
from camcheck.collect.macos.processes import with_signers
from camcheck.collect.macos.use import describe, history
from camcheck.model import CameraUse, Fact, Gap, Reason, Snapshot
from camcheck.privilege import asker


def collect(*, machine: Machine | None = None) -> Snapshot:
    """The facts of this moment from a Mac, by default the one that camcheck runs on."""
    machine = machine or this_machine()
    began = datetime.now(UTC)
    gaps: list[Gap] = []
    host = machine.host()
    before = _devices(machine, gaps)
    processes, missed = machine.processes()
    gaps += missed
    log = _log(machine, release(host.release), gaps)
    after = _devices(machine, gaps)
    use = describe(before, after, log=log, processes=processes)
    persistence, missed = machine.jobs()
    gaps += (*use.gaps, *missed)
    allowed, missed = machine.permissions()
    gaps += missed
    pids = frozenset(holder.pid for holder in use.holders)
    processes, missed = with_signers(processes, pids=pids, ask=machine.sign)
    return Snapshot(
        host=host,
        started_at=began,
        finished_at=datetime.now(UTC),
        elevated=machine.elevated(),
        cameras=use.cameras,
        processes=processes,
        holders=use.holders,
        captures=use.captures,
        indicators=use.indicators,
        persistence=persistence,
        permissions=allowed,
        history=history(log) if log else (),
        asker=asker(),
        gaps=tuple(sorted({*gaps, *missed})),
    )


def past_uses(*, machine: Machine | None = None) -> tuple[tuple[CameraUse, ...], tuple[Gap, ...]]:
    """What macOS has noted of camera use, and what of that could not be read."""
    machine = machine or this_machine()
    gaps: list[Gap] = []
    log = _log(machine, release(machine.host().release), gaps)
    return history(log) if log else (), tuple(gap for gap in gaps if gap.fact is Fact.HISTORY)


def _devices(machine: Machine, gaps: list[Gap]) -> tuple[Device, ...]:
    try:
        return machine.devices()
    except CoreMediaError as error:
        detail = f"The cameras could not be listed: {error}."
        gaps.append(Gap(Fact.CAMERAS, "all cameras", Reason.FAILED, detail))
        gaps.append(Gap(Fact.CAPTURE, "all cameras", Reason.FAILED, detail))
        return ()


def _log(machine: Machine, version: tuple[int, int], gaps: list[Gap]) -> LogFacts | None:
    try:
        return parse_log(machine.log(version))
    except CommandError as error:
        detail = f"Who uses a camera could not be read from the system's log: {error}."
        gaps += [
            Gap(fact, "the system's log", error.reason, detail)
            for fact in (Fact.HOLDERS, Fact.INDICATORS, Fact.HISTORY)
        ]
        return None
