"""Notifications where the desktop has no place for the sign: a click on one opens the window."""

import json
from collections.abc import Callable

from PySide6.QtCore import QObject, QProcess, Signal

from camcheck.interpreter import own_module
from camcheck.monitor.tell.notify import CLICKED, SHOWN

_MODULE = "camcheck.monitor.tell.notify"
_AT_ONCE = 4  # children that wait for a click


class Notice(QObject):
    """Each notification has a process of its own, until it is clicked on or gone."""

    clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._children: list[QProcess] = []

    def tell(self, data: dict[str, object], shown: Callable[[], None]) -> None:
        """``shown`` is called when the desktop has taken it."""
        if len(self._children) >= _AT_ONCE:
            self._children.pop(0).kill()
        child = QProcess(self)
        self._children.append(child)
        child.setStandardErrorFile(QProcess.nullDevice())
        child.readyReadStandardOutput.connect(lambda: self._hear(child, shown))
        child.finished.connect(lambda *_: self._forget(child))
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

    def _hear(self, child: QProcess, shown: Callable[[], None]) -> None:
        while child.canReadLine():
            match bytes(child.readLine().data()).decode(errors="replace").strip():
                case word if word == SHOWN:
                    shown()
                case word if word == CLICKED:
                    self.clicked.emit()

    def _forget(self, child: QProcess) -> None:
        if child in self._children:
            self._children.remove(child)
        child.deleteLater()
