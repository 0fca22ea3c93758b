"""The index in front of the rules: it may never hide a match."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from camcheck.signatures.expression import UNKNOWN, predicate
from camcheck.signatures.fields_of import PlainEvent
from camcheck.signatures.index import grouped
from camcheck.signatures.match import TooSlow, matches
from camcheck.signatures.rule import Rule
from tests.signatures.builders import a_document, a_rule

TEXTS = st.text(alphabet="abAB_./\\-* ?é", max_size=8)
VALUES = st.one_of(TEXTS, st.none(), st.just(UNKNOWN), st.lists(TEXTS, max_size=2))
FIELDS = ("Image", "CommandLine")
EVENTS = st.fixed_dictionaries(dict.fromkeys(FIELDS, VALUES))
KEYS = st.sampled_from(
    [
        f"{field}{modifier}"
        for field in FIELDS
        for modifier in ("", "|contains", "|startswith", "|endswith", "|cased", "|contains|all")
    ]
)
SEARCHES = st.dictionaries(KEYS, st.lists(TEXTS, min_size=1, max_size=3), min_size=1, max_size=2)
CONDITIONS = st.sampled_from(["a", "a and b", "a or b", "a and not b", "not a", "not (a or b)"])


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    return a_rule(
        a_document(draw(CONDITIONS), a=draw(SEARCHES), b=draw(SEARCHES)), id=str(draw(st.uuids()))
    ).rule


@given(st.lists(rules(), max_size=5, unique_by=lambda rule: rule.id), st.lists(EVENTS, max_size=5))
def test_index_finds_what_trying_everything_finds(
    some: list[Rule], fields: list[dict[str, Any]]
) -> None:
    """With the index, the same rules match the same events as without it."""
    events = [PlainEvent(number, values) for number, values in enumerate(fields)]
    expected = {
        (rule.id, event.fact)
        for rule in some
        for event in events
        if predicate(rule.expression)(event) is True
    }

    found = {
        (match[0].id, match[1].fact)
        for match in matches(grouped(some), events)
        if not isinstance(match, TooSlow)
    }

    assert expected == found


def test_rule_that_takes_too_long_is_given_up_and_told() -> None:
    """A catastrophic regular expression costs a moment, and the others go on."""
    slow = a_rule(a_document(selection={"Image|re": r"^(a|aa)+$"}), id="slow").rule
    quick = a_rule(a_document(selection={"Image|endswith": "b"}), id="quick").rule
    events = [PlainEvent(number, {"Image": "a" * 60 + "b"}) for number in range(3)]

    found = list(matches(grouped([slow, quick]), events))

    assert [TooSlow(slow)] == [one for one in found if isinstance(one, TooSlow)]
    assert 3 == sum(1 for one in found if not isinstance(one, TooSlow))


def test_rule_may_name_what_is_no_text() -> None:
    """JSON can name half a character; a rule with one matches where it is, and breaks nothing."""
    rule = a_rule(a_document(selection={"Image|endswith": "/spy\udcff"})).rule
    events = [PlainEvent(path, {"Image": path}) for path in ("/spy\udcff", "x")]

    (found,) = matches(grouped([rule]), events)

    assert not isinstance(found, TooSlow)
    assert "/spy\udcff" == found[1].fact
