"""Notices that the monitor has written something, and at times that it writes no more."""

import os

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer, Signal

from camcheck.history.place import FILE
from camcheck.window.follow import Follower, State
from camcheck.window.means import Means

_SETTLE = 80  # milliseconds after a change, in which more of it may come
_LOOK = 20_000  # milliseconds between two looks whether the monitor lives
_FILES = (FILE, f"{FILE}-wal", "monitor.json")


class Listen(QObject):
    """``changed`` gets the State whenever it is another, ``written`` whenever something was."""

    changed = Signal(object)
    written = Signal()

    def __init__(self, means: Means, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._door = means.history, means.door
        self._follower = Follower(means.history, means.door)
        self.state = State(None)
        self._before: tuple[object, ...] = ()
        self._files = QFileSystemWatcher(self)
        self._files.directoryChanged.connect(self._stirred)
        self._files.fileChanged.connect(self._stirred)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE)
        self._settle.timeout.connect(self._read_what_changed)
        self._pulse = QTimer(self)
        self._pulse.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._pulse.setInterval(_LOOK)
        self._pulse.timeout.connect(self.read)

    def start(self) -> None:
        """From now on."""
        self._pulse.start()
        self.read()

    def read(self) -> None:
        """Reads now, whether anything has changed or not."""
        self._watch()
        before, self.state = self.state, self._follower.state()
        self._before = self._traces()
        if self.state != before:
            self.changed.emit(self.state)

    def close(self) -> None:
        """No more."""
        self._pulse.stop()
        self._settle.stop()
        self._follower.close()

    def _stirred(self, _: str) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def _read_what_changed(self) -> None:
        """To read makes files come and go as well: only what was written counts."""
        if self._traces() == self._before:
            self._watch()
            return
        self.read()
        self.written.emit()

    def _traces(self) -> tuple[object, ...]:
        paths = [os.path.join(self._folder, name) for name in _FILES]
        return tuple(map(_trace, [*paths, *filter(None, [self._door])]))

    def _watch(self) -> None:
        """The files that are there now; a folder that is not there yet is looked for later."""
        wanted = [self._folder, os.path.join(self._folder, FILE)]
        wanted.append(os.path.join(self._folder, f"{FILE}-wal"))
        if self._door:
            wanted.append(os.path.dirname(self._door))
        known = {*self._files.files(), *self._files.directories()}
        new = [path for path in wanted if path not in known and os.path.exists(path)]
        if new:
            self._files.addPaths(new)


def _trace(path: str) -> tuple[int, int] | None:
    """What changes with each writing; an empty file is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if found.st_size else None
