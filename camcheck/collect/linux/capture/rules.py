"""Which witness outweighs which: the rules of docs/capture.md, from the first that fits."""

from collections.abc import Callable

from camcheck.fact import NamedTuple
from camcheck.model import CaptureState

STREAM = 4  # transfers within a look: a stream has more than control messages cause by chance
BURST = 8  # transfers that a stream as short as a look leaves: 5 buffers and its negotiation

_ACTIVE, _INACTIVE = CaptureState.ACTIVE, CaptureState.INACTIVE
_UNDETERMINED = CaptureState.UNDETERMINED


class Signs(NamedTuple):
    """What the witnesses of one camera said; None: this witness is not there or was not asked.

    ``bound``: all interfaces belong to the driver. ``reserved``: an alternate setting above 0 was
    seen. ``bulk``: pictures need no alternate setting. ``transfers`` and ``frames`` are increases
    between two looks, ``counting`` means that any of the driver's statistics changed between them,
    ``steady`` that data still moved in the time after. ``pictures`` is the probe's answer,
    ``sensor`` the sensor's power, ``thread`` whether the kernel's thread that makes the pictures of
    a virtual camera runs.
    """

    bound: bool = True
    bulk: bool = False
    reserved: bool | None = None
    transfers: int | None = None
    microphone: bool = False
    suspended: bool | None = None
    references: int | None = None
    frames: int | None = None
    counting: bool = False
    steady: bool | None = None
    pictures: bool | None = None
    sensor: bool | None = None
    thread: bool | None = None


class Rule(NamedTuple):
    """A rule. ``settled``: no second look could change the judgement."""

    id: str
    state: CaptureState
    reason: str
    holds: Callable[[Signs], bool]
    settled: bool = True


RULES = (
    Rule("driver-counts-pictures", _ACTIVE, "its driver counts new pictures",
         lambda s: bool(s.frames)),
    Rule("driver-counts-data", _ACTIVE, "its driver counts the data of a film",
         lambda s: s.counting),
    Rule("buffers-fill", _ACTIVE, "new pictures arrive in its buffers",
         lambda s: s.pictures is True),
    Rule("sensor-awake", _ACTIVE, "its sensor is switched on",
         lambda s: s.sensor is True),
    Rule("thread-makes-pictures", _ACTIVE, "the kernel's thread that makes its pictures runs",
         lambda s: s.thread is True),
    Rule("reserved-and-moving", _ACTIVE, "its video channel is open and data moves",
         lambda s: bool(s.reserved) and bool(s.transfers)),
    Rule("reserved-unsampled", _ACTIVE, "its video channel is open",
         lambda s: bool(s.reserved) and s.transfers is None, settled=False),
    Rule("reserved-but-still", _UNDETERMINED,
         "its video channel is open, but no data moved while camcheck looked",
         lambda s: bool(s.reserved)),
    Rule("asleep", _INACTIVE, "its video part is switched off to save power",
         lambda s: s.bound and s.suspended is True),
    Rule("nobody-has-it-open", _INACTIVE, "its driver counts nobody who has it open",
         lambda s: s.bound and s.references == 0),
    Rule("channel-closed-unsampled", _INACTIVE, "its video channel is closed",
         lambda s: s.reserved is False and not s.bulk and s.transfers is None, settled=False),
    Rule("short-stream-possible", _UNDETERMINED,
         "its video channel was closed at both looks, but data moved between them, as it does "
         "when a film is very short",
         lambda s: s.reserved is False and not s.bulk and not s.microphone
         and (s.transfers or 0) >= BURST),
    Rule("channel-closed", _INACTIVE, "its video channel is closed",
         lambda s: s.reserved is False and not s.bulk),
    Rule("unsampled", _UNDETERMINED, "its transfers were not counted",
         lambda s: s.bulk and s.transfers is None and s.pictures is None, settled=False),
    Rule("no-transfer", _INACTIVE, "no data moved",
         lambda s: s.bulk and s.transfers == 0),
    Rule("buffers-still", _INACTIVE, "no new picture arrives in its buffers",
         lambda s: s.pictures is False),
    Rule("microphone-in-the-way", _UNDETERMINED,
         "its microphone is in use, and on this kind of camera sound and picture cannot be told "
         "apart by their transfers",
         lambda s: s.bulk and s.microphone),
    Rule("moved-for-a-moment", _UNDETERMINED,
         "data moved for a moment, as it does when a film is very short, or when a program adjusts "
         "the camera",
         lambda s: s.bulk and s.frames is None and s.steady is False),
    Rule("moving", _ACTIVE, "data moves as it does for a film",
         lambda s: s.bulk and s.frames is None and (s.transfers or 0) >= STREAM),
    Rule("moving-without-pictures", _UNDETERMINED,
         "data moves, but its driver completed no picture while camcheck looked",
         lambda s: s.bulk and s.frames is not None),
    Rule("few-transfers", _UNDETERMINED, "a little data moved, too little to tell what it was",
         lambda s: s.bulk),
    Rule("sensor-asleep", _INACTIVE, "its sensor is switched off",
         lambda s: s.sensor is False),
    Rule("thread-rests", _INACTIVE, "the kernel's thread that makes its pictures does not run",
         lambda s: s.thread is False),
    Rule("no-witness", _UNDETERMINED, "nothing on this system tells it", lambda _: True),
)  # fmt: skip


def decide(signs: Signs) -> Rule:
    """The first rule that holds."""
    return next(rule for rule in RULES if rule.holds(signs))
