"""The part of the window that says what is so now."""

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from camcheck.answer import Doing, Story
from camcheck.findings import Report
from camcheck.model import IndicatorState
from camcheck.render.words import grouped
from camcheck.window.aside import Aside
from camcheck.window.camera import CameraRow
from camcheck.window.card import Card
from camcheck.window.clock import clock
from camcheck.window.look import Look, Seen
from camcheck.window.means import Means
from camcheck.window.mine import Offer, accept, in_words, offer, process_of
from camcheck.window.plain import ask, button, clear, heading, put, show_text, text
from camcheck.window.story import StoryRow, meaning
from camcheck.window.words import say

_MOST = 16  # stories that are shown; a report has all
_ALWAYS, _ONCE, _SHOW = 1, 2, 3


class Now(QWidget):
    """``approved`` tells that the person said "That was me" to something."""

    approved = Signal()

    def __init__(self, means: Means, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._means, self._look = means, look
        self.seen: Seen | None = None
        self._elevated = False
        box = QVBoxLayout(self)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        self.card = Card()
        self._note = text("")
        self._cameras, self._stories = QVBoxLayout(), QVBoxLayout()
        inner.addWidget(self.card)
        inner.addLayout(self._buttons())
        inner.addWidget(self._note)
        inner.addWidget(heading("now.cameras"))
        inner.addLayout(self._cameras)
        inner.addWidget(heading("now.stories"))
        inner.addLayout(self._stories)
        inner.addStretch(1)
        scroll.setWidget(inside)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(scroll)
        look.began.connect(lambda: put(self._state, say("now.looking")))
        look.seen.connect(self.show_seen)
        look.failed.connect(self._fail)

    def look_again(self) -> None:
        """A look with the person's own rights."""
        self._elevated = False
        self._look.start(self._means.look)

    def save(self) -> None:
        """Writes a report of what is shown, and says where it is."""
        if self.seen is None:
            return
        put(self._note, say("report.saving"))
        report, path = self.seen.report, self._means.report_path()
        Aside(lambda: (path, _written(report, path)), self._tell_saved, self._tell)

    def show_seen(self, seen: Seen) -> None:
        """What a look gave."""
        self.seen = seen
        self.card.show_seen(seen)
        put(self._state, say("now.looked", time=clock(seen.report.snapshot.finished_at)))
        self.again.setEnabled(True)
        self._show_cameras(seen.report)
        self._show_stories(seen)

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

    def _look_as_administrator(self) -> None:
        if self._means.administrator is not None:
            self._elevated = True
            self._look.start(self._means.administrator)

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
        worth = [
            one for one in seen.answer.stories if one.matters or one.doing is not Doing.NOTHING
        ]
        for story in worth[:_MOST]:
            row = StoryRow(story)
            row.mine.connect(self._mine)
            row.not_mine.connect(lambda _: self.save())
            row.meaning.connect(self._explain)
            self._stories.addWidget(row)
        if not worth:
            self._stories.addWidget(text(say("now.nobody")))
        if len(worth) > _MOST:
            self._stories.addWidget(text(say("now.more", number=str(len(worth) - _MOST))))

    def _hear(self, camera: str, state: IndicatorState) -> None:
        """The word counts for a fresh look: what was shown may be over."""
        self._look.hear(camera, state)
        self.look_again()

    def _explain(self, story: Story) -> None:
        title = say("meaning.title", program=story.name)
        show_text(self, title, meaning(story, seen=self.seen))

    def _mine(self, story: Story) -> None:
        if self.seen is None:
            return
        process, folder = process_of(self.seen.report, story), self._means.history
        Aside(
            lambda: offer(process, cameras=story.cameras, folder=folder),
            lambda made: self._agree(story, made),
            self._tell,
        )

    def _agree(self, story: Story, made: Offer) -> None:
        """Shows what would be approved, and approves it when the person says so."""
        answers = ((("mine.button.always", _ALWAYS),) if made.approval else ()) + (
            (("mine.button.once", _ONCE),) if made.uses else ()
        )
        title = say("mine.title", program=story.name)
        chosen = ask(self, title, in_words(made), answers=(*answers, ("cancel", 0)))
        if not chosen:
            return
        always = chosen == _ALWAYS
        word = "mine.done" if always else "mine.done.once"
        Aside(
            lambda: accept(made, folder=self._means.history, always=always),
            lambda _: self._accepted(say(word, program=story.name)),
            self._tell,
        )

    def _accepted(self, sentence: str) -> None:
        self._tell(sentence)
        self.approved.emit()
        self.look_again()

    def _tell_saved(self, saved: tuple[str, str]) -> None:
        path, digest = saved
        put(self._note, say("report.saved", file=path))
        sentences = [
            say("report.saved", file=path),
            say("report.look"),
            say("report.digest", digest=grouped(digest)),
        ]
        title, answers = say("title"), (("report.open", _SHOW), ("close", 0))
        if ask(self, title, sentences, answers=answers) == _SHOW:
            QDesktopServices.openUrl(QUrl.fromLocalFile(path))

    def _tell(self, sentence: str) -> None:
        put(self._note, sentence)

    def _fail(self, sentence: str) -> None:
        put(self._state, say("now.administrator.refused") if self._elevated else sentence)
        if self.seen is None:
            self.card.show_trouble(sentence)


def _written(report: Report, path: str) -> str:
    from camcheck.report.write import write_report

    return write_report(report, path)
