"""Structured events for the system's journal, when the monitor runs as a service of systemd.

The native protocol: one datagram of fields, those with line breaks with their length in front
(https://systemd.io/JOURNAL_NATIVE_PROTOCOL).
"""

import json
import os
import socket
import struct

from camcheck.findings import Session, Severity
from camcheck.model import Moment
from camcheck.monitor.clock import Instant
from camcheck.monitor.tell.record import as_data, as_sentence
from camcheck.printable import printable

_UNIX: int = getattr(socket, "AF_UNIX", -1)  # no other system has a journal, nor comes here
_SOCKET = "/run/systemd/journal/socket"
_PRIORITY = {Severity.CRITICAL: 2, Severity.HIGH: 3, Severity.MEDIUM: 4, Severity.LOW: 5}
_INFORMATION = 6
_LIMIT = 150_000  # bytes of a datagram that a socket takes by default (net.core.wmem_default)


class Journal:
    """A listener that writes to the journal."""

    def __init__(self, path: str = _SOCKET) -> None:
        self._path = path
        self.lost = 0

    def session(self, what: str, session: Session, number: int) -> None:
        process = session.process
        fields = {
            "MESSAGE": printable(as_sentence(what, session)),
            "PRIORITY": str(_PRIORITY.get(session.worst or Severity.INFO, _INFORMATION)),
            "CAMCHECK_EVENT": what,
            "CAMCHECK_CAMERA": printable(session.camera),
            "CAMCHECK_CAPTURE": session.capture.value,
            "CAMCHECK_PID": str(process.pid) if process else "",
            "CAMCHECK_EXE": printable(process.exe) if process and process.exe else "",
            "CAMCHECK_RECORD": json.dumps(as_data(what, session, number)),
        }
        self._send(fields)

    def moment(self, moment: Moment) -> None:
        self._send({"MESSAGE": printable(moment.text), "PRIORITY": "5", "CAMCHECK_EVENT": "moment"})

    def tick(self, now: Instant) -> None:
        """Nothing is delayed here."""

    def _send(self, fields: dict[str, str]) -> None:
        data = encode({"SYSLOG_IDENTIFIER": "camcheck", **fields})
        if len(data) > _LIMIT:
            data = encode({**fields, "CAMCHECK_RECORD": ""})
        try:
            with socket.socket(_UNIX, socket.SOCK_DGRAM) as sender:
                sender.settimeout(0)  # a journal that is busy must not stop the monitor
                sender.sendto(data, self._path)
        except OSError:
            self.lost += 1  # the history has it


def encode(fields: dict[str, str]) -> bytes:
    """The fields as one datagram."""
    parts = []
    for name, value in fields.items():
        data = value.encode("utf-8", "backslashreplace")
        if b"\n" in data:
            parts.append(name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n")
        else:
            parts.append(name.encode() + b"=" + data + b"\n")
    return b"".join(parts)


def is_wanted() -> bool:
    """Whether systemd started this and reads what it prints (systemd.exec(5))."""
    return "JOURNAL_STREAM" in os.environ and os.path.exists(_SOCKET)
