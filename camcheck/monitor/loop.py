"""The monitor at work: waits, looks, keeps the history, and tells whoever listens."""

from collections.abc import Callable, Iterable
from typing import Protocol

from camcheck.collect.bucket import Bucket
from camcheck.collect.watch import Seen, Watch
from camcheck.fact import NamedTuple
from camcheck.findings import Report, Session
from camcheck.history.store import History
from camcheck.model import Camera, Moment, Snapshot
from camcheck.monitor.clock import Attendance, Clock, Instant, Jumps
from camcheck.monitor.missed import counted, jumped, unwatched
from camcheck.monitor.tracker import Tracker, Use

_SETTLE = 0.15  # seconds between an event and the look that it asks for
_AGAIN = 1.2  # seconds after which a begun use is looked at once more: frames start late
_IDLE, _BUSY = 2.0, 1.0  # seconds between two pulses: nobody there, a camera in use
_CHECKS = 0.25  # seconds between two questions who still holds the camera
_QUIET = 0.25  # seconds without an opening, after which an opening without a name is looked for
_FLUSH = 1.0  # seconds between two writings of the same session
_ALIVE = 30.0  # seconds between two notes that a session still goes on
_REVIEW = 600.0  # seconds between two looks while a camera is in use
_WATCHED = 600.0  # seconds between two notes that the monitor watches
_TIDY = 3600.0
_LATE = 1.0  # seconds by which a wait may take longer than asked
_SLOW = 3.0  # seconds that the work between two waits may take; more of both is not looking
_NEVER = float("inf")
_NOTES_AT_ONCE, _NOTES_PER_SECOND = 3, 1 / 600  # of cameras that woke for nobody
_LOOKS_AT_ONCE, _LOOKS_PER_SECOND = 6, 1 / 6

_WOKEN = (
    "woke or sent data for a moment, and nobody was seen to open it: a program that lists USB "
    "devices (lsusb -v) does that, or one that uses a device node made elsewhere (in a container)."
)


class Listener(Protocol):
    """Somebody who is told what happens: the terminal, the desktop, a program, the journal."""

    def session(self, what: str, session: Session, number: int) -> None:
        """``what`` is ``began``, ``changed`` or ``ended``."""
        ...

    def moment(self, moment: Moment) -> None:
        """Something else happened: a camera came, events were lost, the machine slept."""
        ...

    def tick(self, now: Instant) -> None:
        """Time passes: what was begun can be gone on with. Must not wait."""
        ...


class Eyes(NamedTuple):
    """What the loop looks with."""

    watch: Watch
    look: Callable[[], Snapshot]
    judge: Callable[[Snapshot], Report]
    clock: Clock


class Task:
    """Something that the monitor does when it is due, by the time that passes (seconds)."""

    def __init__(self, do: Callable[[Instant], None]) -> None:
        self._do = do
        self.due = _NEVER

    def want(self, at: float) -> None:
        """Not later than that."""
        self.due = min(self.due, at)

    def run(self, now: Instant) -> None:
        self.due = _NEVER
        self._do(now)


