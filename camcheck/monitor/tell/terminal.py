"""What a terminal shows while the monitor runs in the foreground: one line for each thing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from camcheck.findings import Session
from camcheck.model import Moment
from camcheck.monitor.clock import Instant
from camcheck.monitor.tell.record import as_sentence
from camcheck.printable import printable

_AT_ONCE = timedelta(seconds=1)


class Live:
    """A listener that writes lines, each with the time when it is written, so that they stand in
    order; what happened before that says when. What is the same as before is not repeated."""

    def __init__(
        self,
        write: Callable[[str], None],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._write, self._now = write, now
        self._said: dict[int, str] = {}

    def session(self, what: str, session: Session, number: int) -> None:
        sentence = as_sentence(what, session)
        if self._said.get(number) == sentence:
            return
        self._said[number] = sentence
        if what == "ended":
            del self._said[number]
        happened = {"began": session.began, "ended": session.over}.get(what)
        self._line(sentence, happened)
        for finding in session.findings if what == "ended" else ():
            if finding.severity.rank:
                self._line(f"  [{finding.severity.value.upper()}] {finding.title}")

    def moment(self, moment: Moment) -> None:
        self._line(moment.text, moment.at)

    def tick(self, now: Instant) -> None:
        """Lines are written when things happen."""

    def _line(self, text: str, happened: datetime | None = None) -> None:
        now = self._now()
        if happened and now - happened > _AT_ONCE:
            text += f" (at {happened.astimezone():%H:%M:%S})"
        self._write(f"{now.astimezone():%H:%M:%S} {printable(text, limit=300)}\n")
