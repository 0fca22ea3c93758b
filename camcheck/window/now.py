"""The part of the window that says what is so now."""

import os

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from camcheck.answer import Doing, Story
from camcheck.findings import Report
from camcheck.model import IndicatorState
from camcheck.window.camera import CameraRow
from camcheck.window.card import Card
from camcheck.window.clock import clock
from camcheck.window.look import Look, Seen
from camcheck.window.means import Means
from camcheck.window.mine import process_of
from camcheck.window.plain import button, clear, heading, put, text
from camcheck.window.saying import Saying
from camcheck.window.story import StoryRow
from camcheck.window.words import say

_MOST = 16  # stories that are shown; a report has all
_AGAIN, _WATCHED = 10_000, 60_000
"""Milliseconds between two looks while the window is looked at: alone, and where a monitor's
writings are a reason to look."""


class Now(QWidget):
    """``approved`` tells that the person said "That was me" to something."""

    approved = Signal()

    def __init__(self, means: Means, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._means, self._look = means, look
        self.seen: Seen | None = None
        self._elevated = False
        self._saying = Saying(means, self)
        self._saying.noted.connect(self._tell)
        self._saying.accepted.connect(self.approved)
        self._saying.accepted.connect(self.look_again)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._filled())
        look.began.connect(lambda: put(self._state, say("now.looking")))
        look.seen.connect(self.show_seen)
        look.failed.connect(self._fail)
        self._again = QTimer(self)
        self._again.setInterval(_AGAIN)
        self._again.setTimerType(Qt.TimerType.CoarseTimer)
        self._again.timeout.connect(self._look_while_seen)
        self._again.start()

    def look_again(self) -> None:
        """A look with the person's own rights."""
        self._elevated = False
        self._look.start(self._means.look)

    def count_on_monitor(self, watches: bool) -> None:  # noqa: FBT001 as a signal gives it
        """Whether a monitor watches, so that looks are made when it has something to say."""
        wanted = _WATCHED if watches else _AGAIN
        if self._again.interval() != wanted:
            self._again.setInterval(wanted)

    def save(self) -> None:
        """Writes a report of what is shown, and says where it is."""
        if self.seen is not None:
            self._saying.save(self.seen.report)

    def show_seen(self, seen: Seen) -> None:
        """What a look gave; what it did not change stays, and so does the focus."""
        before, self.seen = self.seen, seen
        put(self._state, say("now.looked", time=clock(seen.report.snapshot.finished_at)))
        if self._elevated:
            put(self._note, self._look.said)
        if before is not None and _essence(before) == _essence(seen):
            return
        focus = self.focusWidget()
        name = focus.accessibleName() if focus is not None else ""
        self.card.show_seen(seen)
        self._show_cameras(seen.report)
        self._show_stories(seen)
        for widget in self.findChildren(QWidget):
            if name and widget.accessibleName() == name and widget.focusPolicy():
                widget.setFocus()
                break

    def _filled(self) -> QScrollArea:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(14, 14, 14, 14)
        inner.setSpacing(10)
        self.card = Card()
        self._note = text("", bold=True)
        self._cameras, self._stories = QVBoxLayout(), QVBoxLayout()
        inner.addWidget(self.card)
        inner.addLayout(self._buttons())
        inner.addWidget(self._note)
        inner.addWidget(heading("now.cameras"))
        inner.addLayout(self._cameras)
        inner.addWidget(heading("now.stories"))
        inner.addLayout(self._stories)
        inner.addStretch(1)
        put(self._note, "")
        scroll.setWidget(inside)
        return scroll

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self.again = button("now.again")
        self.again.clicked.connect(self.look_again)
        self.administrator = button("now.administrator")
        self.administrator.setToolTip(say("now.administrator.hint"))
        self.administrator.setAccessibleDescription(say("now.administrator.hint"))
        self.administrator.setVisible(self._means.administrator is not None)
        self.administrator.clicked.connect(self._look_as_administrator)
        self._state = text("")
        line.addWidget(self.again)
        line.addWidget(self.administrator)
        line.addWidget(self._state, 1)
        return line

    def _look_while_seen(self) -> None:
        """The rows are live; what an administrator saw stays until somebody asks for more."""
        if self.isVisible() and not self.window().isMinimized() and not self._elevated:
            self.look_again()

    def _look_as_administrator(self) -> None:
        words = self._means.administrator
        if words is None:
            return
        if self._means.elevates:
            _start_elevated(words)
            self._tell(say("now.administrator.elsewhere"))
            return
        self._elevated = True
        self._look.start(words)

    def _show_cameras(self, report: Report) -> None:
        clear(self._cameras)
        for camera in report.snapshot.cameras:
            row = CameraRow(camera, report)
            row.heard.connect(self._hear)
            self._cameras.addWidget(row)
        if not report.snapshot.cameras:
            self._cameras.addWidget(text(say("now.no-camera")))

    def _show_stories(self, seen: Seen) -> None:
        clear(self._stories)
        worth = _worth(seen)
        for story in worth[:_MOST]:
            row = StoryRow(story)
            row.mine.connect(self._mine)
            row.not_mine.connect(lambda _: self.save())
            row.meaning.connect(lambda story: self._saying.explain(story, self.seen))
            self._stories.addWidget(row)
        if not worth:
            self._stories.addWidget(text(say("now.nobody")))
        if len(worth) > _MOST:
            self._stories.addWidget(text(say("now.more", number=str(len(worth) - _MOST))))

    def _hear(self, camera: str, state: IndicatorState) -> None:
        """The word counts for a fresh look: what was shown may be over."""
        self._look.hear(camera, state)
        self.look_again()

    def _mine(self, story: Story) -> None:
        if self.seen is not None:
            self._saying.mine(story, process_of(self.seen.report, story))

    def _tell(self, sentence: str) -> None:
        put(self._note, sentence)

    def _fail(self, sentence: str) -> None:
        put(self._state, say("now.administrator.refused") if self._elevated else sentence)
        self._elevated = False
        if self.seen is None:
            self.card.show_trouble(sentence)


def _worth(seen: Seen) -> list[Story]:
    """The stories that are shown: those that matter, and who uses a camera."""
    return [one for one in seen.answer.stories if one.matters or one.doing is not Doing.NOTHING]


def _essence(seen: Seen) -> tuple[object, ...]:
    """All that is shown but the time."""
    facts = seen.report.snapshot
    captures = [(one.camera, one.state) for one in facts.captures]
    lights = [(one.camera, one.kind, one.state, one.trust) for one in facts.indicators]
    held = {(one.camera, one.role) for one in facts.holders}
    return seen.answer, facts.cameras, captures, lights, held


def _start_elevated(words: tuple[str, ...]) -> None:
    """Windows asks (UAC) and starts the fixed command in a window of its own."""
    import subprocess

    start = getattr(os, "startfile", None)
    if start is not None:
        start(words[0], "runas", subprocess.list2cmdline(words[1:]))
