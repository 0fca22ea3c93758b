"""Sigma values and modifiers."""

import time
from typing import Any

import pytest

from camcheck.signatures.expression import UNKNOWN
from camcheck.signatures.pattern import SigmaError
from tests.signatures.builders import a_document, a_rule, truth

SAYS = [
    ("equality ignores case", {"Image": "/Bin/X"}, "/bin/x", True),
    ("equality is of the whole value", {"Image": "/bin/x"}, "/bin/xy", False),
    ("a star stands for any text", {"Image": "/bin/*x"}, "/bin/a/b/x", True),
    ("a question mark stands for one character", {"Image": "/bin/?"}, "/bin/xy", False),
    ("an escaped star is a star", {"Image": r"a\*"}, "ab", False),
    ("an escaped star finds a star", {"Image": r"a\*"}, "a*", True),
    ("a lone backslash is a backslash", {"Image": r"C:\x"}, r"c:\x", True),
    ("two backslashes and a star are a backslash and a star", {"Image": r"C:\\*"}, r"C:\x", True),
    ("a backslash at the end is a backslash", {"Image|endswith": "\\"}, "C:\\", True),
    ("contains", {"Image|contains": "b"}, "abc", True),
    ("contains with a star inside", {"Image|contains": "a*c"}, "xxabbcxx", True),
    ("contains with a star inside, wrong order", {"Image|contains": "a*c"}, "ca", False),
    ("startswith", {"Image|startswith": "a"}, "ba", False),
    ("startswith with a wildcard", {"Image|startswith": "/home/*/."}, "/home/ana/.x/y", True),
    ("endswith", {"Image|endswith": "/x"}, "/a/x", True),
    ("endswith with a wildcard", {"Image|endswith": "/py*3"}, "/bin/python3", True),
    ("the last piece counts at the end", {"Image": "*a*a"}, "xaxab", False),
    ("one of many values", {"Image": ["a", "b"]}, "b", True),
    ("all of many values", {"Image|contains|all": ["a", "b"]}, "a", False),
    ("all of many values, there", {"Image|contains|all": ["a", "b"]}, "ba", True),
    ("cased", {"Image|cased": "A"}, "a", False),
    ("cased part", {"Image|contains|cased": "A"}, "bAb", True),
    ("a dash of any kind", {"Image|contains|windash": " -enc"}, "p /enc x", True),
    ("a dash inside a word is itself", {"Image|contains|windash": "a-b"}, "a/b", False),
    ("a number as text", {"Image": 42}, "42", True),
    ("greater", {"Image|gt": 5}, "6", True),
    ("not greater", {"Image|gt": 5}, "5", False),
    ("greater or equal", {"Image|gte": 5}, "5", True),
    ("less", {"Image|lt": 5}, "4.5", True),
    ("less or equal, no number", {"Image|lte": 5}, "x", False),
    ("network", {"Image|cidr": "10.0.0.0/8"}, "10.1.2.3", True),
    ("network, no address", {"Image|cidr": "10.0.0.0/8"}, "ten", False),
    ("regular expression is cased and unanchored", {"Image|re": "B.D"}, "aBcDe", True),
    ("regular expression, other case", {"Image|re": "B.D"}, "abcde", False),
    ("regular expression without case", {"Image|re|i": "B.D"}, "abcde", True),
    ("exists", {"Image|exists": True}, "x", True),
    ("does not exist", {"Image|exists": False}, "x", False),
    ("null is absence", {"Image": None}, "x", False),
    ("not equal", {"Image|neq": "x"}, "y", True),
    ("letters outside ASCII ignore case, too", {"Image": "/Ä"}, "/ä", True),
]


@pytest.mark.parametrize(("what", "selection", "value", "expected"), SAYS)
def test_value_is_understood(what: str, selection: Any, value: str, expected: bool) -> None:
    """A Sigma value means what the specification says."""
    assert expected == truth(selection, Image=value), what


def test_absent_field_is_equal_to_nothing() -> None:
    """An absent field differs from any text, and exists is false for it."""
    assert truth({"Image": "x"}) is False
    assert truth({"Image": None}) is True
    assert truth({"Image|exists": False}) is True


@pytest.mark.parametrize(
    "selection",
    [{"Image": "x"}, {"Image|neq": "x"}, {"Image": None}, {"Image|exists": True}, {"Image|gt": 1}],
)
def test_unknown_field_is_neither_true_nor_false(selection: Any) -> None:
    """A field that could not be read says nothing, negated or not."""
    assert truth(selection, Image=UNKNOWN) is None


def test_one_known_value_of_several_suffices_for_true_but_not_for_false() -> None:
    """A list with an unknown element can be true, and is unknown otherwise."""
    assert truth({"AncestorImage|endswith": "/cron"}, AncestorImage=["/bin/cron", "x"]) is True
    rule = {"AncestorImage|endswith": "/cron"}
    from camcheck.signatures.expression import predicate
    from camcheck.signatures.fields_of import PlainEvent

    judge = predicate(a_rule(a_document(selection=rule)).rule.expression)
    event = PlainEvent(None, {})
    event._known["AncestorImage"] = ("/bin/sh", UNKNOWN)

    assert judge(event) is None


@pytest.mark.parametrize(
    ("selection", "word"),
    [
        ({"Image|base64offset": "x"}, "base64offset"),
        ({"Image|expand": "%x%"}, "expand"),
        ({"LogonId": "x"}, "LogonId"),
        ({"Image": []}, "empty"),
        ({"Image": {"a": 1}}, "neither text nor number"),
        ({"Image|re": "("}, "does not compile"),
        ({"Image|cidr": "x"}, "network"),
        ({"Image|gt": "x"}, "number"),
        ({"Image|exists": "x"}, "true or false"),
        (["keyword"], "keywords"),
        ("keyword", "keywords"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(selection: Any, word: str) -> None:
    """Nothing in a rule is silently left out."""
    with pytest.raises(SigmaError, match=word):
        truth(selection)


def test_many_wildcards_take_linear_time() -> None:
    """A pattern of stars cannot stop a scan, however the text is made."""
    started = time.process_time()

    assert truth({"Image": "*a" * 30 + "b"}, Image="a" * 20_000) is False
    assert time.process_time() - started < 1
