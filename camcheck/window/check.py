"""The part of the window that tests the camera's light, with the person's consent."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from camcheck.model import Camera, CameraKind
from camcheck.printable import printable
from camcheck.selftest import SelftestError, need_opencv
from camcheck.selftest.conclusion import result_in_words
from camcheck.selftest.filming import Picture
from camcheck.selftest.rounds import ROUNDS, Answer
from camcheck.window.aside import Aside
from camcheck.window.look import Seen
from camcheck.window.means import Means
from camcheck.window.plain import button, put, text
from camcheck.window.rounds import Ended, Rounds
from camcheck.window.words import say

_ANSWERS = (
    ("check.lit", Answer.LIT),
    ("check.dark", Answer.DARK),
    ("check.unsure", Answer.UNSURE),
)
_SCALE = 2  # the picture is small


class Check(QWidget):
    """Explains, asks for consent, plays the rounds, and says what they showed."""

    _is_ready = Signal(int)
    _is_asked = Signal(int)

    def __init__(self, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._means = means
        self._cameras: tuple[Camera, ...] = ()
        self.rounds: Rounds | None = None
        self._is_ready.connect(self._prepare, Qt.ConnectionType.QueuedConnection)
        self._is_asked.connect(self._ask, Qt.ConnectionType.QueuedConnection)
        self.pages = QStackedWidget()
        for page in (self._intro(), self._round(), self._result()):
            self.pages.addWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 14, 14, 14)
        box.addWidget(text(say("check.explain", number=str(ROUNDS))))
        box.addWidget(self.pages, 1)
        self.show_seen(None)

    def show_seen(self, seen: Seen | None) -> None:
        """The cameras that are there now."""
        found = seen.report.snapshot.cameras if seen else ()
        cameras = tuple(one for one in found if one.kind is CameraKind.PHYSICAL)
        if cameras == self._cameras and seen is not None:
            return
        self._cameras = cameras
        self.choice.clear()
        for camera in cameras:
            self.choice.addItem(printable(camera.name, limit=80), camera.id)
        self.choice.setVisible(len(cameras) > 1)
        self.consent.setEnabled(bool(cameras) and _can_film())
        put(self._hint, self._hint_text())

    def end(self) -> None:
        """Nobody answers any more: the camera goes off."""
        if self.rounds is not None:
            self.rounds.stop()

    def _intro(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        self._hint, self._note = text(""), text("", bold=True)
        self.choice = QComboBox()
        self.choice.setAccessibleName(say("check.camera"))
        self.choice.currentIndexChanged.connect(lambda _: put(self._hint, self._hint_text()))
        self.consent = button("check.consent")
        self.consent.clicked.connect(self._begin)
        line = QHBoxLayout()
        line.addWidget(self.consent)
        line.addStretch(1)
        box.addWidget(self.choice)
        box.addWidget(self._hint)
        box.addLayout(line)
        box.addWidget(self._note)
        box.addStretch(1)
        put(self._note, "")
        return page

    def _round(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        self._progress = QProgressBar()
        self._progress.setRange(0, ROUNDS)
        self._progress.setTextVisible(False)
        self._question = text("", bold=True, scale=1.3)
        self._question.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        answers = QHBoxLayout()
        self.answers = []
        for word, said in _ANSWERS:
            made = button(word)
            made.clicked.connect(lambda _=False, said=said: self._answer(said))
            self.answers.append(made)
            answers.addWidget(made)
        self.stop = button("check.stop")
        self.stop.clicked.connect(self.end)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self.stop)
        box.addWidget(self._progress)
        box.addWidget(self._question)
        box.addLayout(answers)
        box.addStretch(1)
        box.addLayout(last)
        return page

    def _result(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        self._told = text("", scale=1.1)
        self._about = text("")
        self._picture = QLabel()
        self._picture.setAccessibleName(say("check.picture.name"))
        self.again = button("check.again")
        self.again.clicked.connect(lambda: self.pages.setCurrentIndex(0))
        line = QHBoxLayout()
        line.addWidget(self.again)
        line.addStretch(1)
        for widget in (self._told, self._picture, self._about):
            box.addWidget(widget)
        box.addLayout(line)
        box.addStretch(1)
        return page

    def _hint_text(self) -> str:
        if not self._cameras:
            return say("check.no-camera")
        if not _can_film():
            return say("check.no-opencv")
        name = self._cameras[max(0, self.choice.currentIndex())].name
        return say("check.consent.hint", camera=name)

    def _begin(self) -> None:
        """The person has said yes."""
        camera = self._cameras[max(0, self.choice.currentIndex())].id
        self.rounds = Rounds(
            self._means, camera, ready=self._is_ready.emit, asked=self._is_asked.emit
        )
        self._prepare(1)
        self.pages.setCurrentIndex(1)
        Aside(self.rounds.play, self._show, self._fail)

    def _prepare(self, number: int) -> None:
        if number > ROUNDS:
            return
        self._progress.setValue(number - 1)
        slots = {"number": str(number), "all": str(ROUNDS)}
        put(self._question, say("check.prepare", **slots))
        for one in self.answers:
            one.setEnabled(False)

    def _ask(self, number: int) -> None:
        slots = {"number": str(number), "all": str(ROUNDS)}
        put(self._question, say("check.question", **slots))
        for one in self.answers:
            one.setEnabled(True)
        self._question.setFocus()  # none of the answers is nearer than the others

    def _answer(self, said: Answer) -> None:
        for one in self.answers:
            one.setEnabled(False)
        if self.rounds is not None:
            self.rounds.answer(said)

    def _show(self, ended: Ended) -> None:
        self.rounds = None
        put(self._told, "")
        self._told.setText("\n".join(map(printable, result_in_words(ended.result).splitlines())))
        self._told.show()
        self._picture.setVisible(ended.seen is not None)
        put(self._about, say("check.picture") if ended.seen else "")
        if ended.seen is not None:
            self._picture.setPixmap(_pixmap(ended.seen))
        self.pages.setCurrentIndex(2)

    def _fail(self, sentence: str) -> None:
        self.rounds = None
        put(self._note, sentence or say("check.stopped"))
        self.pages.setCurrentIndex(0)


def _can_film() -> bool:
    try:
        need_opencv()
    except SelftestError:
        return False
    return True


def _pixmap(seen: Picture) -> QPixmap:
    """The picture, larger, on the screen and nowhere else."""
    form = QImage.Format.Format_Grayscale8
    image = QImage(seen.grey, seen.width, seen.height, seen.width, form)
    return QPixmap.fromImage(image).scaledToWidth(seen.width * _SCALE)
