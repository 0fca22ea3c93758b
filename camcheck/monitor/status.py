"""What ``camcheck monitor status`` says, in sentences."""

import os
from datetime import UTC, datetime
from typing import Any

from camcheck.fact import NamedTuple
from camcheck.history.place import FILE
from camcheck.history.store import History
from camcheck.model import MonitorHealth
from camcheck.monitor.health import Asking
from camcheck.monitor.lock import is_running, published
from camcheck.monitor.service import Plan, is_installed


class Status(NamedTuple):
    """What is said, in sentences, and what the monitor was found to do."""

    lines: list[str]
    health: MonitorHealth


_TROUBLE = {
    MonitorHealth.STOPPED: "It is held still, or hangs: uses of a camera are not noticed.",
    MonitorHealth.DEAF: "It hears nothing: uses of a camera may not be noticed. Start it again.",
    MonitorHealth.REPLACED: "What runs in its place is another program, or an older camcheck.",
}


def describe(folder: str, plan: Plan) -> Status:
    """The state of the monitor of a folder. Raises MonitorError, HistoryError."""
    asking = Asking(folder, plan)
    installed = is_installed(plan)
    lines = [f"{'Installed' if installed else 'Not installed'} as a service ({plan.name})."]
    if not is_running(folder):
        lines.append("No monitor runs now: uses of a camera are not noticed.")
        return Status([*lines, *_history(folder)], MonitorHealth.DEAD)
    health = asking.health()
    lines += [_TROUBLE[health]] if health in _TROUBLE else []
    state = published(folder)
    lines.append(f"Runs since {_local(state.get('started'))}, process {state.get('pid', '?')}.")
    cameras = ", ".join(map(str, state.get("cameras", []))) or "no camera is there"
    lines.append(f"Watches by {state.get('way', '?')}: {cameras}.")
    lines.append(f"In use now: {state.get('in_use', '?')}.")
    last = state.get("last_event")
    lines.append(f"Last event: {_local(last)}." if last else "No event since it started.")
    lines += _losses(state)
    lines += [f"It cannot see everything: {limit}" for limit in state.get("limits", [])]
    return Status([*lines, *_history(folder)], health)


def _losses(state: dict[str, Any]) -> list[str]:
    lost, unwritten = state.get("losses", 0), state.get("unwritten", 0)
    lines = [
        f"Events were lost {lost} times; each time it looked anew."
        if lost
        else "No event was lost."
    ]
    if unwatched := state.get("unwatched", 0):
        lines.append(f"It did not look for {unwatched} s in all since it started.")
    if unwritten:
        lines.append(f"{unwritten} entries wait because the disk is full.")
    return lines


def _history(folder: str) -> list[str]:
    path = os.path.join(folder, FILE)
    if not os.path.exists(path):
        return ["There is no history yet."]
    history = History(folder)
    try:
        kept = len(history.kept())
    finally:
        history.close()
    lines = [f"The history is in {path} ({os.path.getsize(path) // 1024} KiB)."]
    if kept:
        lines.append(
            f"{kept} notifications could not be delivered; camcheck history shows the uses."
        )
    return lines


def _local(text: object) -> str:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return "an unknown time"
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}" if at.tzinfo else f"{at.replace(tzinfo=UTC)}"
