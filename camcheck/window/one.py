"""One window for each login: the first listens, a second brings it up; the monitor gives it
notifications to show."""

import json
import os
from typing import Any

from PySide6.QtCore import QLockFile, QObject, Qt, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from shiboken6 import isValid

from camcheck.monitor.tell.handover import DONE, MOST, SOCKET

_PATIENCE = 2000  # milliseconds
_AT_ONCE = 32  # callers; of more, the oldest is let go, and a monitor shows its notification itself
_LATER = Qt.ConnectionType.QueuedConnection  # no socket is taken apart while it speaks


class One(QObject):
    """``asked`` tells that a second one was started, ``told`` gets a notification and who waits."""

    asked = Signal()
    told = Signal(object, object)

    def __init__(self, folder: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        for path in (os.path.dirname(folder), folder):  # each this user's alone
            os.makedirs(path, mode=0o700, exist_ok=True)
        self._path = _address(folder)
        self._lock = QLockFile(os.path.join(folder, f"{SOCKET}.lock"))
        self._lock.setStaleLockTime(0)  # by its process alone, not by its age
        self._callers: list[QLocalSocket] = []
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def begin(self) -> bool:
        """Whether this is the first; the first listens from now on."""
        if not self._lock.tryLock(0):
            return False
        QLocalServer.removeServer(self._path)  # left by one that was killed
        self._server.listen(self._path)
        return True

    def bring_up(self) -> None:
        """As a second one: asks the first to show itself."""
        first = QLocalSocket()
        first.connectToServer(self._path)
        if first.waitForConnected(_PATIENCE):
            first.write(b'{"show": true}\n')
            first.waitForBytesWritten(_PATIENCE)
            first.waitForReadyRead(_PATIENCE)

    def close(self) -> None:
        """Nobody listens any more."""
        self._server.close()
        for caller in self._callers:
            _let_go(caller)
        self._callers.clear()
        self._lock.unlock()

    def _greet(self) -> None:
        while caller := self._server.nextPendingConnection():
            if len(self._callers) >= _AT_ONCE:
                _let_go(self._callers.pop(0))
            self._callers.append(caller)
            caller.readyRead.connect(self._hear_all, _LATER)
            caller.disconnected.connect(self._hear_all, _LATER)
        self._hear_all()

    def _hear_all(self) -> None:
        for caller in list(self._callers):
            if not self._is_heard(caller) or not caller.isOpen():
                self._callers.remove(caller)
                _let_go(caller)

    def _is_heard(self, caller: QLocalSocket) -> bool:
        """Whether to go on with a caller; what it says may not be understood."""
        if caller.bytesAvailable() > MOST:
            return False
        if not caller.canReadLine():
            return True
        request = _understood(bytes(caller.readLine().data()))
        if "show" in request:
            answer(caller)
            self.asked.emit()
        elif isinstance(request.get("tell"), dict):
            self.told.emit(request["tell"], caller)
        else:
            return False
        return True


def _let_go(caller: QLocalSocket) -> None:
    """Hangs up. A socket says so while it is taken apart, too: to nobody any more, or Qt would be
    called for what is half gone."""
    caller.blockSignals(True)
    caller.abort()
    caller.deleteLater()


def answer(caller: QLocalSocket) -> None:
    """It was done; who asked may have gone meanwhile."""
    if isValid(caller):
        caller.write(DONE)
        caller.flush()


def _understood(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


def _address(folder: str) -> str:
    """A path on POSIX; on Windows a name among all pipes, with the account in it."""
    if os.name == "posix":
        return os.path.join(folder, SOCKET)
    import getpass

    return f"camcheck-window-{getpass.getuser()}"
