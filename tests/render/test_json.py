"""The JSON of a report: valid, against its schema, and the same facts when read back."""

import json
import runpy
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from camcheck.answer.judge import answer
from camcheck.errors import ReportError
from camcheck.findings import SCHEMA_VERSION, Finding, Report
from camcheck.model import Camera, Gap, Snapshot
from camcheck.render import json as render_json
from camcheck.serial import MAX_TEXT, from_plain, to_plain
from tests.report.sample import a_camera, a_report
from tests.report.strategies import reports, values

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def test_the_schema_in_the_documentation_is_that_of_the_model():
    """A field that is added to the model is in the published schema, or this test says so."""
    script = runpy.run_path(str(ROOT / "scripts" / "report_schema.py"))

    assert script["schema"]() == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@settings(max_examples=60, deadline=None)
@given(reports())
def test_any_report_is_valid_json_of_its_schema(report):
    """Whatever the text in it, the output is ASCII, strict JSON, and what the schema promises."""
    text = render_json.render(report)
    text.encode("ascii")
    data = json.loads(text)

    VALIDATOR.validate(data)
    json.dumps(data, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("kind", [Camera, Finding, Gap, Snapshot, Report])
def test_plain_data_gives_the_same_value_back(kind):
    """Nothing is lost on the way to plain data and back, times and enums included."""

    @settings(max_examples=30, deadline=None)
    @given(values(kind))
    def check(value):
        once = from_plain(kind, to_plain(value))

        assert to_plain(value) == to_plain(once)
        assert once == from_plain(kind, to_plain(once))

    check()


def test_a_byte_that_is_no_utf8_becomes_a_visible_escape():
    """A lone surrogate would make the JSON unreadable for strict readers."""
    name = b"cam\xff".decode("utf-8", "surrogateescape")

    assert "cam\\udcff" == to_plain(a_camera(name=name))["name"]


def test_text_without_end_is_bounded():
    """What is written can be read again: text is cut to the reader's bound, and says so."""
    text = to_plain("x" * 3 * MAX_TEXT)

    assert len(text) <= MAX_TEXT
    assert "characters left out" in text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": 1}, "name is not str"),
        ({"name": None}, "name is not str"),
        ({"bus": "moon"}, "bus is none of usb"),
        ({"surprise": 1}, "does not know"),
        ({"nodes": {}}, "nodes is not a list"),
        ({"nodes": [{"path": "/dev/video0", "kind": "capture", "device": [81]}]}, "2 items"),
        ({"nodes": [{"path": "/dev/video0", "kind": "capture", "device": [81, True]}]}, "not int"),
        ({"nodes": [{"path": "/dev/video0", "kind": "capture", "device": [81, 2**63]}]}, "64 bits"),
        ({"nodes": [[]]}, r"nodes\[0\] is not an object"),
        ({"name": "x" * (MAX_TEXT + 1)}, "longer than"),
    ],
)
def test_data_of_another_shape_is_refused_by_name(change, complaint):
    """The reader names the place, and never repeats the value."""
    data = {**to_plain(a_camera()), **change}

    with pytest.raises(ReportError, match=complaint):
        from_plain(Camera, data)


def test_a_missing_field_without_a_default_is_refused():
    """A camera without an id is no camera."""
    data = to_plain(a_camera())
    del data["id"]

    with pytest.raises(ReportError, match="lacks id"):
        from_plain(Camera, data)


@pytest.mark.parametrize(
    "time",
    [
        "2026-01-01T00:00:00",
        "yesterday",
        5,
        "9" * 400,
        None,
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_time_without_zone_is_refused(time):
    """A time that could be any of 24 is not a fact."""
    data = {**to_plain(a_report().snapshot), "started_at": time}

    with pytest.raises(ReportError, match="started_at is not"):
        from_plain(Snapshot, data)


def test_what_is_not_a_fact_has_no_plain_form():
    """Bytes, floats and sets never slip into a report by accident."""
    with pytest.raises(TypeError, match="bytes"):
        to_plain(b"x")


def test_the_promised_keys_are_there():
    """The keys that other programs rely on (docs/report-format.md)."""
    data = json.loads(render_json.render(a_report()))

    assert SCHEMA_VERSION == data["schema_version"]
    assert "linux" == data["platform"]
    assert "alarm" == data["verdict"] == data["answer"]["kind"]
    assert data["answer"]["complete"] is False
    assert answer(a_report()).sentence == data["answer"]["sentence"]
    assert ["fontd", "Firefox"] == [story["name"] for story in data["answer"]["stories"]]
    assert data["findings"][0]["fingerprint"] in data["answer"]["stories"][0]["findings"]
    assert {"camera", "pid", "started", "via", "node"} <= data["holders"][0].keys()
    assert {"fact", "subject", "reason", "detail", "origin"} == data["gaps"][0].keys()
    assert "checks" == data["gaps"][-1]["origin"]
    assert data["findings"][0]["fingerprint"].startswith("hidden-holder/")
    assert data["started_at"].endswith("Z")


def test_the_digest_depends_on_content_and_not_on_layout():
    """The same content in another order has the same digest, any other content another one."""
    data = render_json.document(a_report())
    shuffled = dict(reversed(data.items()))

    assert data["digest"] == render_json.digest(shuffled)
    assert data["digest"] != render_json.digest({**data, "verdict": "clear"})
