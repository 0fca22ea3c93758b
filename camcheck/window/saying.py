"""What the person says to a story: that it was her, that it was not, or that she wants to know."""

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from camcheck.answer import Story
from camcheck.findings import Report
from camcheck.model import Process
from camcheck.render.words import grouped
from camcheck.window.aside import Aside
from camcheck.window.look import Seen
from camcheck.window.means import Means
from camcheck.window.mine import Offer, accept, in_words, offer
from camcheck.window.plain import ask, show_text
from camcheck.window.story import meaning
from camcheck.window.words import say

_ALWAYS, _ONCE, _SHOW = 1, 2, 3


class Saying(QObject):
    """Asks and does it. ``noted`` gets a sentence for the window, ``accepted`` tells that the
    person's word was stored."""

    noted = Signal(str)
    accepted = Signal()

    def __init__(self, means: Means, parent: QWidget) -> None:
        super().__init__(parent)
        self._means, self._over = means, parent

    def mine(self, story: Story, process: Process | None) -> None:
        """That was me: shows what would be approved first."""
        folder = self._means.history
        Aside(
            lambda: offer(process, cameras=story.cameras, folder=folder),
            lambda made: self._agree(story, made),
            self.noted.emit,
        )

    def explain(self, story: Story, seen: Seen | None) -> None:
        """What does this mean?"""
        title = say("meaning.title", program=story.name)
        show_text(self._over, title, meaning(story, seen=seen))

    def save(self, report: Report) -> None:
        """Not me: writes a report for somebody who can help, and says where it is."""
        self.noted.emit(say("report.saving"))
        path = self._means.report_path()
        Aside(lambda: (path, _written(report, path)), self._tell_saved, self.noted.emit)

    def _agree(self, story: Story, made: Offer) -> None:
        answers = ((("mine.button.always", _ALWAYS),) if made.approval else ()) + (
            (("mine.button.once", _ONCE),) if made.uses else ()
        )
        title = say("mine.title", program=story.name)
        chosen = ask(self._over, title, in_words(made), answers=(*answers, ("cancel", 0)))
        if not chosen:
            return
        always = chosen == _ALWAYS
        word = say("mine.done" if always else "mine.done.once", program=story.name)
        Aside(
            lambda: accept(made, folder=self._means.history, always=always),
            lambda _: self._accepted(word),
            self.noted.emit,
        )

    def _accepted(self, sentence: str) -> None:
        self.noted.emit(sentence)
        self.accepted.emit()

    def _tell_saved(self, saved: tuple[str, str]) -> None:
        path, digest = saved
        self.noted.emit(say("report.saved", file=path))
        sentences = [
            say("report.saved", file=path),
            say("report.look"),
            say("report.digest", digest=grouped(digest)),
        ]
        answers = (("report.open", _SHOW), ("close", 0))
        if ask(self._over, say("title"), sentences, answers=answers) == _SHOW:
            QDesktopServices.openUrl(QUrl.fromLocalFile(path))


def _written(report: Report, path: str) -> str:
    from camcheck.report.write import write_report

    return write_report(report, path)
