"""The part of the window that shows the past: a timeline, the uses of a day, the story of one."""

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from camcheck.answer import Doing, Story
from camcheck.answer.stories import of_session
from camcheck.errors import HistoryError
from camcheck.findings import Session
from camcheck.window.days import Day, Days, Use, dark_in_words, in_words
from camcheck.window.means import Means
from camcheck.window.plain import clear, put, text
from camcheck.window.saying import Saying
from camcheck.window.sign import icon
from camcheck.window.story import StoryRow
from camcheck.window.strip import Strip, sign_of_use
from camcheck.window.words import apart, say


class Past(QWidget):
    """``approved`` tells that the person said "That was me", ``not_mine`` that it was not her."""

    approved = Signal()
    not_mine = Signal()

    def __init__(self, means: Means, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days = Days(means.history, means.door)
        self._saying = Saying(means, self)
        self._saying.noted.connect(lambda sentence: put(self._note, sentence))
        self._saying.accepted.connect(self.approved)
        self._saying.accepted.connect(self.refresh)
        self._icons: dict[str, QIcon] = {}
        self._day: Day | None = None
        self._use: Use | None = None
        self._stack = QStackedWidget()
        self._none = text(say("past.none"))
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._none.setContentsMargins(14, 14, 14, 14)
        self._stack.addWidget(self._none)
        self._stack.addWidget(self._filled())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._stack)

    def refresh(self) -> None:
        """Reads what is shown anew, where anybody sees it."""
        if not self.isVisible():
            return
        try:
            self._days.refresh()
            self._stack.setCurrentIndex(1 if self._days.number else 0)
            if self._days.number:
                self.strip.refresh()
        except HistoryError as error:
            self._days.close()
            put(self._none, str(error))
            self._stack.setCurrentIndex(0)

    def close_history(self) -> None:
        """At the end."""
        self._days.close()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 Qt's name
        """Whoever comes here wants the newest."""
        super().showEvent(event)
        self.refresh()

    def _filled(self) -> QWidget:
        made = QWidget()
        box = QVBoxLayout(made)
        box.setContentsMargins(14, 14, 14, 14)
        box.setSpacing(8)
        self.strip = Strip(self._days)
        self.strip.chosen.connect(self._show_day)
        self._when = text("", bold=True)
        self._dark = text("")
        self.uses = QListWidget()
        self.uses.setAccessibleName(say("past.list"))
        self.uses.setWordWrap(True)
        self.uses.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        height = self.fontMetrics().height()
        self.uses.setIconSize(QSize(height, height) * 1.2)
        self.uses.currentRowChanged.connect(self._choose)
        self._story = QVBoxLayout()
        self._note = text("", bold=True)
        box.addWidget(text(say("past.legend")))
        box.addWidget(self.strip, 3)
        box.addWidget(self._when)
        box.addWidget(self._dark)
        box.addWidget(self.uses, 2)
        box.addWidget(self._note)
        box.addWidget(self._scroll_of_story(), 2)
        put(self._note, "")
        return made

    def _scroll_of_story(self) -> QScrollArea:
        inside = QWidget()
        inside.setLayout(self._story)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        return scroll

    def _show_day(self, day: Day, use: Use | None) -> None:
        """A day, and a use of it; what is shown already stays as it is, with the focus in it."""
        same = self._day is not None and (self._day.start, self._day.uses) == (day.start, day.uses)
        if same and use == self._use:
            return
        self._day, self._use = day, use
        put(self._when, f"{day.start:%A %d %B %Y}")
        dark = dark_in_words(day)
        put(self._dark, dark if dark or day.uses else say("past.nobody"))
        self.uses.blockSignals(True)
        self.uses.clear()
        for one in day.uses:
            self.uses.addItem(self._item(one))
        at = day.uses.index(use) if use in day.uses else -1
        self.uses.setCurrentRow(at, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.uses.blockSignals(False)
        self._show_story(use)

    def _item(self, use: Use) -> QListWidgetItem:
        """A line; what is odd about it stands in it as a word, too."""
        told = in_words(use)
        story = story_of(use.session) if use.session else None
        if use.odd and story and story.reasons:
            told += " " + say("past.marked", reason=story.reasons[0])
        elif use.answered:
            told += " " + say("past.answered")
        sign = sign_of_use(use)
        if sign.value not in self._icons:
            self._icons[sign.value] = icon(sign)
        return QListWidgetItem(self._icons[sign.value], apart(told))

    def _choose(self, row: int) -> None:
        if self._day is not None and 0 <= row < len(self._day.uses):
            self.strip.choose(self.strip.back, self._day.uses[row])

    def _show_story(self, use: Use | None) -> None:
        clear(self._story)
        if use is None or use.session is None:
            some = self._day is not None and self._day.uses
            self._story.addWidget(text(say("past.choose") if some else ""))
        else:
            session = use.session
            row = StoryRow(story_of(session))
            row.mine.connect(lambda story: self._saying.mine(story, session.process))
            row.not_mine.connect(lambda _: self.not_mine.emit())
            row.meaning.connect(lambda story: self._saying.explain(story, None))
            self._story.addWidget(row)
        self._story.addStretch(1)


def story_of(session: Session) -> Story:
    """The story of one use; of one that is over as something past."""
    story = of_session(session)
    if session.over is None:
        return story
    return story._replace(doing=Doing.NOTHING, past=True, since=None, last=session.over, times=1)
