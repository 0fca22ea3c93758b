"""A stored report comes back as it was, and a hostile one is refused with a sentence."""

import json
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camcheck.errors import OutputError, ReportError
from camcheck.findings import SCHEMA_VERSION
from camcheck.render import html, markdown
from camcheck.render import json as render_json
from camcheck.report import read
from camcheck.report.read import Stored, parse, read_report
from camcheck.report.redact import redact
from camcheck.report.verify import verify
from camcheck.report.write import rendered, storable, write_report
from tests.report.sample import a_clear_report, a_report, an_incomplete_report
from tests.report.strategies import reports

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = [a_report(), a_clear_report(), an_incomplete_report()]


@pytest.mark.parametrize("ending", [".json", ".html"])
@pytest.mark.parametrize("report", SAMPLES)
def test_what_was_written_is_read(tmp_path, report, ending):
    """JSON and page give the same report back, with the digest that was shown."""
    path = str(tmp_path / f"r{ending}")
    digest = write_report(report, path, full=True)
    stored = read_report(path)

    assert report == stored.report
    assert (digest, digest) == (stored.digest, stored.stated_digest)
    if os.name == "posix":
        assert 0o600 == os.stat(path).st_mode & 0o777


def test_without_full_the_file_is_redacted(tmp_path):
    """The private form is the default; --full is the exception."""
    path = str(tmp_path / "r.json")
    write_report(a_report(), path)

    assert redact(a_report()) == read_report(path).report


@settings(max_examples=40, deadline=None)
@given(reports())
def test_any_report_survives_writing_and_reading(report):
    """No text in any field breaks the JSON or the page around it."""
    from_json = parse(render_json.render(report).encode())
    from_page = parse(html.render(report).encode())

    assert from_json.report == from_page.report
    assert from_json.digest == from_page.digest == from_json.stated_digest
    assert render_json.document(from_json.report) == render_json.document(report)


@settings(max_examples=40, deadline=None)
@given(reports(text=st.sampled_from(["a", "b\udcff", "c" * 70_000])))
def test_any_page_that_was_written_verifies(report):
    """Cut texts, odd bytes and the order of gaps are the same on the way out and back."""
    page = rendered(storable(report), "r.html")

    assert verify(parse(page.encode())).intact


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_schema_version_that_ever_was_is_read(path):
    """A report in a drawer stays readable; there is a file of each version in the folder."""
    stored = parse(path.read_bytes())

    assert stored.digest == stored.stated_digest
    assert "hidden-holder" == stored.report.findings[0].check


def test_there_is_a_golden_file_of_the_present_version():
    """Who raises the version adds a file to the folder."""
    assert (GOLDEN / f"schema-{SCHEMA_VERSION}.json").exists()


def document(**changes):
    return {**render_json.document(a_report()), **changes}


def without(key):
    return {name: value for name, value in document().items() if name != key}


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no JSON"),
        (b"[1]", "no camcheck report"),
        (b"{}", "no camcheck report"),
        (b"null", "no camcheck report"),
        (b"\xff\xfe", "no UTF-8"),
        (b"\x00" * 50, "no JSON"),
        (b'{"schema_version": 1, "schema_version": 1}', "twice"),
        (b'{"schema_version": NaN}', "none"),
        (b'{"schema_version": ' + b"9" * 5000 + b"}", "no JSON"),
        (b'{"schema_version": true}', "not int"),
        (b'{"schema_version": 3}', "version 3 is not known"),
        (b'{"schema_version": 0}', "version 0 is not known"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[" + b"[]," * read.MAX_VALUES, "values"),
        (b"<!DOCTYPE html><p>hello", "exactly one"),
        (b"<!DOCTYPE html>" + html.OPENING.encode() * 2, "exactly one"),
        (b"<!DOCTYPE html>" + html.OPENING.encode() + b"{}", "ends before"),
        (b"<!DOCTYPE html>" + html.OPENING.encode() + b"</script>", "no JSON"),
        (json.dumps(document(surprise=1)).encode(), "does not know"),
        (json.dumps(document(findings=None)).encode(), "findings is not a list"),
        (json.dumps(document(findings=[1])).encode(), "findings.0. is not an object"),
        (json.dumps(document(gaps={})).encode(), "gaps is not a list"),
        (json.dumps(document(gaps=["x"])).encode(), "gaps.0. is not an object"),
        (json.dumps(document(snapshot=1)).encode(), "does not know|not an object"),
        (json.dumps(document(digest=5)).encode(), "digest is not str"),
        (json.dumps(without("host")).encode(), "lacks host"),
        (json.dumps(without("camcheck_version")).encode(), "lacks camcheck_version"),
        (markdown.render(a_report()).encode(), "no JSON"),
    ],
)
def test_what_is_no_report_is_refused(data, complaint):
    """Each with one sentence of ours, and nothing of the file in it."""
    with pytest.raises(ReportError, match=complaint):
        parse(data)


