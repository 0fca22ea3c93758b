"""Delivers one notification and ends: a process of its own, so that no library stays in memory.

Reads ``{"title", "body", "urgent", "patience"}`` as JSON from standard input; patience is in
seconds, for the window and again for the desktop. Exit status: 0 delivered, 1 the desktop did not
take it, 3 the library is not installed (pip install "camcheck[notify]").

The window of this login shows it by itself, where one is open: then a click opens that. With
``--until-clicked`` it stays as long as the notification does, and writes a line when the desktop
has taken it and one when it is clicked on.
"""

import asyncio
import json
import logging
import sys

from camcheck.monitor.tell.handover import hand_over

DELIVERED, REFUSED, NO_LIBRARY = 0, 1, 3
SHOWN, CLICKED = "shown", "clicked"
_PATIENCE, _MOST_PATIENCE = 8.0, 600.0  # seconds
_STAYS = 900.0  # seconds after which nobody clicks any more

# Bodies can be markup (freedesktop.org, Desktop Notifications): a program's name must not be.
_PLAIN = str.maketrans({"<": "‹", ">": "›", "&": "＆"})  # noqa: RUF001 chosen to look alike


def main() -> int:
    """Delivers what stands on standard input."""
    from camcheck.printable import printable

    data = json.load(sys.stdin)
    title = printable(str(data["title"]), limit=120).translate(_PLAIN)
    body = printable(str(data["body"]), limit=600).translate(_PLAIN)
    logging.disable(logging.CRITICAL)  # the exit status is what counts
    urgent = bool(data["urgent"])
    patience = min(float(data.get("patience", _PATIENCE)), _MOST_PATIENCE)
    try:
        if "--until-clicked" in sys.argv[1:]:
            return asyncio.run(_send_and_wait(title, body, urgent=urgent, patience=patience))
        # The window gives up first, and tells: otherwise both would show it.
        given = {"title": title, "body": body, "urgent": urgent, "patience": patience / 2}
        if hand_over(given, patience=patience):
            return DELIVERED
        return asyncio.run(asyncio.wait_for(_send(title, body, urgent=urgent), patience))
    except ImportError:
        return NO_LIBRARY
    except (TimeoutError, OSError):
        return REFUSED


async def _send(title: str, body: str, *, urgent: bool) -> int:
    from desktop_notifier import DesktopNotifier, Urgency

    dispatched = []
    notifier = DesktopNotifier(app_name="camcheck", app_icon=None)
    await notifier.send(
        title,
        body,
        urgency=Urgency.Critical if urgent else Urgency.Normal,
        on_dispatched=lambda: dispatched.append(True),
    )
    return DELIVERED if dispatched else REFUSED


async def _send_and_wait(title: str, body: str, *, urgent: bool, patience: float) -> int:
    from desktop_notifier import DesktopNotifier, Urgency

    over = asyncio.Event()

    def write(word: str) -> None:
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()

    def click() -> None:
        write(CLICKED)
        over.set()

    notifier = DesktopNotifier(app_name="camcheck", app_icon=None)
    sending = notifier.send(
        title,
        body,
        urgency=Urgency.Critical if urgent else Urgency.Normal,
        on_dispatched=lambda: write(SHOWN),
        on_clicked=click,
        on_dismissed=over.set,
    )
    await asyncio.wait_for(sending, patience)
    await asyncio.wait_for(over.wait(), _STAYS)
    return DELIVERED


if __name__ == "__main__":
    sys.exit(main())
