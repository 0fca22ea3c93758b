"""The OCSF file against the published schema of OCSF."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from camcheck.render.ocsf import VERSION, render
from camcheck.report.redact import redact
from tests.report.sample import a_clear_report, a_report, an_incomplete_report
from tests.report.strategies import reports


@pytest.fixture(scope="module")
def validator():
    published = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=VERSION))
    schema = published.get_class_schema("detection_finding", profiles=["host"])
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("report", [a_report(), a_clear_report(), an_incomplete_report()])
@pytest.mark.parametrize("change", [redact, lambda report: report])
def test_every_event_is_valid_against_the_published_schema(validator, report, change):
    """Found, clear and incomplete reports, redacted or not, are what a SIEM expects."""
    events = [json.loads(line) for line in render(change(report)).splitlines()]

    assert 1 + len(report.findings) == len(events)
    assert [] == [error.message for event in events for error in validator.iter_errors(event)]


def test_any_report_is_valid(validator):
    """Whatever the text in it."""

    @settings(max_examples=25, deadline=None)
    @given(reports())
    def check(report):
        events = [json.loads(line) for line in render(report).splitlines()]

        assert [] == [error.message for event in events for error in validator.iter_errors(event)]

    check()


def test_the_first_event_tells_a_clear_machine_from_a_silent_one():
    """Verdict and gaps are in the event about the scan itself."""
    first = json.loads(render(an_incomplete_report()).splitlines()[0])

    assert "incomplete" == first["unmapped"]["verdict"]
    assert ["denied"] == [gap["reason"] for gap in first["unmapped"]["gaps"]]


def test_a_finding_carries_its_process():
    """The SIEM gets program, command line and hash of what the finding is about."""
    event = json.loads(render(a_report()).splitlines()[1])
    process = event["evidences"][0]["process"]

    assert 4 == event["severity_id"]
    assert "fontd" == process["name"]
    assert a_report().snapshot.processes[3].sha256 == process["file"]["hashes"][0]["value"]
    assert a_report().findings[0].fingerprint == event["finding_info"]["uid"]
