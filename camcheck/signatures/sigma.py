"""Sigma documents, understood: a mapping from YAML becomes a rule that can be matched."""

import datetime
from typing import Any

from camcheck.fact import NamedTuple
from camcheck.signatures.condition import condition
from camcheck.signatures.field import ALIASES, CATEGORIES, PRODUCTS
from camcheck.signatures.pattern import SigmaError, leaf
from camcheck.signatures.rule import Expression, Lookups, ParsedRule, Rule, RuleText

LEVELS = ("informational", "low", "medium", "high", "critical")
STATUSES = ("stable", "test", "experimental")
VERDICTS = ("malware", "monitoring", "dual-use", "suspicious", "external")
CONFIDENCES = ("low", "medium", "high")
Document = dict[str, Any]


def parsed(document: Any, *, origin: str) -> ParsedRule:
    """Understand one document. Raises `SigmaError` that says which part cannot be used, and why."""
    if not isinstance(document, dict):
        raise SigmaError("a rule has to be a mapping")
    companion = companion_of(document)
    if companion is not None:
        raise SigmaError(_COMPANIONS[companion.kind], companion.kind)
    for key, kind in (("title", str), ("logsource", dict), ("detection", dict)):
        if not isinstance(document.get(key), kind):
            raise SigmaError(f"{key!r} is missing or of the wrong kind", key)
    block = document.get("camcheck", {})
    if not isinstance(block, dict):
        raise SigmaError("'camcheck' has to be a mapping", "camcheck")
    category, product = _source(document["logsource"])
    rule_id = str(document.get("id") or document["title"])
    rule = Rule(
        rule_id,
        _one_of(document, "level", LEVELS, "medium"),
        _one_of(document, "status", (*STATUSES, "deprecated", "unsupported"), "test"),
        _one_of(block, "verdict", VERDICTS, "external"),
        _one_of(block, "confidence", CONFIDENCES, "medium"),
        _expression(document["detection"], category),
    )
    if rule.status in ("deprecated", "unsupported"):
        raise SigmaError(f"its author marked the rule as {rule.status}", "status")
    text = _text(document, block, rule, category=category, product=product, origin=origin)
    lookups = block.get("lookups") or {}
    if not isinstance(lookups, dict) or set(lookups) - {"files", "registry"}:
        raise SigmaError("'lookups' takes 'files' and 'registry'", "camcheck", "lookups")
    wanted = Lookups(_strings(lookups, "files"), _strings(lookups, "registry"))
    return ParsedRule(category, product, rule, text, wanted)


class Companion(NamedTuple):
    """A document about other rules: a correlation counts their matches, a filter takes some away.

    ``rules`` are the ids or names of those rules; ``beside`` tells that they stand for themselves
    as well (Sigma's ``generate: true``).
    """

    kind: str
    rules: tuple[str, ...]
    beside: bool


_COMPANIONS = {
    "correlation": "it is a correlation of rules over time, and camcheck sees one moment",
    "filter": "it is a filter of other rules, which camcheck does not apply",
}


def companion_of(document: Any) -> Companion | None:
    """What a document says about other rules; None for an ordinary rule."""
    for kind in _COMPANIONS if isinstance(document, dict) else ():
        block = document.get(kind)
        if block is None:
            continue
        about = block if isinstance(block, dict) else {}
        rules = about.get("rules") or ()
        rules = (rules,) if isinstance(rules, str) else rules
        named = tuple(map(str, rules)) if isinstance(rules, list | tuple) else ()
        beside = True in (document.get("generate"), about.get("generate"))
        return Companion(kind, named, beside and kind == "correlation")
    return None


def _one_of(document: Document, key: str, words: tuple[str, ...], default: str) -> str:
    word = document.get(key, default)
    if word not in words:
        raise SigmaError(f"{key!r} is {word!r}; it takes {', '.join(words)}", key)
    return str(word)


def _source(logsource: Document) -> tuple[str, str]:
    category = logsource.get("category")
    category = ALIASES.get(str(category), category)
    if category is None:
        what = ", ".join(f"{key} {value}" for key, value in logsource.items()) or "nothing"
        raise SigmaError(f"its logsource has no category (it names {what})", "logsource")
    if category not in CATEGORIES:
        known = ", ".join(CATEGORIES)
        raise SigmaError(f"category {category!r} cannot be looked up ({known} can)", "logsource")
    product = logsource.get("product", "any")
    if product != "any" and product not in PRODUCTS:
        raise SigmaError(f"product {product!r} is not a system that camcheck knows", "logsource")
    return str(category), str(product)


def _expression(detection: Document, category: str) -> Expression:
    conditions = detection.get("condition")
    if isinstance(conditions, list) and conditions:
        conditions = " or ".join(f"({one})" for one in conditions)
    if not isinstance(conditions, str):
        raise SigmaError("the detection has no condition", "detection")
    if "timeframe" in detection:
        raise SigmaError("'timeframe' is not supported: camcheck sees one moment", "detection")
    searches = {
        name: _search(name, search, category)
        for name, search in detection.items()
        if name != "condition"
    }
    try:
        return condition(conditions, searches)
    except SigmaError as error:
        raise SigmaError(str(error), "detection", "condition") from None


def _search(name: str, search: Any, category: str) -> Expression:
    if isinstance(search, dict) and search:
        parts = [_field(name, key, value, category) for key, value in search.items()]
        return parts[0] if len(parts) == 1 else ("&", *parts)
    if isinstance(search, list) and search and all(isinstance(one, dict) for one in search):
        parts = [_search(name, one, category) for one in search]
        return parts[0] if len(parts) == 1 else ("|", *parts)
    raise SigmaError(
        "it has to be a mapping of fields or a list of such; keywords without a field are not "
        "supported",
        "detection",
        name,
    )


def _field(name: str, key: Any, value: Any, category: str) -> Expression:
    field, *modifiers = str(key).split("|")
    if field not in CATEGORIES[category]:
        raise SigmaError(f"field {field!r} is not known for {category}", "detection", name, key)
    try:
        return leaf(field, modifiers, value)
    except SigmaError as error:
        raise SigmaError(str(error), "detection", name, key) from None


def _text(
    document: Document, block: Document, rule: Rule, *, category: str, product: str, origin: str
) -> RuleText:
    tests = block.get("tests") or {}
    if not isinstance(tests, dict):
        raise SigmaError("'tests' takes 'match' and 'no_match'", "camcheck", "tests")
    date = document.get("modified") or document.get("date") or ""
    return RuleText(
        id=rule.id,
        title=str(document["title"]),
        description=str(document.get("description", "")).strip(),
        author=str(document.get("author", "unknown author")),
        origin=origin,
        family=str(block.get("family", "")),
        date=date.isoformat() if isinstance(date, datetime.date) else str(date),
        product=product,
        category=category,
        evidence=str(block.get("evidence", "")),
        references=_strings(document, "references"),
        falsepositives=_strings(document, "falsepositives"),
        tags=_strings(document, "tags"),
        matching=_events(tests, "match"),
        near_misses=_events(tests, "no_match"),
    )


def _strings(document: Document, key: str) -> tuple[str, ...]:
    value = document.get(key) or ()
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise SigmaError(f"{key!r} has to be a list of texts", key)
    return tuple(value)


def _events(tests: Document, key: str) -> tuple[Document, ...]:
    events = tests.get(key) or []
    if not isinstance(events, list) or not all(isinstance(one, dict) for one in events):
        raise SigmaError(f"{key!r} has to be a list of events", "camcheck", "tests")
    return tuple(events)
