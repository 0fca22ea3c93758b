"""The window: its parts, its menu and its keys."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QMainWindow, QTabWidget

from camcheck.window.check import Check
from camcheck.window.follow import State
from camcheck.window.look import Look
from camcheck.window.means import Means
from camcheck.window.now import Now
from camcheck.window.past import Past
from camcheck.window.sign import Sign, icon
from camcheck.window.watch import Watch
from camcheck.window.words import apart, say


class Window(QMainWindow):
    """``gone`` tells that the person closed it, ``ended`` that she has enough of camcheck."""

    gone = Signal()
    ended = Signal()

    def __init__(self, means: Means) -> None:
        super().__init__()
        self.setWindowTitle(say("title"))
        self.setWindowIcon(icon(Sign.NOBODY))
        self.look = Look(self)
        self.now = Now(means, self.look)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.past = Past(means)
        self.past.approved.connect(self.now.approved)
        self.past.not_mine.connect(self.now.save)
        self.tabs.addTab(self.now, apart(say("tab.now")))
        self.tabs.addTab(self.past, apart(say("tab.past")))
        self.check = Check(means)
        self.look.seen.connect(self.check.show_seen)
        self.tabs.addTab(self.check, apart(say("tab.check")))
        self.watch = Watch(means)
        self.tabs.addTab(self.watch, apart(say("tab.watch")))
        self.setCentralWidget(self.tabs)
        self._add_menu()
        width = self.fontMetrics().averageCharWidth()
        self.resize(width * 96, self.fontMetrics().height() * 40)

    def bring_up(self) -> None:
        """To the front, whether it was closed, small or behind others."""
        self.setWindowState(self.windowState() & ~self.windowState().WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def take_note(self, state: State) -> None:
        """The monitor says something else than before: whoever has the window open sees why."""
        self.now.count_on_monitor(state.kind is not None)
        if self.isVisible():
            self.now.look_again()

    def end(self) -> None:
        """Whatever runs for it ends."""
        self.look.end()
        self.check.end()
        self.watch.end()
        self.past.close_history()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 Qt's name
        """Whoever opens it wants to know what is so now."""
        super().showEvent(event)
        self.now.look_again()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 Qt's name
        """Closing hides it; `gone` decides whether camcheck goes on."""
        self.look.end()
        super().closeEvent(event)
        self.gone.emit()

    def _add_menu(self) -> None:
        menu = self.menuBar().addMenu(say("menu.file"))
        for word, keys, do in (
            ("menu.save", QKeySequence.StandardKey.Save, self.now.save),
            ("now.again", QKeySequence.StandardKey.Refresh, self.now.look_again),
            ("menu.close", QKeySequence.StandardKey.Close, self.close),
            ("menu.quit", QKeySequence.StandardKey.Quit, self.ended.emit),
        ):
            action = QAction(apart(say(word)), self)
            action.setShortcuts(keys)
            action.triggered.connect(lambda _=False, do=do: do())
            menu.addAction(action)
