"""What a terminal shows while the monitor runs in the foreground: one line for each thing."""

from collections.abc import Callable
from datetime import datetime

from camcheck.findings import Session
from camcheck.model import Moment
from camcheck.monitor.clock import Instant
from camcheck.monitor.tell.record import as_sentence
from camcheck.printable import printable


class Live:
    """A listener that writes lines. What is the same as the line before is not repeated."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._said: dict[int, str] = {}

    def session(self, what: str, session: Session, number: int) -> None:
        sentence = as_sentence(what, session)
        if self._said.get(number) == sentence:
            return
        self._said[number] = sentence
        if what == "ended":
            del self._said[number]
        at = session.ended if what == "ended" and session.ended else datetime.now().astimezone()
        self._line(at if what != "began" else session.began, sentence)
        for finding in session.findings if what == "ended" else ():
            if finding.severity.rank:
                self._line(at, f"  [{finding.severity.value.upper()}] {finding.title}")

    def moment(self, moment: Moment) -> None:
        self._line(moment.at, moment.text)

    def tick(self, now: Instant) -> None:
        """Lines are written when things happen."""

    def _line(self, at: datetime, text: str) -> None:
        self._write(f"{at.astimezone():%H:%M:%S} {printable(text, limit=300)}\n")
