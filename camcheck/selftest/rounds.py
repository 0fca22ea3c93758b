"""Blinded rounds: which ones film is chance, and what the answers say about the light."""

from collections.abc import Sequence
from enum import StrEnum

from camcheck.fact import NamedTuple

ROUNDS = 5  # somebody who guesses passes once in 2 ** 5 = 32 times


class Answer(StrEnum):
    """What the user saw."""

    LIT = "lit"
    DARK = "dark"
    UNSURE = "unsure"


class Round(NamedTuple):
    """One round: whether the camera filmed, and what the user saw."""

    filmed: bool
    answer: Answer


class LightVerdict(StrEnum):
    """What the rounds say about the light."""

    FOLLOWS = "follows"
    DARK_WHILE_FILMING = "dark-while-filming"
    LIT_WITHOUT_FILMING = "lit-without-filming"
    UNRELATED = "unrelated"
    UNDECIDED = "undecided"


def plan(count: int = ROUNDS) -> tuple[bool, ...]:
    """Which rounds film: independent coins from the system's own chance."""
    import secrets

    bits = secrets.randbits(count)
    return tuple(bool(bits >> number & 1) for number in range(count))


def judge_rounds(rounds: Sequence[Round]) -> LightVerdict:
    """Follows only if every answer fits; one "not sure" leaves it undecided."""
    if not rounds or any(known.answer is Answer.UNSURE for known in rounds):
        return LightVerdict.UNDECIDED
    dark = any(known.filmed and known.answer is Answer.DARK for known in rounds)
    lit = any(not known.filmed and known.answer is Answer.LIT for known in rounds)
    if dark and lit:
        return LightVerdict.UNRELATED
    if dark:
        return LightVerdict.DARK_WHILE_FILMING
    return LightVerdict.LIT_WITHOUT_FILMING if lit else LightVerdict.FOLLOWS
