"""Reports of real scans of a real driver, given to somebody who has nothing but the file."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from camcheck.render.ocsf import VERSION
from camcheck.report.compare import compare
from camcheck.report.read import parse
from camcheck.report.verify import verify
from camcheck.scan import judge

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
MACHINES = ("clear", "found", "incomplete")
KINDS = {"clear": {"nobody"}, "found": {"look", "alarm"}, "incomplete": {"in-use"}}
"""The answer that each machine should have: bob cannot see who films."""


@pytest.fixture(scope="module")
def answer(lab: Callable[..., Any]) -> Any:
    """What the guest wrote; one boot for all tests here."""
    return lab("report_files")


def files(answer: Any, machine: str) -> dict[str, str]:
    said = answer["reports"][machine]
    assert len(said["files"]) == 4, said["said"]
    return dict(said["files"])


@pytest.mark.parametrize("machine", MACHINES)
def test_the_json_is_valid_against_its_schema(answer: Any, machine: str) -> None:
    """What a real machine says fits what is published, in the verdict that it should have."""
    data = json.loads(files(answer, machine)[".json"])
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(data)

    assert data["verdict"] in KINDS[machine]


@pytest.mark.parametrize("machine", MACHINES)
def test_the_events_are_valid_against_the_published_schema(answer: Any, machine: str) -> None:
    """Every line is a Detection Finding of OCSF."""
    published = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=VERSION))
    schema = published.get_class_schema("detection_finding", profiles=["host"])
    validator = jsonschema.Draft202012Validator(schema)
    events = [json.loads(line) for line in files(answer, machine)[".ocsf.json"].splitlines()]

    assert [] == [error.message for event in events for error in validator.iter_errors(event)]
    assert events[0]["unmapped"]["verdict"] in KINDS[machine]


@pytest.mark.parametrize("machine", MACHINES)
def test_the_page_is_intact_and_names_nobody(answer: Any, machine: str) -> None:
    """The digest that was shown in the guest fits, and no form holds the people's names."""
    said = answer["reports"][machine]["said"]
    shown = re.search(r"((?:[0-9a-f]{4} ){15}[0-9a-f]{4})", said)
    assert shown
    texts = files(answer, machine)

    assert verify(parse(texts[".html"].encode()), read_out=shown[1]).intact
    assert [] == [
        (ending, name)
        for ending, text in texts.items()
        for name in ("alice", "mallory", "LAB0001")
        if name in text
    ]


def test_the_technician_finds_the_hidden_program(answer: Any) -> None:
    """From the page alone: who it is, how it holds the camera, where it lies, and what to do."""
    report = parse(files(answer, "found")[".html"].encode()).report
    finding = next(item for item in report.findings if item.severity.rank > 0)
    holder = next(item for item in report.snapshot.holders if item.pid == answer["pid"])
    program = next(item for item in report.snapshot.processes if item.id == holder.process)
    page = files(answer, "found")[".html"].partition("<script")[0]

    assert "mapping" == holder.via
    assert program.exe is not None
    assert re.fullmatch(r"/tmp/home-\{user-\d\}/\.cache/\.fontd/fontd", program.exe)
    assert program.exe in page
    assert finding.title.replace("'", "&#39;") in page
    assert finding.remediation
    assert finding.technician
    assert f"fontd (process {answer['pid']})" in page
    assert "has its pictures mapped into memory" in page


def test_a_recheck_far_away_comes_to_the_same_answer(answer: Any) -> None:
    """Today's checks over the stored facts, without the machine: nothing new, nothing lost."""
    report = parse(files(answer, "found")[".json"].encode()).report
    again = judge(report.snapshot)._replace(redacted=True)
    comparison = compare(report, again)

    assert ((), (), ()) == (comparison.appeared, comparison.gone, comparison.changed)


def test_the_two_machines_differ_in_the_hidden_program(answer: Any) -> None:
    """A report from before tells what came since."""
    before, after = (
        parse(files(answer, machine)[".json"].encode()).report for machine in ("clear", "found")
    )

    assert compare(before, after).exit_code > 10
    assert 0 == compare(after, before).exit_code
