"""“That was me”: what it would approve, shown before it does so."""

from datetime import UTC, datetime, timedelta

from camcheck.answer import Story
from camcheck.approval import Approval, approval_of, approve
from camcheck.errors import MonitorError
from camcheck.fact import NamedTuple
from camcheck.findings import Report
from camcheck.history.place import exists
from camcheck.history.store import History
from camcheck.history.timeline import RECENT
from camcheck.model import Process
from camcheck.printable import printable
from camcheck.program import program_file, program_key, script
from camcheck.window.words import say


class Offer(NamedTuple):
    """``approval`` is what would be approved, None where that cannot be: ``reason`` says why.

    ``uses`` are the numbers of the uses up to now that nobody has answered for.
    """

    approval: Approval | None
    reason: str
    uses: tuple[int, ...]


def process_of(report: Report, story: Story) -> Process | None:
    """A process of the story's program: one that runs, or the one that a session remembers."""
    running = [one for one in report.snapshot.processes if one.pid in story.pids]
    past = [session.process for session in report.past if session.process is not None]
    mine = (one for one in (*running, *past) if program_file(one) == story.file)
    return next(mine, None)


def offer(process: Process | None, *, cameras: tuple[str, ...], folder: str) -> Offer:
    """What can be said of a program, or of somebody unseen there. Raises HistoryError."""
    uses = _uses(process, cameras, folder)
    if process is None or process.exe is None:
        return Offer(None, say("mine.unseen"), uses)
    try:
        return Offer(approval_of(process.exe, script(process)), "", uses)
    except MonitorError as error:
        return Offer(None, printable(str(error)), uses)


def _uses(process: Process | None, cameras: tuple[str, ...], folder: str) -> tuple[int, ...]:
    if not exists(folder):
        return ()
    key = program_key(process)
    history = History(folder)
    try:
        answered = history.answered()
        since = datetime.now(UTC) - timedelta(days=RECENT)
        return tuple(
            stored.id
            for stored in history.sessions(since=since)
            if program_key(stored.session.process) == key
            and stored.id not in answered
            and (process is not None or stored.session.camera in cameras)
        )
    finally:
        history.close()


def accept(made: Offer, *, folder: str, always: bool) -> None:
    """Stores the person's word: for the uses up to now, and ``always`` for the program as well.

    Raises HistoryError.
    """
    history = History(folder)
    try:
        history.answer_for(made.uses)
        if always and made.approval is not None:
            approve(history, made.approval)
    finally:
        history.close()


def in_words(made: Offer) -> list[str]:
    """What the person agrees to."""
    one = made.approval
    if one is None:
        return [say("mine.cannot", reason=made.reason), say("mine.once")]
    lines = [say("mine.approve"), say("mine.file", file=one.path)]
    if one.script:
        lines.append(say("mine.script", file=one.script))
    lines.append(
        say("mine.package", package=one.package)
        if one.package
        else say("mine.digest", digest=one.sha256)
    )
    if one.libraries:
        lines.append(say("mine.libraries", number=str(len(one.libraries))))
    return [*lines, say("mine.always")]
