"""The sign in the corner of the screen, where the desktop has a place for it, now or later."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from camcheck.answer import Kind
from camcheck.window.follow import State
from camcheck.window.sign import Sign, icon, sign_of
from camcheck.window.words import apart, flat, say

_WATCHER = "org.kde.StatusNotifierWatcher"
"""Who keeps the list of signs on a desktop of freedesktop.org (StatusNotifierItem)."""


class Tray(QObject):
    """``opened`` and ``ended`` are what the person chose."""

    opened = Signal()
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = State(None)
        self._menu = QMenu()
        self._icon: QSystemTrayIcon | None = None
        self._watcher = QDBusServiceWatcher(
            _WATCHER,
            QDBusConnection.sessionBus(),
            QDBusServiceWatcher.WatchModeFlag.WatchForRegistration,
            self,
        )
        self._watcher.serviceRegistered.connect(self._register)
        self._register()

    @property
    def is_there(self) -> bool:
        """Whether the desktop shows the sign."""
        return self._icon is not None and QSystemTrayIcon.isSystemTrayAvailable()

    def show_state(self, state: State) -> None:
        """Another sign, and who has the camera now."""
        self.state = state
        sign = sign_of(state.kind)
        self._fill_menu(state)
        if self._icon is not None:
            self._icon.setIcon(icon(sign))
            word = say(f"sign.{sign.value}")
            self._icon.setToolTip(flat(f"camcheck. {word}: {state.line}"))

    def tell(self, title: str, body: str, *, urgent: bool) -> bool:
        """A notification whose click opens the window; whether there is a place to show it from."""
        if self._icon is None or not self.is_there:
            return False
        shown = icon(Sign.ALARM if urgent else Sign.IN_USE)
        self._icon.showMessage(flat(title), flat(body), shown)
        return True

    def close(self) -> None:
        """The sign goes with the program."""
        if self._icon is not None:
            self._icon.hide()

    def _register(self, *_: object) -> None:
        """Made anew when a host comes: Qt decides once, when it is made, how a sign is shown."""
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activate)
        self._icon.messageClicked.connect(self.opened)
        self.show_state(self.state)
        self._icon.show()

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.opened.emit()

    def _fill_menu(self, state: State) -> None:
        self._menu.clear()
        lines = state.using or (state.line,)
        if state.using and state.kind in (Kind.LOOK, Kind.ALARM):
            lines = (say(f"sign.{state.kind.value}"), *lines)
        for line in lines:
            self._add(_item(line), self.opened.emit)
        self._menu.addSeparator()
        self._add(apart(say("tray.show")), self.opened.emit)
        self._add(apart(say("tray.quit")), self.ended.emit)

    def _add(self, text: str, do: Callable[[], None]) -> None:
        action = QAction(text, self._menu)
        action.triggered.connect(lambda _=False: do())
        self._menu.addAction(action)


def _item(line: str) -> str:
    """A line of a menu, in which & is no key."""
    return apart(line.replace("&", "&&"))
