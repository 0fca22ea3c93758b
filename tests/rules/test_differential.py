"""Our matcher against pySigma and SQLite: two implementations, one answer.

Written-down differences: pySigma's SQLite backend ignores case in ASCII only, compares digits as
numbers, and has no third truth value; so the texts here are ASCII, numbers stand in quotes, and
every field of an event is known. Absent fields are False in both.
"""

import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

from camcheck.signatures.build import read_rules
from camcheck.signatures.expression import predicate
from camcheck.signatures.field import CATEGORIES
from camcheck.signatures.fields_of import PlainEvent
from camcheck.signatures.sigma import parsed

ROOT = Path(__file__).parents[2]
RULES = read_rules(str(ROOT / "rules"))
LOGSOURCE = {"category": "process_creation"}
FIELDS = sorted({field for fields in CATEGORIES.values() for field in fields})


@cache
def database():
    return sqlite3.connect(":memory:")


def by_sqlite(document: dict[str, Any], events: list[dict[str, str]]) -> list[int]:
    """The numbers of the events that pySigma's translation of a rule selects."""
    (query,) = sqliteBackend().convert(SigmaCollection.from_dicts([document]))
    connection = database()
    connection.execute("DROP TABLE IF EXISTS logs")
    # Sigma ignores case; the translation leaves "=" to the table's collation.
    columns = ", ".join(f"{field} COLLATE NOCASE" for field in FIELDS)
    connection.execute(f"CREATE TABLE logs (number, {columns})")
    for number, event in enumerate(events):
        names = ", ".join(["number", *event])
        marks = ", ".join("?" * (len(event) + 1))
        connection.execute(
            f"INSERT INTO logs ({names}) VALUES ({marks})", [number, *event.values()]
        )
    return sorted(row[0] for row in connection.execute(query))


def by_camcheck(document: dict[str, Any], events: list[dict[str, str]]) -> list[int]:
    judge = predicate(parsed(document, origin="x").rule.expression)
    return [n for n, event in enumerate(events) if judge(PlainEvent(None, event)) is True]


def scalar(event: dict[str, Any]) -> dict[str, str]:
    """An event of a rule's tests, as a row of a table can hold it."""
    return {
        field: str(value).lower() if isinstance(value, bool) else str(value)
        for field, value in event.items()
        if not isinstance(value, list)
    }


def without_camcheck(rule) -> dict[str, Any]:
    content = yaml.safe_load((ROOT / "rules" / rule.text.origin).read_text())
    content["detection"] = yaml.safe_load(
        yaml.safe_dump(content["detection"]).replace(": false\n", ": 'false'\n")
        if rule.text.origin.endswith("fake_kernel_thread.yml")
        else yaml.safe_dump(content["detection"])
    )
    return content


def derived(event: dict[str, str]) -> dict[str, str]:
    """The event with what camcheck finds out from its other fields; a table has no such columns."""
    script = PlainEvent(None, event).get("Script")
    return {**event, "Script": script} if isinstance(script, str) else event


def test_all_tests_of_all_rules_have_the_same_answer():
    """Each rule selects the same of its own tests in both."""
    for rule in RULES:
        document = without_camcheck(rule)
        events = [derived(scalar(event)) for event in (*rule.text.matching, *rule.text.near_misses)]

        assert by_sqlite(document, events) == by_camcheck(document, events), rule.text.origin


PIECES = sorted(
    {
        piece
        for rule in RULES
        for event in (*rule.text.matching, *rule.text.near_misses)
        for value in scalar(event).values()
        for piece in value.replace("/", " / ").replace("\\", " \\ ").split(" ")
        if piece.isascii() and piece
    }
)
PROCESS_TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.sampled_from(RULES), st.data())
def test_random_processes_have_the_same_answer(rule, data):
    """Processes pieced together from all rules' tests, changed at random, for a random rule."""
    bases = [scalar(event) for event in (*rule.text.matching, *rule.text.near_misses)]
    events = []
    for base in data.draw(st.lists(st.sampled_from(bases), min_size=1, max_size=6)):
        event = dict(base)
        for field in (
            data.draw(st.lists(st.sampled_from(sorted(event)), max_size=2)) if event else ()
        ):
            old = event[field]
            change = data.draw(st.sampled_from(["replace", "append", "prepend", "cut", "upper"]))
            text = data.draw(PROCESS_TEXTS)
            event[field] = {
                "replace": text,
                "append": old + text,
                "prepend": text + old,
                "cut": old[: len(old) // 2],
                "upper": old.upper(),
            }[change]
        events.append(derived(event))
    document = without_camcheck(rule)

    assert by_sqlite(document, events) == by_camcheck(document, events)


TEXTS = st.text(alphabet="abAB/\\._%-' ", max_size=6)
PATTERNS = st.text(alphabet="abAB/\\._%-'*? ", min_size=1, max_size=6)
MODIFIERS = ["", "|contains", "|startswith", "|endswith", "|contains|all"]
SEARCHES = st.dictionaries(
    st.sampled_from(["Image", "CommandLine"]).flatmap(
        lambda field: st.sampled_from(MODIFIERS).map(lambda modifier: field + modifier)
    ),
    st.lists(PATTERNS, min_size=1, max_size=3),
    min_size=1,
    max_size=2,
)
CONDITIONS = ["a", "a and b", "a or b", "a and not b", "not a", "not (a and b)", "1 of them"]


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    SEARCHES,
    SEARCHES,
    st.sampled_from(CONDITIONS),
    st.lists(
        st.fixed_dictionaries({}, optional={"Image": TEXTS, "CommandLine": TEXTS}), max_size=8
    ),
)
def test_random_rules_have_the_same_answer(a, b, condition, events):
    """Wildcards, escapes, modifiers and conditions, over texts of the same few characters."""
    document = {
        "title": "t",
        "logsource": LOGSOURCE,
        "detection": {"a": a, "b": b, "condition": condition},
    }

    assert by_sqlite(document, events) == by_camcheck(document, events)
