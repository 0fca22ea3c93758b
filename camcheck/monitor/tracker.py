"""Sessions of use: what events and looks say, put together. Pure bookkeeping.

Events are triggers: a session begins with the first sign and ends when nobody of its program is
found to hold the camera any more. A program that comes back within seconds goes on with the same
session, so that one use is one entry and one notification.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from camcheck.checks.use_while_away import signs_of_absence
from camcheck.collect.bucket import Bucket
from camcheck.collect.watch import Sighting
from camcheck.findings import Finding, Report, Session
from camcheck.model import (
    CaptureState,
    Holder,
    Process,
    ProcessId,
    Role,
    Snapshot,
    Via,
)
from camcheck.monitor.clock import Instant, Missed
from camcheck.program import Key, program_file, program_key

LINGER = 5.0  # seconds in which a program may come back
_ADOPT = 3.0  # seconds in which a look may give a name to an opening that had none
_SAME_USE = 60.0  # seconds after the last sign of a use by nobody, until which it can be named
_MANY = ("many",)
_SESSIONS_AT_ONCE, _SESSIONS_PER_SECOND = 100, 0.1
_SAME_START = 2.0  # seconds by which start times of one process may differ
_LATE = 1.0  # seconds after a time in which nobody looked, for which events tell of that time
_PIDS = 64  # processes of one session that are followed


class Use:
    """A session that goes on, and what is needed to follow it."""

    def __init__(self, key: Key, session: Session, now: Instant) -> None:
        self.key = key
        self.session = session
        self.number: int | None = None
        self.since = self.touched = now.elapsed
        self.pids: dict[ProcessId, float] = {}
        self.closing: float | None = None
        self.left = 0.0  # when one of its processes last closed the camera
        self.dirty = True
        self.seen = now.elapsed
        self.looked = False
        self.counted = False  # the driver counts it, its program was not found to hold the camera
        self.unsure: Instant | None = None  # since when nobody saw whether it goes on

    def change(self, **fields: object) -> None:
        session = self.session._replace(**fields)  # type: ignore[arg-type]
        if session != self.session:
            self.session, self.dirty = session, True

    def when(self, now: Instant) -> datetime:
        """The time of the wall clock that the session would show now, whatever it did since."""
        return self.session.began + timedelta(seconds=now.elapsed - self.since)

    def take_up(self, before: Session, now: Instant) -> None:
        """Goes on with what an earlier run had seen of this use."""
        self.since -= max(0.0, (self.session.began - before.began).total_seconds())
        self.change(
            began=before.began,
            openings=before.openings,
            processes=max(before.processes, self.session.processes),
            nodes=tuple(sorted({*before.nodes, *self.session.nodes})),
            away=tuple(sorted({*before.away, *self.session.away})),
            began_by=before.began_by,
        )

    @property
    def unfound(self) -> bool:
        """Whether a look alone can tell that it goes on: nobody is known to hold the camera."""
        return self.session.process is None or self.counted

    @property
    def lasted(self) -> float:
        """Seconds from its begin to the last sign of it."""
        return (self.closing if self.closing is not None else self.touched) - self.since


class Tracker:
    """All sessions that go on now."""

    def __init__(self, at: float) -> None:
        self.uses: dict[tuple[str, Key], Use] = {}
        self._names: dict[str, str] = {}
        self._room = Bucket(size=_SESSIONS_AT_ONCE, rate=_SESSIONS_PER_SECOND, at=at)
        self._missed: Missed | None = None
        self._running: frozenset[ProcessId] = frozenset()  # at the last look

    def name_cameras(self, snapshot: Snapshot) -> None:
        """What to call the cameras from now on."""
        self._names.update({camera.id: camera.name for camera in snapshot.cameras})

    def missed(self, missed: Missed) -> None:
        """Nobody looked: what goes on may have ended, and what is told now has happened by then."""
        self._missed = missed
        for use in self.uses.values():
            if use.closing is None and use.unsure is None:
                use.unsure = missed.since

    def _late(self, read: float) -> Instant | None:
        """Since when what the system told then can have happened, where nobody had looked."""
        missed = self._missed
        if missed is None or read - missed.until.elapsed > _LATE:
            return None
        return missed.since

    def sighted(self, sighting: Sighting, now: Instant) -> Use | None:
        """An event. Returns the use that it belongs to; None for an end that belongs to none."""
        if not sighting.opened:
            return None
        late = self._late(now.elapsed if sighting.read is None else sighting.read)
        use = self._use(sighting.camera, sighting.process, now, late)
        if sighting.process:
            self._hold(use, sighting.process.id, now)
        nodes = tuple(sorted({*use.session.nodes, sighting.node}))
        use.change(openings=use.session.openings + 1, nodes=nodes)
        if sighting.suspects:
            use.change(suspects=sighting.suspects)
        self._reopen(use, now)
        use.unsure = late or use.unsure
        return use

    def _use(self, camera: str, process: Process | None, now: Instant, late: Instant | None) -> Use:
        """The use that it is; one that is new may have begun since ``late``."""
        key = program_key(process)
        use = self.uses.get((camera, key)) or self._adopted(camera, process, key, now)
        if use:
            return use
        if not self._room.take(now.elapsed):
            key = _MANY
            if (camera, key) in self.uses:
                return self.uses[camera, key]
        name = self._names.get(camera, camera)
        session = Session(camera, name, (late or now).wall, None, process, openings=0)
        if late:
            session = session._replace(began_by=now.wall)
        if key == _MANY:
            session = session._replace(
                note="More programs than can be told apart used the camera at this time."
            )
        self.uses[camera, key] = use = Use(key, session, now)
        use.since = (late or now).elapsed
        return use

    def _adopted(self, camera: str, process: Process | None, key: Key, now: Instant) -> Use | None:
        """An opening without a name gets the name of the program that is found right after it."""
        nameless = self.uses.get((camera, (None,)))
        if process is None or nameless is None or now.elapsed - nameless.touched > _ADOPT:
            return None
        if nameless.session.process is not None:
            return None
        del self.uses[camera, (None,)]
        nameless.key = key
        nameless.change(process=process, suspects=())
        self.uses[camera, key] = nameless
        return nameless

    def _hold(self, use: Use, identity: ProcessId, now: Instant) -> None:
        if identity not in use.pids:
            if len(use.pids) >= _PIDS:
                del use.pids[next(iter(use.pids))]
            first = use.session.process is None or use.session.process.id == identity
            use.change(processes=use.session.processes + (not first))
        use.pids[identity] = now.elapsed

    def _reopen(self, use: Use, now: Instant) -> None:
        use.touched, use.closing = now.elapsed, None
        if use.session.over is not None:
            use.change(ended=None, seen_until=None, over_by=None)

    def left(self, sighting: Sighting, now: Instant) -> None:
        """The camera was closed. Whether that was the last opening, a check must find out."""
        for (camera, key), use in self.uses.items():
            same = sighting.process is None or key in (program_key(sighting.process), (None,))
            if camera == sighting.camera and same:
                use.left = now.elapsed

    def cameras_to_check(self) -> dict[str, frozenset[int]]:
        """Processes that were last known to hold each camera."""
        wanted: dict[str, frozenset[int]] = {}
        for (camera, _), use in self.uses.items():
            pids = frozenset(identity.pid for identity in use.pids)
            wanted[camera] = wanted.get(camera, frozenset()) | pids
        return wanted

    def checked(self, camera: str, holding: frozenset[int], now: Instant) -> None:
        """Who of the known processes still holds the camera: the others have ended their use."""
        for (used, _), use in self.uses.items():
            if used != camera or use.closing is not None:
                continue
            for identity in [one for one in use.pids if one.pid not in holding]:
                del use.pids[identity]
            if use.pids:
                use.unsure = None  # it goes on, so its end will be seen
            if not use.pids and not use.unfound:
                self._close(use, now)

    def _close(self, use: Use, now: Instant) -> None:
        """Ends a use: when it was last closed, where that was seen after its last opening.

        What may have ended while nobody looked has no end, only times between which that was.
        """
        use.pids.clear()
        if use.unsure is not None:
            use.closing = now.elapsed
            seen = max(use.session.began, use.when(use.unsure))
            use.change(ended=None, seen_until=seen, over_by=use.when(now))
            return
        use.closing = use.left if use.left >= use.touched else now.elapsed
        use.change(ended=use.when(now._replace(elapsed=use.closing)))

    def looked(self, report: Report, *, began: Instant, now: Instant) -> None:
        """A full look: who holds what, whether frames flow, what the checks say.

        Only uses that the look could see are ended by it: what began after ``began`` goes on.
        """
        snapshot = report.snapshot
        self.name_cameras(snapshot)
        seen = self._holders(snapshot, now, self._late(began.elapsed))
        self._name_the_nameless(seen, now)
        for use in self.uses.values():
            if use.closing is None and use not in seen:
                for identity in [one for one, at in use.pids.items() if at < began.elapsed]:
                    del use.pids[identity]
                if not use.pids and use.touched < began.elapsed:
                    self._close(use, now)
            elif use in seen:
                use.unsure = None
                if use.closing is not None:
                    self._reopen(use, now)
            if use in seen or not use.looked:
                self._learn(use, report, held=use in seen)

    def _holders(self, snapshot: Snapshot, now: Instant, late: Instant | None) -> set[Use]:
        """The uses that a look found: of programs, and of nobody that could be found."""
        seen = set()
        processes = {process.id: process for process in snapshot.processes}
        for holder in snapshot.holders:
            if holder.role is Role.CLOSED or holder.process not in processes:
                continue
            use = self._use(holder.camera, processes[holder.process], now, late)
            self._hold(use, holder.process, now)
            ways = tuple(sorted({*use.session.ways, holder.via.value}))
            use.change(ways=ways, nodes=tuple(sorted({*use.session.nodes, holder.node})))
            use.touched, use.counted = now.elapsed, False
            seen.add(use)
        for entry in snapshot.references:
            missing = entry.opened is not None and entry.opened > entry.accounted
            if missing and entry.measured and len(entry.cameras) == 1:
                camera = entry.cameras[0]
                use = self._only_one_left(camera, seen) or self._use(camera, None, now, late)
                use.touched = now.elapsed
                seen.add(use)
        return seen

    def _only_one_left(self, camera: str, seen: set[Use]) -> Use | None:
        """The use to which an opening belongs that the driver counts and nobody is found to have.

        Only one program was seen to open this camera lately; it has closed what it was found to
        hold, and still runs. With any other program in question nobody is named.
        """
        lately = [use for (used, _), use in self.uses.items() if used == camera]
        if len(lately) != 1 or lately[0] in seen or not lately[0].session.openings:
            return None
        (use,) = lately
        process = use.session.process
        if process is None or process.id not in self._running:
            return None
        use.counted = True
        use.change(note=_COUNTED)
        return use

    def _name_the_nameless(self, seen: set[Use], now: Instant) -> None:
        """What was found about a use by nobody goes to the one program that is found instead."""
        for (camera, key), nameless in tuple(self.uses.items()):
            if key != (None,) or nameless in seen or not nameless.session.findings:
                continue
            fresh = [
                use
                for (used, _), use in self.uses.items()
                if used == camera and use in seen and not use.looked
            ]
            if len(fresh) != 1 or now.elapsed - nameless.touched > _SAME_USE:
                continue
            (use,) = fresh
            known = {one.fingerprint: one for one in use.session.findings}
            known.update({one.fingerprint: one for one in nameless.session.findings})
            use.change(findings=tuple(known[name] for name in sorted(known)))
            nameless.change(process=use.session.process, findings=(), suspects=(), note=_NAMED)

    def _learn(self, use: Use, report: Report, *, held: bool) -> None:
        snapshot, camera = report.snapshot, use.session.camera
        use.looked = True
        for capture in snapshot.captures:
            if capture.camera == camera and held and not _is_settled(use, capture.state):
                use.change(capture=capture.state, capture_reason=capture.reason)
                shown = tuple(one for one in snapshot.indicators if one.camera == camera)
                use.change(indicators=shown)
        known = {finding.fingerprint: finding for finding in use.session.findings}
        known.update({one.fingerprint: one for one in report.findings if _concerns(one, use)})
        use.change(findings=tuple(known[name] for name in sorted(known)))
        away = {sign for presence in snapshot.presence for sign in signs_of_absence(presence)}
        use.change(away=tuple(sorted({*use.session.away, *away})))

    def recent(self, snapshot: Snapshot) -> Snapshot:
        """The snapshot with the openings that had ended before it was made, so that the checks
        judge them like any other holder."""
        present = {process.id for process in snapshot.processes}
        self._running = frozenset(present)
        holders, processes = list(snapshot.holders), list(snapshot.processes)
        held = {(holder.camera, holder.process) for holder in snapshot.holders}
        for (camera, _), use in self.uses.items():
            process = use.session.process
            if use.looked or process is None or process.started is None:
                continue
            if (camera, process.id) not in held:
                node = use.session.nodes[0] if use.session.nodes else ""
                holders.append(Holder(camera, *process.id, Via.FD, node, role=Role.CLOSED))
                if process.id not in present:
                    processes.append(process)
                    present.add(process.id)
        return snapshot._replace(
            holders=tuple(
                sorted(holders, key=lambda one: (one.camera, one.pid, one.via, one.node))
            ),
            processes=tuple(sorted(processes, key=lambda one: one.pid)),
        )

    def finished(self, now: Instant) -> Iterator[Use]:
        """Uses that ended and whose program did not come back; they are forgotten here."""
        for place, use in tuple(self.uses.items()):
            if use.closing is not None and now.elapsed - use.closing >= LINGER:
                del self.uses[place]
                yield use

    def find(self, before: Session) -> Use | None:
        """The use that goes on with a session of an earlier run: the very same process."""
        process = before.process
        for use in self.uses.values():
            if use.session.camera != before.camera:
                continue
            if process is None and use.session.process is None:
                return use
            if process and any(_is_same(process.id, identity) for identity in use.pids):
                return use
        return None


_COUNTED = (
    "The driver still counts an opening after this program has closed what it was found to have, "
    "and no other program was seen to open the camera: perhaps it has the camera in a hidden way."
)
_NAMED = "It turned out to be this program; what was found about it is told with its other use."


def _is_same(one: ProcessId, other: ProcessId) -> bool:
    """When the clock is set, the kernel's time of the boot moves, and all start times with it."""
    if one.pid != other.pid or one.started is None or other.started is None:
        return one == other
    return abs((one.started - other.started).total_seconds()) <= _SAME_START


def _is_settled(use: Use, state: CaptureState) -> bool:
    """A session that has filmed stays one that filmed; an unknown state replaces no known one."""
    known = use.session.capture
    return known is CaptureState.ACTIVE or (
        state is CaptureState.UNDETERMINED and known is not CaptureState.UNDETERMINED
    )


def _concerns(finding: Finding, use: Use) -> bool:
    """Whether a finding is about the camera and the program of a use.

    One that names no program is about everybody who uses its camera; a use by nobody that could be
    found gets only such findings.
    """
    process, subject = use.session.process, finding.subject
    if subject.cameras and use.session.camera not in subject.cameras:
        return False
    if not subject.programs:
        return bool(subject.cameras)
    return process is not None and (program_file(process) or process.name) in subject.programs