class Monitor:
    """One running monitor. `step` does what is due; nothing in it waits longer than asked."""

    def __init__(self, eyes: Eyes, history: History, listeners: Iterable[Listener] = ()) -> None:
        self._eyes, self._history = eyes, history
        self._listeners = tuple(listeners)
        now = eyes.clock.now()
        self.tracker = Tracker(now.elapsed)
        self._jumps = Jumps(eyes.clock)
        self._looks = Bucket(size=_LOOKS_AT_ONCE, rate=_LOOKS_PER_SECOND, at=now.elapsed)
        self._notes = Bucket(size=_NOTES_AT_ONCE, rate=_NOTES_PER_SECOND, at=now.elapsed)
        self._cameras: dict[str, str] = {}
        self._moved: set[str] = set()
        self._armed: tuple[Camera, ...] = ()
        self._attendance = Attendance(eyes.clock)
        # In the order in which they are done when several are due.
        self._tasks = (
            pulse := Task(self._read_pulse),
            check := Task(self._ask_who_holds),
            look := Task(self._look_again),
            review := Task(self._look_fully),
            flush := Task(self._write),
            alive := Task(self._note_alive),
            tidy := Task(self._forget),
        )
        self._pulse, self._check, self._look, self._review = pulse, check, look, review
        self._flush, self._alive, self._tidy = flush, alive, tidy
        self.losses = self.heard = 0
        self.unwatched = 0.0
        self.since = now.wall
        self._last_event: str | None = None

    def start(self) -> None:
        """Arms the watch, then looks: what is in use already becomes a session, too."""
        now = self._eyes.clock.now()
        self._arm(self._eyes.look())
        self._look.run(now)
        self._take_up(now)
        self._history.tidy(now=now.wall)
        self._pulse.due, self._tidy.due = now.elapsed + _IDLE, now.elapsed + _TIDY
        self._flush.due = now.elapsed
        self.since = now.wall
        self._alive.run(now)
        self._attendance = Attendance(self._eyes.clock)

    def _take_up(self, now: Instant) -> None:
        """Goes on with the sessions of the run before that still last; the others have ended."""
        for stored in self._history.unfinished():
            use = self.tracker.find(stored.session)
            if use and use.number is None:
                use.number = stored.id
                use.take_up(stored.session, now)
                continue
            note = "The monitor did not run when this use ended."
            ended = stored.session._replace(seen_until=stored.seen, over_by=now.wall, note=note)
            self._history.update(stored.id, ended, seen=stored.seen)

    def step(self, *, at_most: float = 3600.0) -> None:
        """Waits for the next event or for what is due next, and does it."""
        clock = self._eyes.clock
        self._attend(allowed=_SLOW)
        soonest = min(task.due for task in self._tasks)
        timeout = min(at_most, max(0.0, soonest - clock.elapsed()))
        seen = self._eyes.watch.wait(timeout)
        self._attend(allowed=timeout + _LATE)
        self._react(seen)
        now = clock.elapsed()
        for task in self._tasks:
            if task.due <= now:
                task.run(clock.now())
        for listener in self._listeners:
            listener.tick(clock.now())

    def _attend(self, *, allowed: float) -> None:
        """A sign of life; a time in which there was none is told, and looked after."""
        missed = self._attendance.sign(allowed=allowed)
        if missed is None:
            return
        before = self._eyes.watch.counted()
        self._history.watched(since=self.since, until=missed.since.wall)
        self.since, now = missed.until.wall, missed.until
        self._note_alive(now)
        self.unwatched += missed.seconds
        self.tracker.missed(missed)
        jump = self._jumps.check()
        self._tell_moment(unwatched(missed, jump))
        for text in jumped(jump._replace(slept=0.0)):
            self._note(text)
        self._eyes.watch.stirred()
        after = self._eyes.watch.counted()
        for camera in sorted(before.keys() & after.keys() & self._cameras.keys()):
            name = self._cameras[camera]
            moment = counted(missed, camera, name, before[camera], after[camera])
            if moment:
                self._tell_moment(moment)
        self._check.want(now.elapsed)
        self._look.want(now.elapsed)

    def stop(self) -> None:
        """Writes all that was seen. Sessions that go on stay open, and are taken up again."""
        now = self._eyes.clock.now()
        if self._check.due < _NEVER:
            self._check.run(now)
        self._flush.run(now)
        for use in self.tracker.uses.values():
            self._store(use, now)
        self._note_alive(now)

    def state(self) -> dict[str, object]:
        """What ``status`` tells: cameras, uses that go on, what cannot be seen, what was lost."""
        return {
            "way": self._eyes.watch.way,
            "cameras": sorted(self._cameras.values()),
            "in_use": sum(use.closing is None for use in self.tracker.uses.values()),
            "limits": list(self._eyes.watch.limits),
            "last_event": self._last_event,
            "losses": self.losses,
            "unwatched": round(self.unwatched),
            "unwritten": self._history.waiting,
        }

    def _react(self, seen: Seen) -> None:
        now = self._eyes.clock.now()
        self.heard += seen.asked
        for sighting in seen.sightings:
            use = self.tracker.sighted(sighting, now)
            if use and use.number is None:
                self._store(use, now)
                self._look.want(now.elapsed + _SETTLE)
            if sighting.closed:
                self.tracker.left(sighting, now)
                self._check.want(now.elapsed + _CHECKS)
        if seen.lost:
            self.losses += 1
            self._note(
                "Events were lost: more happened than the system keeps, or what tells of them "
                "stopped. Looked anew."
            )
        used = {use.session.camera for use in self.tracker.uses.values()}
        self._moved.update(camera for camera in seen.moved if camera not in used)
        if self._moved:
            self._look.want(now.elapsed)
        if seen.lost or seen.changed:
            self._look.want(now.elapsed + _SETTLE)
        if seen.sightings or seen.changed:
            self._last_event = now.wall.isoformat(timespec="seconds")
            self._flush.want(now.elapsed + _FLUSH)

    def _read_pulse(self, now: Instant) -> None:
        """Asks the drivers. A change that no event explained is a reason to look."""
        for text in jumped(self._jumps.check()):
            self._note(text)
            self._look.want(now.elapsed)
        if self._eyes.watch.stirred():
            self._look.want(now.elapsed)
        self._pulse.due = now.elapsed + (_BUSY if self.tracker.uses else _IDLE)

    def _ask_who_holds(self, now: Instant) -> None:
        """Who of those that were seen still holds the camera."""
        for camera, pids in self.tracker.cameras_to_check().items():
            holding = self._eyes.watch.holding(camera, pids)
            if holding is None:
                self._look.want(now.elapsed)
            else:
                self.tracker.checked(camera, holding, now)
        uses = self.tracker.uses.values()
        nameless = [use.touched for use in uses if use.unfound and use.closing is None]
        if nameless:  # no look can end a use that begins again while it looks
            quiet = max(nameless) + _QUIET
            if quiet <= now.elapsed:
                self._look.want(now.elapsed + _SETTLE)
            else:
                self._check.want(quiet)
        self._flush.want(now.elapsed)

    def _look_again(self, now: Instant) -> None:
        """A look because something happened: there is a budget for those."""
        if self._looks.take(now.elapsed):
            self._look_fully(now)
        else:
            self._look.want(self._looks.next())

    def _look_fully(self, now: Instant) -> None:
        """The same look and the same checks as camcheck scan."""
        snapshot = self._eyes.look()
        if snapshot.cameras != self._armed:
            self._arm(snapshot)
            snapshot = self._eyes.look()
        report = self._eyes.judge(self.tracker.recent(snapshot))
        before = {id(use) for use in self.tracker.uses.values() if use.looked}
        self.tracker.looked(report, began=now, now=self._eyes.clock.now())
        uses = self.tracker.uses.values()
        if any(id(use) not in before and use.closing is None for use in uses):
            self._look.want(now.elapsed + _AGAIN)
        often = _REVIEW if any(use.closing is None for use in uses) else _NEVER
        self._note_moved(now)
        self._review.due = now.elapsed + min(often, self._eyes.watch.every)
        self._flush.want(now.elapsed)

    def _note_moved(self, now: Instant) -> None:
        """Cameras that woke, and that nobody uses now that everybody was looked at."""
        used = {use.session.camera for use in self.tracker.uses.values()}
        for camera in sorted(self._moved - used):
            if camera in self._cameras and self._notes.take(now.elapsed):
                self._note(f"{self._cameras[camera]} {_WOKEN}", camera)
        self._moved.clear()

    def _arm(self, snapshot: Snapshot) -> None:
        now = {camera.id: camera.name for camera in snapshot.cameras}
        for camera in sorted(self._cameras.keys() - now.keys()):
            self._note(f"The camera {self._cameras[camera]} went away.", camera)
        for camera in sorted(now.keys() - self._cameras.keys()):
            self._note(f"The camera {now[camera]} is there.", camera)
        self._cameras, self._armed = now, snapshot.cameras
        self.tracker.name_cameras(snapshot)
        self._eyes.watch.arm(snapshot.cameras)

    def _note(self, text: str, camera: str = "") -> None:
        self._tell_moment(Moment(self._eyes.clock.now().wall, camera, text))

    def _tell_moment(self, moment: Moment) -> None:
        self._history.add(moment)
        for listener in self._listeners:
            listener.moment(moment)

    def _write(self, now: Instant) -> None:
        """Writes what changed, and takes leave of what ended."""
        self._history.retry()
        gone = list(self.tracker.finished(now))
        for use in [*gone, *self.tracker.uses.values()]:
            if use.dirty or (use.closing is None and now.elapsed - use.seen >= _ALIVE):
                self._store(use, now)
        for use in gone:
            self._tell("ended", use)
        if self.tracker.uses or self._history.waiting:
            self._flush.due = now.elapsed + _FLUSH

    def _store(self, use: Use, now: Instant) -> None:
        if use.number is None:
            use.number = self._history.begin(use.session)
            self._tell("began", use)
            if use.looked:  # what a look showed is known already, and no change of it will come
                self._tell("changed", use)
        else:
            self._history.update(use.number, use.session, seen=use.session.over or use.when(now))
            if use.dirty:
                self._tell("changed", use)
        use.dirty, use.seen = False, now.elapsed

    def _tell(self, what: str, use: Use) -> None:
        for listener in self._listeners:
            listener.session(what, use.session, use.number or 0)

    def _note_alive(self, now: Instant) -> None:
        """Notes until when was watched, so that the history can say when nobody watched."""
        self._history.watched(since=self.since, until=now.wall)
        self._alive.due = now.elapsed + _WATCHED

    def _forget(self, now: Instant) -> None:
        self._history.tidy(now=now.wall)
        self._tidy.due = now.elapsed + _TIDY
