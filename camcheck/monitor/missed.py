"""What is told of a time in which the monitor did not look, and of clocks that jumped."""

from camcheck.collect.watch import Counted
from camcheck.duration import duration
from camcheck.model import Moment, MomentKind
from camcheck.monitor.clock import Jump, Missed, in_words

_ASLEEP = 0.9  # share of a time; a camera that was awake for more of it perhaps never sleeps


def unwatched(missed: Missed, jump: Jump) -> Moment:
    """That nobody looked, from when until when, and why as far as the clocks tell."""
    why = f"The monitor did not look for {duration(missed.seconds)}: "
    if jump.slept:
        why += f"the computer slept for {in_words(jump.slept)}."
    else:
        why += "it was stopped, or got no processor time. A use in that time may be missing."
    return Moment(missed.since.wall, "", why, MomentKind.UNWATCHED, missed.until.wall)


def counted(
    missed: Missed, camera: str, name: str, before: Counted, after: Counted
) -> Moment | None:
    """What a camera's counters say of that time; None when they say nothing.

    Counters that went back began anew: the device was unplugged, or lost its power.
    """
    transfers = _grown(before.transfers, after.transfers)
    awake = _grown(before.awake_ms, after.awake_ms)
    if transfers:
        text = f"{name} sent data in this time ({transfers} transfers)."
    elif awake and awake < missed.seconds * 1000 * _ASLEEP:
        text = f"{name} was awake for {duration(awake / 1000)} in this time, without sending data."
    else:
        return None
    since, until = missed.since.wall, missed.until.wall
    return Moment(since, camera, text, MomentKind.COUNTED, until, transfers, awake)


def _grown(before: int | None, after: int | None) -> int | None:
    if before is None or after is None or after < before:
        return None
    return after - before


def jumped(jump: Jump) -> list[str]:
    """Sentences about clocks that jumped; most often none."""
    found = []
    if jump.slept:
        found.append(f"The computer slept for {in_words(jump.slept)}.")
    if jump.set_by:
        way = "forward" if jump.set_by > 0 else "back"
        found.append(f"The clock was set {way} by {in_words(jump.set_by)}.")
    return found
