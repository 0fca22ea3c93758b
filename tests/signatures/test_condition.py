"""Sigma's condition language."""

import itertools

import pytest

from camcheck.signatures.expression import UNKNOWN, Truth, predicate
from camcheck.signatures.fields_of import PlainEvent
from camcheck.signatures.pattern import SigmaError
from tests.signatures.builders import a_document, a_rule

DETECTIONS = {
    "a": {"Image": "yes"},
    "b1": {"CommandLine": "yes"},
    "b2": {"User": "yes"},
    "_c": {"Unit": "yes"},
}


def judged(condition: str, values: tuple[object, ...]) -> Truth:
    rule = a_rule(a_document(condition, **DETECTIONS))
    fields = dict(zip(("Image", "CommandLine", "User", "Unit"), values, strict=True))
    return predicate(rule.rule.expression)(PlainEvent(None, fields))


@pytest.mark.parametrize(
    ("condition", "python"),
    [
        ("a and b1 or b2", "a and b1 or b2"),
        ("a or b1 and b2", "a or b1 and b2"),
        ("not a and b1", "not a and b1"),
        ("not (a or b1)", "not (a or b1)"),
        ("not not a", "a"),
        ("1 of b*", "b1 or b2"),
        ("any of b*", "b1 or b2"),
        ("all of b*", "b1 and b2"),
        ("all of them", "a and b1 and b2"),
        ("1 of them", "a or b1 or b2"),
        ("a AND NOT 1 of b?", "a and not (b1 or b2)"),
    ],
)
def test_condition_means_what_python_means(condition: str, python: str) -> None:
    """Precedence and groups, over all combinations of true and false."""
    for a, b1, b2 in itertools.product((True, False), repeat=3):
        values = ("yes" if a else "no", "yes" if b1 else "no", "yes" if b2 else "no", "no")

        assert bool(eval(python)) is judged(condition, values), (a, b1, b2)


def test_unknown_decides_nothing_that_depends_on_it() -> None:
    """Kleene's logic: true or unknown is true, false and unknown is false, all else is unknown."""
    unknown = (UNKNOWN, "yes", "no", "no")

    assert judged("a or b1", unknown) is True
    assert judged("a and b2", unknown) is False
    assert judged("a or b2", unknown) is None
    assert judged("a and b1", unknown) is None
    assert judged("b1 and not a", unknown) is None
    assert judged("not (a and b2)", unknown) is True


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "a and",
        "(a",
        "a)",
        "a b1",
        "x",
        "1 of x*",
        "a | count() > 1",
        "near a",
        "a §",
        "(" * 5_000 + "a",
        "not " * 5_000 + "a",
    ],
)
def test_condition_that_cannot_be_read_is_refused(condition: str) -> None:
    """A refusal, never a crash and never a guess."""
    with pytest.raises(SigmaError):
        a_rule(a_document(condition, **DETECTIONS))


def test_several_conditions_are_alternatives() -> None:
    """A list of conditions means one of them, as in the specification."""
    document = a_document("x", **DETECTIONS)
    document["detection"]["condition"] = ["a and b1", "b2"]
    rule = a_rule(document)

    assert predicate(rule.rule.expression)(PlainEvent(None, {"User": "yes"})) is True
