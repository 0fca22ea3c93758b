"""Configurations for other programs: well-formed, and they name fields that our events have.

The programs themselves are not to be had here; docs/fleet.md says which was tried with what.
"""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from camcheck.render.json import document
from camcheck.render.ocsf import render
from tests.report.sample import a_report

FLEET = Path(__file__).parents[2] / "docs" / "fleet"


def fields(value, start=""):
    """The paths of all that an event has."""
    for key, item in value.items():
        yield f"{start}{key}"
        if isinstance(item, dict):
            yield from fields(item, f"{start}{key}.")


@pytest.fixture(scope="module")
def events():
    return [json.loads(line) for line in render(a_report()).splitlines()]


def everywhere(events):
    """Fields that each event has."""
    return set.intersection(*(set(fields(event)) for event in events))


def test_wazuh_rules_ask_for_fields_that_are_there(events):
    """Each rule's fields and the words of its description; ids are in the range for own rules."""
    rules = ElementTree.parse(FLEET / "wazuh" / "rules.xml").getroot()
    ElementTree.parse(FLEET / "wazuh" / "ossec-localfile.xml")
    asked = {field.get("name") for field in rules.iter("field")}
    told = set(re.findall(r"\$\(([\w.]+)\)", ElementTree.tostring(rules, "unicode")))

    assert asked | told <= everywhere(events)
    assert all(100_000 <= int(rule.get("id")) <= 120_000 for rule in rules.iter("rule"))


def test_wazuh_rules_match_the_events_that_they_are_for(events):
    """A scan, and a finding of high severity."""
    rules = ElementTree.parse(FLEET / "wazuh" / "rules.xml").getroot()

    def matched(event):
        return [
            rule.get("id")
            for rule in rules.iter("rule")
            if all(fits(event, field) for field in rule.iter("field"))
        ]

    def fits(event, field):
        for part in field.get("name").split("."):
            event = event[part]
        return bool(re.search(field.text, str(event))) != (field.get("negate") == "yes")

    levels = [matched(event) for event in events]
    assert ["110500", "110501"] == levels[0]
    assert ["110500", "110503"] in levels[1:]


@pytest.mark.parametrize("name", ["vector.yaml", "fluent-bit.yaml", "velociraptor.yaml"])
def test_yaml_is_yaml(name):
    """And all of them read the spool of the nightly timer, or have a report made."""
    text = (FLEET / name).read_text()

    assert yaml.safe_load(text)
    assert "/var/spool/camcheck/*.ocsf.json" in text or "execve(" in text


def test_velociraptor_reads_fields_that_are_there():
    """Of the report, and of its stories."""
    report = document(a_report())
    text = (FLEET / "velociraptor.yaml").read_text()
    named = set(re.findall(r"Report\.([a-z_]+)", text))
    told = set(re.findall(r"Story\.([a-z_]+)", text))

    assert named <= set(report)
    assert told <= set(report["answer"]["stories"][0])
    assert len(named | told) > 8