def in_order(value, *, turned):
    """The data with the fields of each object in the order in which we write them, or the other."""
    if isinstance(value, dict):
        pairs = [(key, in_order(item, turned=turned)) for key, item in value.items()]
        return dict(reversed(pairs) if turned else pairs)
    return [in_order(item, turned=turned) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_fields_does_not_matter(turned):
    """Neither for what is read nor for the place that a complaint names."""
    data = in_order(render_json.document(a_report()), turned=turned)
    wrong = json.loads(json.dumps(data))
    wrong["processes"][2]["uid"] = "x"

    assert a_report() == parse(json.dumps(data).encode()).report
    with pytest.raises(ReportError, match=r"snapshot\.processes\[2\]\.uid is not int"):
        parse(json.dumps(wrong).encode())


def test_a_file_too_large_is_not_read(tmp_path):
    """A file of gigabytes costs no gigabytes."""
    path = tmp_path / "r.json"
    with path.open("wb") as file:
        file.truncate(4 * 2**30)
    tracemalloc.start()
    try:
        with pytest.raises(ReportError, match="larger than"):
            read_report(str(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 3 * read.MAX_BYTES


def test_the_costliest_file_that_is_allowed_stays_in_memory():
    """As many of the largest small values as the bounds permit: below a gigabyte, and refused."""
    row = b'{"":[]},'
    data = b'{"schema_version":1,"findings":[' + row * (read.MAX_VALUES // 3 - 10) + b"0]}"
    tracemalloc.start()
    try:
        with pytest.raises(ReportError):
            parse(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 700 * 2**20


NAMED_PIPES = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="folders hold no pipes here")


@pytest.mark.parametrize("make", [pytest.param("mkfifo", marks=NAMED_PIPES), "mkdir"])
def test_a_pipe_or_folder_is_no_report_and_makes_nobody_wait(tmp_path, make):
    """Opening a pipe without a writer would wait for ever."""
    getattr(os, make)(tmp_path / "r.json")

    with pytest.raises(ReportError, match=r"no ordinary file|directory"):
        read_report(str(tmp_path / "r.json"))


@pytest.mark.parametrize("name", ["none.json", "a\0b", "x" * 5000])
def test_a_file_that_is_not_there(tmp_path, name):
    """One sentence with the name that was given."""
    with pytest.raises(ReportError, match="could not be read"):
        read_report(str(tmp_path / name))


@pytest.mark.parametrize("name", ["report", "r.txt", "r.html.exe"])
def test_an_ending_that_says_nothing_is_refused(tmp_path, name):
    """Nobody guesses what was meant, and nothing is written."""
    with pytest.raises(OutputError, match="should end in"):
        write_report(a_report(), str(tmp_path / name))
    assert [] == os.listdir(tmp_path)


def outcome(data):
    """The report in ``data`` or the refusal; any other exception goes through."""
    try:
        return parse(data)
    except ReportError as error:
        return error


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_report_with_one_wrong_value_is_read_or_refused(data):
    """Whatever stands in any place of the data: a report, or ReportError, and nothing else."""
    damaged = document()
    place = damaged
    while True:
        key = data.draw(
            st.sampled_from(list(place) if isinstance(place, dict) else range(len(place)))
        )
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(JSON_VALUES)

    assert isinstance(outcome(json.dumps(damaged).encode()), Stored | ReportError)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 3000), st.integers(0, 200))
def test_a_report_with_damaged_bytes_is_read_or_refused(noise, start, length):
    """Bits that fell over on the way end in a sentence, too."""
    whole = render_json.render(a_clear_report()).encode()
    damaged = whole[:start] + noise + whole[start + length :]

    assert isinstance(outcome(damaged), Stored | ReportError)
