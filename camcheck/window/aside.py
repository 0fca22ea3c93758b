"""Work that may take its time, beside the window: in a thread, whose result comes by a signal."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from camcheck.errors import CamcheckError
from camcheck.printable import printable

_QUEUED = Qt.ConnectionType.QueuedConnection


class Aside(QObject):
    """One piece of work. ``done`` gets its result, ``failed`` the sentence of a CamcheckError.

    Both are called in the window's own thread; neither after `forget`.
    """

    _made = Signal(object)
    _troubled = Signal(str)

    def __init__(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._work, self._done, self._failed = work, done, failed
        self._made.connect(self._finish, _QUEUED)
        self._troubled.connect(self._give_up, _QUEUED)
        _running.add(self)
        threading.Thread(target=self._run, daemon=True).start()

    def forget(self) -> None:
        """Whatever comes of it is of no interest any more."""
        self._done = self._failed = lambda _: None

    def _run(self) -> None:
        try:
            made = self._work()
        except CamcheckError as error:
            self._troubled.emit(printable(str(error)))
        except OSError as error:
            reason = printable(error.strerror or str(error))
            self._troubled.emit(f"The system refused to go on: {reason}.")
        else:
            with contextlib.suppress(RuntimeError):  # the window is gone, and this with it
                self._made.emit(made)

    def _finish(self, made: object) -> None:
        _running.discard(self)
        self._done(made)

    def _give_up(self, sentence: str) -> None:
        _running.discard(self)
        self._failed(sentence)


_running: set[Aside] = set()  # a thread alone would not keep its messenger alive
