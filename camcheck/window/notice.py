"""Notifications that count when the desktop has taken them; a click on one opens the window."""

import json
from collections.abc import Callable

from PySide6.QtCore import QObject, QProcess, Signal

from camcheck.interpreter import own_module
from camcheck.monitor.tell.notify import CLICKED, SHOWN

_MODULE = "camcheck.monitor.tell.notify"
_AT_ONCE = 4  # children that wait for a click
_NOT_STARTED = QProcess.ProcessError.FailedToStart  # then Qt does not say that it has ended


class Notice(QObject):
    """Each notification has a process of its own, until it is clicked on or gone."""

    clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._children: list[QProcess] = []
        self._unheard: set[QProcess] = set()

    def tell(
        self, data: dict[str, object], shown: Callable[[], None], refused: Callable[[], None]
    ) -> None:
        """``shown`` is called when the desktop has taken it, ``refused`` when it does not, or when
        the library for it is not there."""
        if len(self._children) >= _AT_ONCE:
            self._children.pop(0).kill()
        child = QProcess(self)
        self._children.append(child)
        self._unheard.add(child)
        child.setStandardErrorFile(QProcess.nullDevice())
        child.readyReadStandardOutput.connect(lambda: self._hear(child, shown))

        def ended() -> None:
            self._forget(child, shown, refused)

        child.finished.connect(ended)
        child.errorOccurred.connect(lambda error: ended() if error == _NOT_STARTED else None)
        words = own_module(_MODULE, "--until-clicked")
        child.start(words[0], words[1:])
        child.write(json.dumps(data).encode())
        child.closeWriteChannel()

    def close(self) -> None:
        """Nobody waits for a click any more."""
        for child in self._children:
            child.blockSignals(True)
            child.kill()
            child.waitForFinished(1000)
        self._children.clear()
        self._unheard.clear()

    def _hear(self, child: QProcess, shown: Callable[[], None]) -> None:
        while child.canReadLine():
            match bytes(child.readLine().data()).decode(errors="replace").strip():
                case word if word == SHOWN:
                    self._unheard.discard(child)
                    shown()
                case word if word == CLICKED:
                    self.clicked.emit()

    def _forget(
        self, child: QProcess, shown: Callable[[], None], refused: Callable[[], None]
    ) -> None:
        self._hear(child, shown)
        if child in self._children:
            self._children.remove(child)
        if child in self._unheard:
            self._unheard.remove(child)
            refused()
        child.deleteLater()
