"""What the webcam truly does: the record that judgements are compared with."""

import json
import os
import time
from typing import Any


class Truth:
    """Writes each event as a line of JSON, and the newest to a file of its own."""

    def __init__(self, *, log: str | None, state: str | None) -> None:
        self._log = log
        self._state = state

    def record(self, event: str, facts: dict[str, Any]) -> None:
        """Adds an event with the facts at that moment. ``t`` is CLOCK_MONOTONIC."""
        moment = {"t": round(time.monotonic(), 4), "wall": round(time.time(), 3), "event": event}
        text = json.dumps({**moment, **facts})
        if self._log:
            with open(self._log, "a", encoding="utf-8") as log:
                log.write(text + "\n")
        if self._state:
            draft = f"{self._state}.{os.getpid()}"
            with open(draft, "w", encoding="utf-8") as out:
                out.write(text)
            os.chmod(draft, 0o644)
            os.rename(draft, self._state)
