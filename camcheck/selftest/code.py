"""The on/off pattern by which a film of the light is compared with what the camera did."""

import itertools
from collections.abc import Sequence
from typing import Any

from camcheck.fact import NamedTuple

CHIP = 1.5  # seconds of the shortest on or off: cameras need up to one to start
REGISTER = 0b10010  # a maximum-length sequence of 31 steps: x^5 + x^3 + 1
STEPS = 31


class Span(NamedTuple):
    """A time in which the camera filmed, in seconds from the start of the code."""

    start: float
    end: float


class Code(NamedTuple):
    """What the camera truly did. ``length`` is the duration of the whole, in seconds."""

    spans: tuple[Span, ...]
    length: float


def pattern() -> tuple[bool, ...]:
    """The steps of a code: balanced, unlike anything that blinks, and unlike itself when shifted.

    It begins anywhere in the sequence, so that two tests differ.
    """
    import secrets

    state, steps = 1, []
    for _ in range(STEPS):
        steps.append(bool(state & 1))
        state = (state >> 1) ^ (REGISTER if state & 1 else 0)
    begin = secrets.randbelow(STEPS)
    return tuple(steps[begin:] + steps[:begin])


def planned(steps: Sequence[bool], *, chip: float = CHIP) -> Code:
    """The code as it would be with a camera that starts and stops at once."""
    spans, at = [], 0.0
    for on, run in itertools.groupby(steps):
        length = len(list(run)) * chip
        if on:
            spans.append(Span(at, at + length))
        at += length
    return Code(tuple(spans), at)


def sampled(code: Code, rate: float) -> Any:
    """The code as numbers from 0 (off) to 1 (on), ``rate`` a second; a numpy array."""
    import numpy as np

    fine = 10
    count = int(code.length * rate)
    moments = (np.arange(count * fine) + 0.5) / (rate * fine)
    values = np.zeros(count * fine, dtype=np.float32)
    for span in code.spans:
        values[(moments >= span.start) & (moments < span.end)] = 1.0
    return values.reshape(count, fine).mean(axis=1)


def decoy(code: Code, random: Any) -> Code:
    """A code that never was: the same times of on and off in another order (``random`` is a
    numpy generator). What correlates with decoys as well as with the code is chance."""
    on = [span.end - span.start for span in code.spans]
    edges = [0.0, *itertools.chain.from_iterable(code.spans), code.length]
    off = [end - start for start, end in zip(edges[::2], edges[1::2], strict=True)]
    random.shuffle(on)
    random.shuffle(off)
    spans, at = [], 0.0
    for dark, lit in zip(off, on, strict=False):
        at += dark
        spans.append(Span(at, at + lit))
        at += lit
    return Code(tuple(spans), code.length)
