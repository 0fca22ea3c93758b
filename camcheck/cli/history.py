"""camcheck history."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from camcheck.cli.folders import history_folder
from camcheck.cli.output import deliver

if TYPE_CHECKING:
    from camcheck.findings import Past

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class _Since(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """``30m``, ``24h``, ``7d``, ``2w``, or a date and time in ISO 8601."""

    name = "time"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if value[-1:] in _UNITS and value[:-1].isdecimal() and len(value) < 8:
            return datetime.now(UTC) - timedelta(seconds=int(value[:-1]) * _UNITS[value[-1]])
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no time; try 24h, 7d or 2026-03-01.", param, ctx)


@click.command("history")
@click.option(
    "--since", type=_Since(), default="24h", show_default=True, metavar="TIME",
    help="From when on: 30m, 24h, 7d, 2w, or a date.",
)  # fmt: skip
@click.option("--camera", metavar="NAME", help="Only this camera: its id, or a part of its name.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or for programs.",
)  # fmt: skip
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of the screen."
)
def command(since: datetime, camera: str | None, form: str, output: str) -> None:
    """Tell when the cameras of this computer were used, and by which programs.

    It knows what a monitor has seen (camcheck monitor), and what Windows or macOS has noted by
    itself. As administrator (sudo) it shows the history of the monitor for all users.
    """
    import os

    from camcheck.history.store import FILE, History
    from camcheck.history.timeline import past

    folder = history_folder()
    if not os.path.exists(os.path.join(folder, FILE)):
        found = _with_notes(_nothing_watched(since), camera)
        deliver(_json(found, 0) if form == "json" else _text(found, 0, []), output)
        return
    history = History(folder)
    try:
        found = _with_notes(past(history, since=since, camera=camera), camera)
        unreadable, kept = history.unreadable, history.kept()
        text = _json(found, unreadable) if form == "json" else _text(found, unreadable, kept)
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
        raise HistoryError(
            "There is no history yet: no monitor has run. Start one with: camcheck monitor install"
        )
    return Past(since, datetime.now(UTC))


def _with_notes(past: "Past", camera: str | None) -> "Past":
    """With what the system has noted by itself."""
    from camcheck.collect import past_uses, system_of_notes
    from camcheck.render.remembered import within

    uses, gaps = past_uses()
    return past._replace(
        remembered=within(uses, since=past.since, camera=camera),
        remembered_by=system_of_notes(),
        gaps=tuple(sorted(set(gaps))),
    )


def _text(found: "Past", unreadable: int, kept: list[tuple[int, str]]) -> str:
    import json

    from camcheck.printable import printable
    from camcheck.render.history import render

    text = render(found)
    if unreadable:
        text += f"\n{unreadable} entries of another version of camcheck could not be read.\n"
    if kept:
        text += "\nNotifications that could not be delivered:\n"
    for _, body in kept:
        message = json.loads(body)
        text += f"- {printable(str(message['title']))}. {printable(str(message['body']))}\n"
    return text


def _json(found: "Past", unreadable: int) -> str:
    import json

    from camcheck.serial import to_plain

    data = {"schema_version": 1, **to_plain(found), "unreadable": unreadable}
    return json.dumps(data, indent=1) + "\n"
