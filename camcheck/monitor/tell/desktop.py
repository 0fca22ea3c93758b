"""Notifications on the desktop of whoever is logged in; what cannot be delivered is kept."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime

from camcheck.fact import NamedTuple
from camcheck.findings import Session
from camcheck.history.store import History
from camcheck.interpreter import own_module
from camcheck.model import Moment, Process
from camcheck.monitor.clock import Instant
from camcheck.monitor.tell.child import Children, Job
from camcheck.monitor.tell.notify import DELIVERED, NO_LIBRARY
from camcheck.monitor.tell.worth import Message, Notified

_AGAIN = 60.0  # seconds between two tries to deliver what was kept
_PATIENCE = 8.0  # seconds for the window, and again for the desktop
_MODULE = "camcheck.monitor.tell.notify"


class Recipient(NamedTuple):
    """A desktop. ``user`` None: the one that this process belongs to."""

    user: int | None = None
    group: int | None = None
    environment: dict[str, str] | None = None


class Desktop:
    """A listener of the monitor that notifies people on their desktops."""

    def __init__(
        self,
        history: History,
        *,
        is_approved: Callable[[Process | None], bool],
        recipients: Callable[[], list[Recipient]],
    ) -> None:
        self._history = history
        self._is_approved = is_approved
        self._recipients = recipients
        self._notified = Notified()
        self._children = Children()
        self._open: dict[int, Session] = {}
        self._approved: dict[int, bool] = {}
        self._next_try = 0.0
        self._elapsed = 0.0
        self._tried = False
        self.problem: str | None = None

    def session(self, what: str, session: Session, number: int) -> None:
        if number not in self._approved or session.process is None:
            self._approved[number] = self._is_approved(session.process)
        if what == "began":
            return  # the first look shows whether it is more than a glance
        self._notify(session, number)
        if what == "ended":
            self._approved.pop(number, None)
            self._notified.forget(number)

    def _notify(self, session: Session, number: int) -> None:
        message = self._notified.message(
            session, number, approved=self._approved[number], elapsed=self._elapsed
        )
        if message:
            self._send(message)

    def moment(self, moment: Moment) -> None:
        """What is no use of a camera is in the history only: nobody is disturbed for it."""

    def tick(self, now: Instant) -> None:
        self._elapsed = now.elapsed
        self._children.tick(now.elapsed)
        if now.elapsed >= self._next_try:
            self._next_try = now.elapsed + _AGAIN
            self._deliver_kept()

    def _send(self, message: Message) -> None:
        """To everybody; it is kept when nobody got it."""
        recipients = self._recipients()
        results: list[int | None] = []

        def done(status: int | None) -> None:
            results.append(status)
            if len(results) == len(recipients):
                self._judge(results, message)

        for recipient in recipients:
            self._children.run(_job(message, recipient, done))
        if not recipients:
            self._keep(message, "Nobody is logged in at a desktop.")

    def _judge(self, results: list[int | None], message: Message) -> None:
        if DELIVERED in results:
            self.problem = None
        elif NO_LIBRARY in results:
            self._keep(message, 'Notifications need: pip install "camcheck[notify]"')
        else:
            self._keep(message, "No desktop took the notification.")

    def _keep(self, message: Message, problem: str) -> None:
        self.problem = problem
        self._history.keep(json.dumps(message._asdict()), at=datetime.now(UTC))

    def _deliver_kept(self) -> None:
        """All that was kept, as one notification: nobody wants twenty at login.

        What an earlier run kept is tried once, and then whenever a delivery failed.
        """
        if self._children.busy or (self.problem is None and self._tried):
            return
        self._tried = True
        kept = self._history.kept()
        if not kept or not (recipients := self._recipients()):
            return
        message = summary([Message(**json.loads(body)) for _, body in kept])

        def done(status: int | None) -> None:
            if status == DELIVERED:
                self.problem = None
                for number, _ in kept:
                    self._history.forget_message(number)

        for recipient in recipients:
            self._children.run(_job(message, recipient, done))


def summary(messages: list[Message]) -> Message:
    """Several notifications that came too late, as one."""
    if len(messages) == 1:
        return messages[0]
    urgent = [message for message in messages if message.urgent]
    first = (urgent or messages)[0]
    body = f"{first.title}. {first.body} The others stand in camcheck history."
    title = f"{len(messages)} uses of the camera while you could not be told"
    return Message(title, body, urgent=bool(urgent))


def _job(message: Message, recipient: Recipient, done: Callable[[int | None], None]) -> Job:
    return Job(
        tuple(own_module(_MODULE, as_root=True if recipient.user is not None else None)),
        json.dumps(message._asdict() | {"patience": _PATIENCE}),
        done,
        patience=2.5 * _PATIENCE,
        user=recipient.user,
        group=recipient.group,
        environment=recipient.environment,
    )


def own_desktop() -> list[Recipient]:
    """The desktop of the user who runs this."""
    return [Recipient()]


def desktops(run: str = "/run/user") -> list[Recipient]:
    """As root: the desktop of everybody who is logged in, each reached as that user.

    The folder and its bus must belong to the user whose number it has (pam_systemd makes them so).
    """
    found = []
    for name in sorted(os.listdir(run)) if os.path.isdir(run) else []:
        folder, bus = f"{run}/{name}", f"{run}/{name}/bus"
        try:
            owner = os.lstat(folder)
            os.lstat(bus)
        except OSError:
            continue  # that user has no session bus
        if name.isdecimal() and owner.st_uid == int(name):
            environment = {
                "DBUS_SESSION_BUS_ADDRESS": f"unix:path={bus}",
                "XDG_RUNTIME_DIR": folder,
                "PATH": "/usr/bin:/bin",
                "LC_ALL": "C.UTF-8",
            }
            found.append(Recipient(owner.st_uid, owner.st_gid, environment))
    return found
