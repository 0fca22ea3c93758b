"""The monitor at work: waits, looks, keeps the history, and tells whoever listens."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from camcheck.collect.bucket import Bucket
from camcheck.collect.watch import Seen, Watch
from camcheck.findings import Report, Session
from camcheck.history.store import History
from camcheck.model import Camera, Moment, Snapshot
from camcheck.monitor.clock import Clock, Instant, Jumps
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
        self._due = dict.fromkeys(
            ("look", "review", "pulse", "check", "flush", "alive", "tidy"), float("inf")
        )
        self.losses = 0
        self._since = now.wall
        self._last_event: str | None = None

    def start(self) -> None:
        """Arms the watch, then looks: what is in use already becomes a session, too."""
        now = self._eyes.clock.now()
        self._arm(self._eyes.look())
        self._look(now)
        self._take_up(now)
        self._due.update(pulse=now.elapsed + _IDLE, tidy=now.elapsed + _TIDY, flush=now.elapsed)
        self._history.tidy(now=now.wall)
        self._since = now.wall
        self._alive(now)

    def _take_up(self, now: Instant) -> None:
        """Goes on with the sessions of the run before that still last; the others have ended."""
        for stored in self._history.unfinished():
            use = self.tracker.find(stored.session)
            if use and use.number is None:
                use.number = stored.id
                use.take_up(stored.session, now)
                continue
            note = "The monitor did not run when this use ended; it ended then or later."
            ended = stored.session._replace(ended=stored.seen, note=note)
            self._history.update(stored.id, ended, seen=stored.seen)

    def step(self, *, at_most: float = 3600.0) -> None:
        """Waits for the next event or for what is due next, and does it."""
        now = self._eyes.clock.elapsed()
        self._react(self._eyes.watch.wait(min(at_most, max(0.0, min(self._due.values()) - now))))
        now = self._eyes.clock.elapsed()
        for what, work in (
            ("pulse", self._pulse),
            ("check", self._check),
            ("look", self._look),
            ("review", self._review),
            ("flush", self._flush),
            ("alive", self._alive),
            ("tidy", self._tidy),
        ):
            if self._due[what] <= now:
                self._due[what] = float("inf")
                work(self._eyes.clock.now())
        for listener in self._listeners:
            listener.tick(self._eyes.clock.now())

    def stop(self) -> None:
        """Writes all that was seen. Sessions that go on stay open, and are taken up again."""
        now = self._eyes.clock.now()
        if self._due["check"] < float("inf"):
            self._check(now)
        self._flush(now)
        for use in self.tracker.uses.values():
            self._store(use, now)
        self._alive(now)

    def state(self) -> dict[str, object]:
        """What ``status`` tells: cameras, uses that go on, what cannot be seen, what was lost."""
        return {
            "way": self._eyes.watch.way,
            "cameras": sorted(self._cameras.values()),
            "in_use": sum(use.closing is None for use in self.tracker.uses.values()),
            "limits": list(self._eyes.watch.limits),
            "last_event": self._last_event,
            "losses": self.losses,
            "unwritten": self._history.waiting,
        }

    def _react(self, seen: Seen) -> None:
        now = self._eyes.clock.now()
        for sighting in seen.sightings:
            use = self.tracker.sighted(sighting, now)
            if use and use.number is None:
                self._store(use, now)
                self._want("look", now.elapsed + _SETTLE)
            if sighting.closed:
                self.tracker.left(sighting, now)
                self._want("check", now.elapsed + _CHECKS)
        if seen.lost:
            self.losses += 1
            self._note(
                "Events were lost: more happened than the system keeps, or what tells of them "
                "stopped. Looked anew."
            )
        used = {use.session.camera for use in self.tracker.uses.values()}
        self._moved.update(camera for camera in seen.moved if camera not in used)
        if self._moved:
            self._want("look", now.elapsed)
        if seen.lost or seen.changed:
            self._want("look", now.elapsed + _SETTLE)
        if seen.sightings or seen.changed:
            self._last_event = now.wall.isoformat(timespec="seconds")
            self._want("flush", now.elapsed + _FLUSH)

    def _want(self, what: str, at: float) -> None:
        self._due[what] = min(self._due[what], at)

    def _pulse(self, now: Instant) -> None:
        """Asks the drivers. A change that no event explained is a reason to look."""
        for text in self._jumps.check():
            self._note(text)
            self._want("look", now.elapsed)
        if self._eyes.watch.stirred():
            self._want("look", now.elapsed)
        self._due["pulse"] = now.elapsed + (_BUSY if self.tracker.uses else _IDLE)

    def _check(self, now: Instant) -> None:
        """Who of those that were seen still holds the camera."""
        for camera, pids in self.tracker.cameras_to_check().items():
            holding = self._eyes.watch.holding(camera, pids)
            if holding is None:
                self._want("look", now.elapsed)
            else:
                self.tracker.checked(camera, holding, now)
        uses = self.tracker.uses.values()
        nameless = [
            use.touched for use in uses if use.session.process is None and use.closing is None
        ]
        if nameless:  # no look can end a use that begins again while it looks
            quiet = max(nameless) + _QUIET
            self._want(
                *(("look", now.elapsed + _SETTLE) if quiet <= now.elapsed else ("check", quiet))
            )
        self._want("flush", now.elapsed)

    def _look(self, now: Instant) -> None:
        """A look because something happened: there is a budget for those."""
        if self._looks.take(now.elapsed):
            self._review(now)
        else:
            self._want("look", self._looks.next())

    def _review(self, now: Instant) -> None:
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
            self._want("look", now.elapsed + _AGAIN)
        often = _REVIEW if any(use.closing is None for use in uses) else float("inf")
        self._note_moved(now)
        self._due["review"] = now.elapsed + min(often, self._eyes.watch.every)
        self._want("flush", now.elapsed)

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
        moment = Moment(self._eyes.clock.now().wall, camera, text)
        self._history.add(moment)
        for listener in self._listeners:
            listener.moment(moment)

    def _flush(self, now: Instant) -> None:
        """Writes what changed, and takes leave of what ended."""
        self._history.retry()
        gone = list(self.tracker.finished(now))
        for use in [*gone, *self.tracker.uses.values()]:
            if use.dirty or (use.closing is None and now.elapsed - use.seen >= _ALIVE):
                self._store(use, now)
        for use in gone:
            self._tell("ended", use)
        if self.tracker.uses or self._history.waiting:
            self._due["flush"] = now.elapsed + _FLUSH

    def _store(self, use: Use, now: Instant) -> None:
        if use.number is None:
            use.number = self._history.begin(use.session)
            self._tell("began", use)
        else:
            self._history.update(use.number, use.session, seen=use.session.ended or use.when(now))
            if use.dirty:
                self._tell("changed", use)
        use.dirty, use.seen = False, now.elapsed

    def _tell(self, what: str, use: Use) -> None:
        for listener in self._listeners:
            listener.session(what, use.session, use.number or 0)

    def _alive(self, now: Instant) -> None:
        """Notes until when was watched, so that the history can say when nobody watched."""
        self._history.watched(since=self._since, until=now.wall)
        self._due["alive"] = now.elapsed + _WATCHED

    def _tidy(self, now: Instant) -> None:
        self._history.tidy(now=now.wall)
        self._due["tidy"] = now.elapsed + _TIDY
