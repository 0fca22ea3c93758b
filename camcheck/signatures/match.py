"""Which rules are true for which events, at the price of a few dictionary look-ups an event."""

from collections.abc import Iterator, Sequence
from functools import cache

from camcheck.fact import NamedTuple
from camcheck.signatures.expression import Event, Predicate, TooSlowError, predicate
from camcheck.signatures.rule import Anchor, Group, Rule
from camcheck.typed import TypeVar

E = TypeVar("E", bound=Event)
_IN_WORDS = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_") | frozenset(range(0x80, 0x100))
_BETWEEN_WORDS = bytes(byte if byte in _IN_WORDS else 0x20 for byte in range(0x100))


def words_of(text: str) -> list[bytes]:
    """The words of a case-folded text; bytes, because cutting them up is several times faster."""
    return text.encode("utf-8", "surrogatepass").translate(_BETWEEN_WORDS).split()


class TooSlow(NamedTuple):
    """A rule that was given up, because a regular expression of it takes too long."""

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
    """Add the rules that an anchor leads to.

    Equal texts (a shared executable) are read once, and all texts are cut into words in one pass:
    only for the few words that are there at all is each text looked at.
    """
    places: dict[str, list[int]] = {}
    for place, event in enumerate(events):
        value = event.lowered(anchor.field)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                places.setdefault(text, []).append(place)
    blob = "\n".join(places)
    present = set(words_of(blob))
    found = [clue for clue in anchor.words if clue[0].encode("utf-8", "surrogatepass") in present]
    found += [clue for clue in anchor.pieces if clue[0] in blob]
    for clue, numbers in found:
        for text, found_at in places.items():
            if clue in text:
                for place in found_at:
                    candidates[place].update(numbers)
