"""Rule conditions with three truth values: true, false, and None for not known."""

from collections.abc import Callable

from camcheck.signatures.rule import Expression
from camcheck.typed import Any, Protocol

Truth = bool | None


class Unknown:
    """The value of a field that could not be read; there is one, `UNKNOWN`."""


UNKNOWN = Unknown()
REGEX_SECONDS = 0.1


class TooSlowError(Exception):
    """A regular expression that takes longer than `REGEX_SECONDS` on one value."""


Value = str | tuple[str | Unknown, ...] | None


class Event(Protocol):
    """Fields by their Sigma names; None when really absent, `UNKNOWN` when not read."""

    def get(self, field: str) -> Value | Unknown: ...

    def lowered(self, field: str) -> Value | Unknown: ...


Predicate = Callable[[Event], Truth]
Test = Callable[[str], bool]


def predicate(expression: Expression) -> Predicate:
    """The expression as a function of an event."""
    kind = expression[0]
    if kind == "&":
        return _conjunction([predicate(part) for part in expression[1:]])
    if kind == "|":
        return _disjunction([predicate(part) for part in expression[1:]])
    if kind == "!":
        return _negation(predicate(expression[1]))
    return _leaf(expression)


def _conjunction(parts: list[Predicate]) -> Predicate:
    def all_of(event: Event) -> Truth:
        unknown = False
        for part in parts:
            truth = part(event)
            if truth is False:
                return False
            unknown |= truth is None
        return None if unknown else True

    return all_of


def _disjunction(parts: list[Predicate]) -> Predicate:
    def any_of(event: Event) -> Truth:
        unknown = False
        for part in parts:
            truth = part(event)
            if truth:
                return True
            unknown |= truth is None
        return None if unknown else False

    return any_of


def _negation(part: Predicate) -> Predicate:
    def none_of(event: Event) -> Truth:
        truth = part(event)
        return None if truth is None else not truth

    return none_of


def _leaf(leaf: Expression) -> Predicate:
    kind, field = leaf[0], leaf[1]
    if kind == "exists":
        return _existence(field, wanted=leaf[2])
    test = _TESTS[kind](*leaf[2:])
    cased = kind.isupper() or kind in _CASED

    def of_field(event: Event) -> Truth:
        value = event.get(field) if cased else event.lowered(field)
        if value is None:
            return False
        if isinstance(value, Unknown):
            return None
        return test(value) if isinstance(value, str) else _one_of(test, value)

    return of_field


def _one_of(test: Test, values: tuple[str | Unknown, ...]) -> Truth:
    if any(test(value) for value in values if isinstance(value, str)):
        return True
    return None if UNKNOWN in values else False


def _existence(field: str, *, wanted: bool) -> Predicate:
    def is_there(event: Event) -> Truth:
        value = event.get(field)
        return None if value is UNKNOWN else (value is not None) is wanted

    return is_there


def _equals(values: tuple[str, ...]) -> Test:
    wanted = frozenset(values)
    return lambda text: text in wanted


def _contains(values: tuple[str, ...]) -> Test:
    return lambda text: any(value in text for value in values)


def _starts(values: tuple[str, ...]) -> Test:
    return lambda text: text.startswith(values)


def _ends(values: tuple[str, ...]) -> Test:
    return lambda text: text.endswith(values)


def _regex(source: str, flags: int) -> Test:
    """Compiled when there is a text for it: most rules are decided before."""
    search: Callable[[str], object] | None = None

    def matches(text: str) -> bool:
        nonlocal search
        if search is None:
            import re

            search = re.compile(source, flags).search
        return search(text) is not None

    return matches


def _limited_regex(source: str, flags: int) -> Test:
    """A regular expression of somebody else's, with a time limit.

    The flags of `re` and of the regex library that matter here have the same values.
    """
    import regex

    search = regex.compile(source, flags).search

    def matches(text: str) -> bool:
        try:
            return search(text, timeout=REGEX_SECONDS) is not None
        except TimeoutError:
            raise TooSlowError(source) from None

    return matches


def _network(network: str) -> Test:
    import ipaddress

    wanted = ipaddress.ip_network(network)

    def is_inside(text: str) -> bool:
        try:
            return ipaddress.ip_address(text) in wanted
        except ValueError:
            return False

    return is_inside


def _number(compare: str, bound: float) -> Test:
    import operator

    compares = getattr(operator, compare)

    def holds(text: str) -> bool:
        try:
            return bool(compares(float(text), bound))
        except ValueError:
            return False

    return holds


_TESTS: dict[str, Callable[..., Test]] = {
    "eq": _equals,
    "in": _contains,
    "pre": _starts,
    "suf": _ends,
    "EQ": _equals,
    "IN": _contains,
    "PRE": _starts,
    "SUF": _ends,
    "rx": _regex,
    "RX": _regex,
    "re": _limited_regex,
    "cidr": _network,
    "num": _number,
}
_CASED = frozenset({"re", "cidr", "num"})


def reasons(expression: Expression, event: Event) -> list[tuple[str, Any]]:
    """The fields that made an expression true, each with its value, in the rule's order."""
    kind = expression[0]
    if kind == "!" or predicate(expression)(event) is not True:
        return []
    if kind in "&|":
        found = [pair for part in expression[1:] for pair in reasons(part, event)]
        return list(dict.fromkeys(found))
    return [(expression[1], event.get(expression[1]))]
