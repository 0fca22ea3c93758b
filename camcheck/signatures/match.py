"""Which rules are true for which events, at the price of a few dictionary look-ups an event."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

from camcheck.signatures.expression import Event, Predicate, TooSlowError, predicate
from camcheck.signatures.index import WORD
from camcheck.signatures.rule import Anchor, Group, Rule

E = TypeVar("E", bound=Event)


class TooSlow(NamedTuple):
    """A rule that was given up, because a regular expression of it would stop the scan."""

    rule: Rule


def matches(group: Group, events: Sequence[E]) -> Iterator[tuple[Rule, E] | TooSlow]:
    """Every rule of the group that is true (not unknown) for an event, in the events' order."""
    if not group.rules:
        return
    candidates: list[set[int]] = [set(group.always) for _ in events]
    for anchor in group.anchors:
        _follow(anchor, events, candidates)
    judged = cache(lambda number: predicate(group.rules[number].expression))
    given_up: set[int] = set()
    for event, numbers in zip(events, candidates, strict=True):
        for number in sorted(numbers - given_up):
            judge: Predicate = judged(number)
            try:
                truth = judge(event)
            except TooSlowError:
                given_up.add(number)
                yield TooSlow(group.rules[number])
                continue
            if truth is True:
                yield group.rules[number], event


def _follow(anchor: Anchor, events: Sequence[E], candidates: list[set[int]]) -> None:
    """Add the rules that an anchor leads to. Equal texts (a shared executable) are read once."""
    places: dict[str, list[int]] = {}
    for place, event in enumerate(events):
        value = event.lowered(anchor.field)
        if isinstance(value, str):
            places.setdefault(value, []).append(place)
        elif isinstance(value, tuple):
            for text in value:
                if isinstance(text, str):
                    places.setdefault(text, []).append(place)
    words = dict(anchor.words)
    wanted = words.keys()
    for text, found_at in places.items():
        for word in wanted & set(WORD.findall(text)):
            for place in found_at:
                candidates[place].update(words[word])
    blob = "\n".join(places)
    for piece, numbers in anchor.pieces:
        if piece in blob:
            for text, found_at in places.items():
                if piece in text:
                    for place in found_at:
                        candidates[place].update(numbers)
