"""The part of the window that drives the monitor: on, off, at login, telling, and what it sees."""

from collections.abc import Callable

from PySide6.QtCore import QProcess, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from camcheck.approval import Approval
from camcheck.model import MonitorHealth
from camcheck.window import autostart
from camcheck.window.aside import Aside
from camcheck.window.means import Means
from camcheck.window.plain import button, clear, heading, put, text
from camcheck.window.watching import (
    QUIET,
    Watching,
    When,
    look,
    own_words,
    remove,
    set_always,
    withdraw,
)
from camcheck.window.words import apart, say

_CHOICES = ((When.OFF, "watch.off"), (When.NOW, "watch.now"), (When.ALWAYS, "watch.always"))


class Watch(QWidget):
    """``changed`` tells that a monitor was started or ended."""

    changed = Signal()

    def __init__(self, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._means = means
        self._own: QProcess | None = None
        self._busy = False
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._filled())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(scroll)

    def say_no_tray(self, is_there: bool) -> None:  # noqa: FBT001 a fact, not a choice
        """Whether the desktop has a place for the sign."""
        put(self._tray, "" if is_there else say("watch.no-tray"))

    def refresh(self) -> None:
        """Looks at the monitor anew, beside the window."""
        if not self._busy:
            self._work(lambda: None)

    def end(self) -> None:
        """A monitor that was to watch only now ends with the program."""
        if self._own is not None:
            self._own.blockSignals(True)
            self._own.terminate()
            if not self._own.waitForFinished(3000):
                self._own.kill()
                self._own.waitForFinished(1000)
            self._own = None

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 Qt's name
        """Whoever comes here wants to know how it is."""
        super().showEvent(event)
        self.refresh()

    def _filled(self) -> QWidget:
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(14, 14, 14, 14)
        box.setSpacing(8)
        self._state = text(say("watch.state.working"), bold=True, scale=1.2)
        self._note, self._tray = text("", bold=True), text("")
        self._choices = QButtonGroup(self)
        box.addWidget(self._state)
        box.addWidget(text(say("watch.explain")))
        box.addWidget(heading("watch.choose"))
        self.radio: dict[When, QRadioButton] = {}
        for when, word in _CHOICES:
            self.radio[when] = QRadioButton(apart(say(word)))
            self.radio[when].setObjectName(word)
            self._choices.addButton(self.radio[when])
            self.radio[when].clicked.connect(lambda _=False, when=when: self._choose(when))
            box.addWidget(self.radio[when])
        self.tells, self.sign = (
            QCheckBox(apart(say(word))) for word in ("watch.notify", "watch.sign")
        )
        self.tells.clicked.connect(lambda: self._choose(self._when()))
        self.sign.clicked.connect(self._switch_sign)
        for widget in (self.tells, self.sign, self._tray, self._note):
            box.addWidget(widget)
        self._lists = {
            word: QVBoxLayout() for word in ("watch.blind", "watch.details", "watch.approved")
        }
        for word, lines in self._lists.items():
            box.addWidget(heading(word))
            box.addLayout(lines)
        box.addStretch(1)
        for label in (self._note, self._tray):
            put(label, "")
        return inside

    def _when(self) -> When:
        return next((when for when, one in self.radio.items() if one.isChecked()), When.OFF)

    def _choose(self, when: When) -> None:
        """Does it: what was before ends first."""
        tells = self.tells.isChecked()
        self.end()
        if when is When.ALWAYS:
            self._work(lambda: set_always(tells=tells))
            return
        if when is When.NOW:
            self._work(remove, then=lambda: self._start_own(tells=tells))
        else:
            self._work(remove)

    def _start_own(self, *, tells: bool) -> None:
        words = own_words(self._means, tells=tells)
        self._own = child = QProcess(self)
        child.setStandardErrorFile(QProcess.nullDevice())
        child.setStandardInputFile(QProcess.nullDevice())
        child.readyReadStandardOutput.connect(self._hear_own)
        child.finished.connect(self._own_ended)
        child.start(words[0], list(words[1:]))

    def _hear_own(self) -> None:
        """Its first line is that it watches; of the others the history has what is needed."""
        if self._own is not None:
            self._own.readAllStandardOutput()
            self.refresh()

    def _own_ended(self) -> None:
        self._own = None
        self.refresh()

    def _work(self, do: Callable[[], None], *, then: Callable[[], None] | None = None) -> None:
        """Does something and looks what came of it, beside the window."""
        self._busy = True
        self._allow(possible=False)
        means = self._means
        quiet = self._own is not None and QUIET in self._own.arguments()

        def both() -> Watching:
            do()
            return look(means, quiet=quiet)

        def done(found: Watching) -> None:
            put(self._note, "")
            self._show(found)
            if then is not None:
                then()

        Aside(both, done, self._fail)

    def _fail(self, sentence: str) -> None:
        """What was wanted did not work; how it is now is looked at all the same."""
        put(self._note, say("watch.failed", reason=sentence))
        means = self._means
        Aside(lambda: look(means, quiet=False), self._show, lambda _: self._allow(possible=True))

    def _allow(self, *, possible: bool) -> None:
        for widget in (*self.radio.values(), self.tells, self.sign):
            widget.setEnabled(possible)

    def _show(self, found: Watching) -> None:
        self._busy = False
        self._allow(possible=True)
        self.radio[found.when].setChecked(True)
        self.tells.setChecked(found.tells)
        self.sign.setChecked(found.sign)
        put(self._state, say(_state(found)))
        runs = found.health is not MonitorHealth.DEAD
        self._list("watch.blind", found.blind or (say(f"watch.blind.{'none' if runs else 'off'}"),))
        self._list("watch.details", found.lines)
        self._list_approved(found.approved)
        self.changed.emit()

    def _list(self, word: str, lines: tuple[str, ...]) -> None:
        clear(self._lists[word])
        for line in lines:
            self._lists[word].addWidget(text(f"• {line}"))

    def _list_approved(self, approved: tuple[tuple[int, Approval], ...]) -> None:
        lines = self._lists["watch.approved"]
        clear(lines)
        if not approved:
            lines.addWidget(text(say("watch.none-approved")))
        for number, one in approved:
            row = QWidget()
            across = QHBoxLayout(row)
            across.setContentsMargins(0, 0, 0, 0)
            name = f"{one.path} {one.script or ''}".strip()
            across.addWidget(text(name), 1)
            away = button("watch.withdraw", about=name)
            away.clicked.connect(lambda _=False, number=number: self._withdraw(number))
            across.addWidget(away)
            lines.addWidget(row)

    def _withdraw(self, number: int) -> None:
        folder = self._means.history
        self._work(lambda: withdraw(folder, number))

    def _switch_sign(self) -> None:
        words = self._means.start
        self._work((lambda: autostart.start(words)) if self.sign.isChecked() else autostart.stop)


def _state(found: Watching) -> str:
    if found.health is MonitorHealth.WATCHING:
        return "watch.state.on"
    if found.health is not MonitorHealth.DEAD:
        return "watch.state.trouble"
    return "watch.state.system" if found.system else "watch.state.off"
