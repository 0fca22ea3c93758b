"""The window as a program: one for each login, with the sign, until it is ended."""

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from camcheck.window.listen import Listen
from camcheck.window.means import Means
from camcheck.window.notice import Notice
from camcheck.window.one import One, answer
from camcheck.window.sign import Sign, icon
from camcheck.window.tray import Tray
from camcheck.window.words import say

if TYPE_CHECKING:
    from camcheck.window.main import Window

_NO_GL = "QT_XCB_GL_INTEGRATION", "none"
"""Widgets are painted without it, and its libraries would be a tenth of the memory."""


def run(means: Means, *, hidden: bool) -> int:
    """Runs until the person ends it; returns the exit status. A second one brings up the first."""
    os.environ.setdefault(*_NO_GL)
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
    """The window, the sign and what they follow, put together.

    ``window`` is None until it is wanted: the sign alone needs less than half of it.
    """

    def __init__(self, means: Means, one: One) -> None:
        super().__init__()
        self._means, self._one = means, one
        self.window: Window | None = None
        self.tray, self._notice = Tray(self), Notice(self)
        self.listen = Listen(means, self)
        one.asked.connect(self.bring_up)
        one.told.connect(self._tell)
        self._notice.clicked.connect(self.bring_up)
        self.tray.opened.connect(self.bring_up)
        self.tray.ended.connect(QApplication.quit)
        self.listen.changed.connect(self.tray.show_state)

    def start(self, *, hidden: bool) -> None:
        """Shows itself; ``hidden``: only the sign."""
        self.listen.start()
        if not hidden:
            self.bring_up()

    def bring_up(self) -> None:
        """The window, to the front."""
        if self.window is None:
            self.window = self._made()
        self.window.watch.say_no_tray(self.tray.is_there)
        self.window.bring_up()

    def close(self) -> None:
        """Everything that was started ends."""
        if self.window is not None:
            self.window.end()
        self.listen.close()
        self._notice.close()
        self.tray.close()
        self._one.close()

    def _made(self) -> "Window":
        from camcheck.window.main import Window

        made = Window(self._means)
        made.ended.connect(QApplication.quit)
        made.gone.connect(self._stay)
        made.now.approved.connect(self.listen.read)
        made.watch.changed.connect(self.listen.read)
        self.listen.written.connect(made.past.refresh)
        self.listen.changed.connect(made.take_note)
        made.now.count_on_monitor(self.listen.state.kind is not None)
        return made

    def _stay(self) -> None:
        """Without a sign and without a monitor there is nothing to stay for."""
        if not self.tray.is_there and self.listen.state.kind is None:
            QApplication.quit()

    def _tell(self, data: dict[str, object], caller: QLocalSocket) -> None:
        """A notification of the monitor, who is told when it was shown.

        Only a process of its own hears that the desktop has taken it. Where that cannot show any,
        the sign does, as well as it can: Qt says nothing of what became of it.
        """
        title, body = str(data.get("title", "")), str(data.get("body", ""))
        message: dict[str, object] = {"title": title, "body": body, "urgent": False}
        message |= {name: data[name] for name in ("urgent", "patience") if name in data}

        def by_the_sign() -> None:
            if self.tray.tell(title, body, urgent=bool(data.get("urgent"))):
                answer(caller)

        self._notice.tell(message, lambda: answer(caller), by_the_sign)


@contextlib.contextmanager
def _ended_by_signals(application: QApplication) -> Iterator[None]:
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
