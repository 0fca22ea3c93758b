"""What the webcam's light shows, honest or not."""

import time

from .control import LED_MODES

POLICIES = """\
honest   lit while streaming, and obeys the Logitech control (off, on, blink, auto)
wired    lit while streaming, whatever the control says
dark     never lit: firmware that was tampered with
on       always lit
late:S   lit only after S seconds of streaming: a snapshot passes unseen
blip:S   lit for the first S seconds of a stream only"""


def is_policy(text: str) -> bool:
    """Whether the text names one of `POLICIES`."""
    word, _, seconds = text.partition(":")
    if word in ("late", "blip"):
        return seconds.replace(".", "", 1).isdigit()
    return text in ("honest", "wired", "dark", "on")


def shows(policy: str, *, mode: int, since: float | None) -> bool | str:
    """True, False or "blink", for a stream that began at ``since`` (None: no stream)."""
    streaming = since is not None
    elapsed = time.monotonic() - since if since is not None else 0.0
    word, _, seconds = policy.partition(":")
    match word:
        case "dark":
            return False
        case "on":
            return True
        case "wired":
            return streaming
        case "late":
            return streaming and elapsed >= float(seconds)
        case "blip":
            return streaming and elapsed < float(seconds)
    match LED_MODES[mode]:
        case "auto":
            return streaming
        case "blink":
            return "blink"
        case fixed:
            return fixed == "on"
