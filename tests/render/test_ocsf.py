"""The OCSF file against the published schema of OCSF."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from camcheck.answer.judge import answer
from camcheck.render.ocsf import VERSION, render
from camcheck.report.redact import redact
from tests.browser.situations import past
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


def test_the_first_event_is_the_answer():
    """Its message is the sentence; kind, gaps and stories are beside it, so that a machine on
    which nothing was found differs from one that was not looked at."""
    first = json.loads(render(an_incomplete_report()).splitlines()[0])
    given = answer(an_incomplete_report())

    assert given.sentence == first["message"]
    assert given.kind == first["unmapped"]["verdict"]
    assert given.sentence == first["unmapped"]["answer"]["sentence"]
    assert first["unmapped"]["answer"]["complete"] is False
    assert ["denied"] == [gap["reason"] for gap in first["unmapped"]["gaps"]]


def test_what_the_monitor_saw_counts():
    """The severity of the scan is that of its stories, those of the past as well."""
    first = json.loads(render(past()).splitlines()[0])

    assert (4, "alarm") == (first["severity_id"], first["unmapped"]["verdict"])


def test_each_finding_names_its_story():
    """So that a SIEM can put together what is about one program."""
    scan, *events = map(json.loads, render(a_report()).splitlines())
    stories = {one["id"]: one for one in scan["unmapped"]["answer"]["stories"]}

    for event in events:
        (home,) = event["unmapped"]["stories"]
        assert event["finding_info"]["uid"] in stories[home["id"]]["findings"]
        assert home["name"] == stories[home["id"]]["name"]


def test_a_finding_carries_its_process():
    """The SIEM gets program, command line and hash of what the finding is about."""
    event = json.loads(render(a_report()).splitlines()[1])
    process = event["evidences"][0]["process"]

    assert 4 == event["severity_id"]
    assert "fontd" == process["name"]
    assert a_report().snapshot.processes[3].sha256 == process["file"]["hashes"][0]["value"]
    assert a_report().findings[0].fingerprint == event["finding_info"]["uid"]
