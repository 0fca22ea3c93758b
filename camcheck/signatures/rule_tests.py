"""A rule's own tests: events that it has to match, and near misses that it must not."""

from collections.abc import Iterator

from camcheck.signatures.expression import TooSlowError, predicate
from camcheck.signatures.fields_of import PlainEvent
from camcheck.signatures.rule import Expression, RuleText


def failures(expression: Expression, text: RuleText) -> Iterator[str]:
    """What is wrong with a rule by its own tests, in sentences; nothing when it passes."""
    judge = predicate(expression)
    if not text.matching:
        yield "it has no test that it has to match"
    if len(text.near_misses) < 2:
        yield "it has fewer than two tests that it must not match"
    for wanted, events in ((True, text.matching), (False, text.near_misses)):
        for event in events:
            try:
                truth = judge(PlainEvent(None, event))
            except TooSlowError:
                yield f"a regular expression takes too long on {event}"
                continue
            if (truth is True) is not wanted:
                yield f"it {'does not match' if wanted else 'matches'} {event}"
