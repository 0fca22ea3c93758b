"""The person's word for what the monitor saw: that she knows of it."""

from datetime import UTC, datetime

NO_HISTORY = "There is no history yet: no monitor has run. Start one with: camcheck monitor install"


def mark_seen(folder: str) -> str:
    """Takes the person's word for every use up to now; returns what to say.

    Raises HistoryError where there is no history.
    """
    from camcheck.answer.sentences import say
    from camcheck.errors import HistoryError
    from camcheck.history.place import exists
    from camcheck.history.store import History

    if not exists(folder):
        raise HistoryError(NO_HISTORY)
    history = History(folder)
    try:
        number = history.answer(until=datetime.now(UTC))
    finally:
        history.close()
    return say("seen.none" if not number else "seen", number=str(number)) + "\n"
