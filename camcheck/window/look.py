"""A look at this computer: the scan in a process of its own, and the answer made of its JSON."""

from PySide6.QtCore import QObject, QProcess, Signal

from camcheck.answer import Answer
from camcheck.answer.judge import answer
from camcheck.errors import ReportError
from camcheck.fact import NamedTuple
from camcheck.findings import Report
from camcheck.model import IndicatorState
from camcheck.person import unread_lights
from camcheck.printable import printable
from camcheck.report.read import MAX_BYTES, parse
from camcheck.window.aside import Aside
from camcheck.window.words import say


class Seen(NamedTuple):
    """What a look gave. ``heard`` are lights as the person said: camera id and state."""

    report: Report
    answer: Answer
    heard: tuple[tuple[str, IndicatorState], ...] = ()


class Look(QObject):
    """Looks when asked, one look at a time; `seen` gets a Seen, `failed` a sentence."""

    seen = Signal(object)
    failed = Signal(str)
    began = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._child: QProcess | None = None
        self._reading: Aside | None = None
        self._heard: dict[str, IndicatorState] = {}
        self._written = bytearray()
        self._next: tuple[str, ...] = ()
        self.said = ""
        """What the newest look said beside its answer: whose files an administrator ran."""
        self._before: Report | None = None  # with the past that the person's own monitor saw

    @property
    def busy(self) -> bool:
        return self._child is not None or self._reading is not None

    def start(self, words: tuple[str, ...]) -> None:
        """Starts the command; while one runs already, once more after it."""
        if self.busy:
            self._next = words
            return
        self._next = ()
        self._written = bytearray()
        child = self._child = QProcess(self)
        child.setStandardInputFile(QProcess.nullDevice())
        child.readyReadStandardOutput.connect(self._read)
        child.errorOccurred.connect(self._broke)
        child.finished.connect(self._ended)
        self.began.emit()
        child.start(words[0], list(words[1:]))

    def hear(self, camera: str, state: IndicatorState | None) -> None:
        """The person's word for a light: it counts from the next look on, while it films."""
        if state is None:
            self._heard.pop(camera, None)
        else:
            self._heard[camera] = state

    def end(self) -> None:
        """Nobody waits for it any more."""
        if self._child is not None:
            self._child.blockSignals(True)
            self._child.kill()
            self._child.waitForFinished(1000)
            self._child = None
        if self._reading is not None:
            self._reading.forget()

    def _read(self) -> None:
        assert self._child is not None
        self._written += self._child.readAllStandardOutput().data()
        if len(self._written) > MAX_BYTES:
            self._child.kill()

    def _broke(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._child = None
            self.failed.emit(say("now.failed", reason="it could not be started"))

    def _ended(self) -> None:
        self._read()
        if self._child is not None:
            self.said = _last_line(bytes(self._child.readAllStandardError().data()))
            self._child.deleteLater()
        self._child = None
        written, heard, before = bytes(self._written), dict(self._heard), self._before
        self._written = bytearray()
        self._reading = Aside(
            lambda: judged(written, heard, before=before), self._finish, self._give_up
        )

    def _finish(self, made: Seen) -> None:
        self._reading = None
        said = dict(made.heard)
        for camera in self._heard.keys() - said.keys():
            del self._heard[camera]  # it films no more: the word was for that film
        if not made.report.snapshot.elevated:
            self._before = made.report
        self.seen.emit(made)
        self._once_more()

    def _give_up(self, sentence: str) -> None:
        self._reading = None
        self.failed.emit(say("now.failed", reason=sentence))
        self._once_more()

    def _once_more(self) -> None:
        if self._next:
            self.start(self._next)


def _last_line(written: bytes) -> str:
    lines = written[-4096:].decode(errors="replace").strip().splitlines()
    return printable(lines[-1]) if lines else ""


def judged(
    written: bytes, heard: dict[str, IndicatorState], *, before: Report | None = None
) -> Seen:
    """What the scan wrote, with the person's word where the camera films yet.

    An administrator's look does not have the past that the person's own monitor saw; it is that of
    the look ``before``. Raises ReportError.
    """
    if not written:
        raise ReportError("it gave no answer.")
    report = parse(written).report
    if report.snapshot.elevated and before is not None:
        report = _with_past_of(report, before)
    said = []
    for camera in unread_lights(report.snapshot):
        if state := heard.get(camera.id):
            from camcheck.scan import with_light

            report = with_light(report, camera.id, state)
            said.append((camera.id, state))
    return Seen(report, answer(report), tuple(said))


def _with_past_of(report: Report, before: Report) -> Report:
    known = {(one.camera, one.began) for one in report.past}
    others = (one for one in before.past if (one.camera, one.began) not in known)
    return report._replace(
        past=tuple(sorted([*report.past, *others], key=lambda one: one.began)),
        watched=tuple(sorted({*report.watched, *before.watched})),
    )
