"""camcheck history."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from camcheck.cli.folders import history_folder
from camcheck.cli.output import deliver, width_of
from camcheck.cli.progress import patience
from camcheck.cli.seen import NO_HISTORY, mark_seen
from camcheck.cli.since import HELP, Since

if TYPE_CHECKING:
    from camcheck.findings import Past


@click.command("history")
@click.option(
    "--since", type=Since(), default="24h", show_default=True, metavar="TIME",
    help=f"From when on: {HELP}.",
)  # fmt: skip
@click.option("--camera", metavar="NAME", help="Only this camera: its id, or a part of its name.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or for programs.",
)  # fmt: skip
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of the screen."
)
@click.option(
    "--seen", is_flag=True,
    help="Say that you know of every use up to now: scans no longer speak of those.",
)  # fmt: skip
def command(since: datetime, camera: str | None, form: str, output: str, *, seen: bool) -> None:
    """Tell when the cameras of this computer were used, and by which programs.

    It knows what a monitor has seen (camcheck monitor), and what Windows or macOS has noted by
    itself. As administrator (sudo) it shows the history of the monitor for all users.
    """
    import os

    from camcheck.history.place import FILE
    from camcheck.history.store import History
    from camcheck.history.timeline import past

    folder = history_folder()
    if seen:
        deliver(mark_seen(folder), "-")
        return
    if not os.path.exists(os.path.join(folder, FILE)):
        found = _with_notes(_nothing_watched(since), camera)
        text = _json(found, 0) if form == "json" else _text(found, 0, [], width_of(output))
        deliver(text, output)
        return
    history = History(folder)
    try:
        found = _with_notes(past(history, since=since, camera=camera), camera)
        unreadable, kept = history.unreadable, history.kept()
        text = (
            _json(found, unreadable)
            if form == "json"
            else _text(found, unreadable, kept, width_of(output))
        )
        deliver(text, output)
        if form == "text" and output == "-":
            for number, _ in kept:
                history.forget_message(number)  # shown now
    finally:
        history.close()


def _nothing_watched(since: datetime) -> "Past":
    """Without a monitor only the system's own notes are left. Raises HistoryError without those."""
    from camcheck.collect import system_of_notes
    from camcheck.errors import HistoryError
    from camcheck.findings import Past

    if not system_of_notes():
        raise HistoryError(NO_HISTORY)
    return Past(since, datetime.now(UTC))


def _with_notes(past: "Past", camera: str | None) -> "Past":
    """With what the system has noted by itself."""
    from camcheck.collect import past_uses, system_of_notes
    from camcheck.render.remembered import within

    with patience():  # the log of macOS takes its time
        uses, gaps = past_uses()
    return past._replace(
        remembered=within(uses, since=past.since, camera=camera),
        remembered_by=system_of_notes(),
        gaps=tuple(sorted(set(gaps))),
    )


def _text(found: "Past", unreadable: int, kept: list[tuple[int, str]], width: int) -> str:
    import json

    from camcheck.printable import printable
    from camcheck.render.history import render
    from camcheck.render.lines import wrapped

    lines: list[str] = []
    if unreadable:
        text = f"{unreadable} entries of another version of camcheck could not be read."
        lines += ["", *wrapped(text, width=width)]
    if kept:
        lines += ["", *wrapped("Notifications that could not be delivered:", width=width)]
    for _, body in kept:
        message = json.loads(body)
        text = f"- {printable(str(message['title']))}. {printable(str(message['body']))}"
        lines += wrapped(text, hang=2, width=width)
    return render(found, width=width) + "".join(f"{line}\n" for line in lines)


def _json(found: "Past", unreadable: int) -> str:
    import json

    from camcheck.serial import to_plain

    data = {"schema_version": 1, **to_plain(found), "unreadable": unreadable}
    return json.dumps(data, indent=1) + "\n"
