"""The window as a program: one for each login, with the sign, until it is ended."""

import contextlib
import signal
import socket
import sys

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from camcheck.window.follow import State
from camcheck.window.listen import Listen
from camcheck.window.main import Window
from camcheck.window.means import Means
from camcheck.window.notice import Notice
from camcheck.window.one import One, answer
from camcheck.window.sign import Sign, icon
from camcheck.window.tray import Tray
from camcheck.window.words import say


def run(means: Means, *, hidden: bool) -> int:
    """Runs until the person ends it; returns the exit status. A second one brings up the first."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("camcheck")
    application.setApplicationDisplayName(say("title"))
    application.setDesktopFileName("org.camcheck.window")  # the name of its file in distribution/
    application.setWindowIcon(icon(Sign.NOBODY))
    application.setQuitOnLastWindowClosed(False)
    one = One(means.runtime)
    if not one.begin():
        one.bring_up()
        return 0
    program = Program(means, one)
    with _ended_by_signals(application):
        program.start(hidden=hidden)
        status = application.exec()
    program.close()
    return status


class Program(QObject):
    """The window, the sign and what they follow, put together."""

    def __init__(self, means: Means, one: One) -> None:
        super().__init__()
        self._one = one
        self.window, self.tray = Window(means), Tray(self)
        self.listen, self._notice = Listen(means, self), Notice(self)
        one.asked.connect(self._show)
        one.told.connect(self._tell)
        self._notice.clicked.connect(self._show)
        self.tray.opened.connect(self._show)
        for ended in (self.tray.ended, self.window.ended):
            ended.connect(QApplication.quit)
        self.window.gone.connect(self._stay)
        self.window.now.approved.connect(self.listen.read)
        self.listen.changed.connect(self.tray.show_state)
        self.listen.changed.connect(self._look_at_change)
        self.listen.written.connect(self.window.past.refresh)
        self.window.watch.changed.connect(self.listen.read)

    def start(self, *, hidden: bool) -> None:
        """Shows itself; ``hidden``: only the sign."""
        self.listen.start()
        if not hidden:
            self._show()

    def close(self) -> None:
        """Everything that was started ends."""
        self.window.look.end()
        self.listen.close()
        self.window.check.end()
        self.window.watch.end()
        self.window.past.close_history()
        self._notice.close()
        self.tray.close()
        self._one.close()

    def _show(self) -> None:
        self.window.watch.say_no_tray(self.tray.is_there)
        self.window.bring_up()

    def _look_at_change(self, state: State) -> None:
        self.window.now.count_on_monitor(state.kind is not None)
        if self.window.isVisible():
            self.window.now.look_again()

    def _stay(self) -> None:
        """Without a sign and without a monitor there is nothing to stay for."""
        if not self.tray.is_there and self.listen.state.kind is None:
            QApplication.quit()

    def _tell(self, data: dict[str, object], caller: QLocalSocket) -> None:
        """A notification of the monitor."""
        title, body = str(data.get("title", "")), str(data.get("body", ""))
        urgent = bool(data.get("urgent"))
        if self.tray.tell(title, body, urgent=urgent):
            answer(caller)
            return
        message = {"title": title, "body": body, "urgent": urgent}
        self._notice.tell(message, lambda: answer(caller))


@contextlib.contextmanager
def _ended_by_signals(application: QApplication):  # type: ignore[no-untyped-def]
    """Ctrl-C and SIGTERM end it like the menu does: a byte in a socket wakes Qt's loop."""
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    before = {
        number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)
    }
    signal.set_wakeup_fd(writing.fileno())
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: application.quit())
    try:
        yield
    finally:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        reading.close()
        writing.close()
