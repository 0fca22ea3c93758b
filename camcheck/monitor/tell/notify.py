"""Delivers one notification and ends: a process of its own, so that no library stays in memory.

Reads ``{"title", "body", "urgent"}`` as JSON from standard input. Exit status: 0 delivered, 1 the
desktop did not take it, 3 the library is not installed (pip install "camcheck[notify]").
"""

import asyncio
import json
import logging
import sys

DELIVERED, REFUSED, NO_LIBRARY = 0, 1, 3
_PATIENCE = 8.0  # seconds

# Bodies can be markup (freedesktop.org, Desktop Notifications): a program's name must not be.
_PLAIN = str.maketrans({"<": "‹", ">": "›", "&": "＆"})  # noqa: RUF001 chosen to look alike


def main() -> int:
    """Delivers what stands on standard input."""
    from camcheck.printable import printable

    data = json.load(sys.stdin)
    title = printable(str(data["title"]), limit=120).translate(_PLAIN)
    body = printable(str(data["body"]), limit=600).translate(_PLAIN)
    logging.disable(logging.CRITICAL)  # the exit status is what counts
    try:
        sending = _send(title, body, urgent=bool(data["urgent"]))
        return asyncio.run(asyncio.wait_for(sending, _PATIENCE))
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


if __name__ == "__main__":
    sys.exit(main())
