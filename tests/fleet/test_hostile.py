"""A data set among people who mean harm, clocks that are wrong, and disks that are full."""

import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from camcheck.errors import ReportError
from camcheck.fleet.add import add
from camcheck.fleet.ask import ask
from camcheck.fleet.questions import names
from tests.fleet.made import small_fleet


@pytest.fixture
def reports(tmp_path):
    small_fleet(tmp_path / "reports", machines=30, days=2)
    return tmp_path / "reports"


@pytest.fixture
def into(tmp_path, reports):
    add([str(reports)], into=str(tmp_path / "fleet"))
    return str(tmp_path / "fleet")


def count(into):
    return ask("SELECT count(*) FROM machines", into).rows[0][0]


@pytest.mark.parametrize("explain", ["EXPLAIN", "EXPLAIN ANALYZE"])
def test_an_explanation_cannot_write_either(into, explain):
    """With ANALYZE, DuckDB carries out what it explains."""
    evil = Path(into, "evil.parquet")
    with pytest.raises(ReportError, match="Only one SELECT"):
        ask(f"{explain} COPY (SELECT 1) TO '{evil}'", into)
    assert not evil.exists()


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE machines; --",
        "verdicts; DROP VIEW machines",
        "../../questions/verdicts",
        "SELECT * FROM read_blob('/proc/self/environ')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_text('{into}/../reports/desk-0000-0.json')",
        "SELECT * FROM query('COPY machines TO ''{into}/x''')",
    ],
)
def test_what_is_no_question_is_a_sentence(into, text):
    """And what is in the data set stays."""
    with pytest.raises(ReportError) as told:
        ask(text.format(into=into), into)
    assert "\n" not in str(told.value)
    assert 60 == count(into)


@pytest.mark.parametrize(
    "commit",
    [
        '["../../evil.parquet"]',
        '["table=machines/day=2026-11-01/../../../../evil.parquet"]',
        '["table=other/day=2026-11-01/evil.parquet"]',
        '{"evil.parquet": 1}',
        "[7]",
        "null",
        "{",
    ],
)
def test_a_data_set_from_a_stranger_moves_nothing_else(tmp_path, into, commit):
    """What looks like an interrupted part is moved on only into the folders of tables."""
    staged = Path(into, "_staging", "x")
    staged.mkdir()
    (staged / "commit.json").write_text(commit)
    for folder in (staged, Path(into), tmp_path):
        (folder / "evil.parquet").write_text("evil")
    with pytest.raises(ReportError, match="not written by camcheck"):
        ask("verdicts", into)
    assert {"reports", "fleet", "evil.parquet"} == {path.name for path in tmp_path.iterdir()}
    assert not (tmp_path.parent / "evil.parquet").exists()


def test_a_link_among_the_parts_is_left_alone(tmp_path, into):
    """Neither followed nor emptied."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "file").write_text("mine")
    Path(into, "_staging", "x").symlink_to(other)

    assert 60 == count(into)
    assert "mine" == (other / "file").read_text()


def test_links_among_the_reports(tmp_path, reports):
    """To a report: that report. To anything else: named, not told what is in it, not waited for."""
    folder = tmp_path / "links"
    folder.mkdir()
    for name, target in {
        "same": reports / "desk-0000-0.json",
        "secret": "/etc/passwd",
        "endless": "/dev/zero",
        "nowhere": "/nowhere",
    }.items():
        (folder / f"{name}.json").symlink_to(target)
    (folder / "above").symlink_to(tmp_path)
    added = add([str(folder)], into=str(tmp_path / "of-links"))

    assert (1, 3) == (added.new, len(added.refused))
    assert "root:" not in repr(added.refused)


def test_forgotten_days_leave_no_error(into):
    """As docs/fleet.md says to forget them: the folders of the tables stay."""
    for day in Path(into).glob("table=uses/day=*"):
        shutil.rmtree(day)
    assert [] == ask("odd-hours", into).rows
    for day in Path(into).glob("table=*/day=*"):
        shutil.rmtree(day)
    assert all([] == ask(name, into).rows for name in names())


def test_forgotten_days_come_back_with_their_reports(reports, into):
    for day in Path(into).glob("table=*/day=*"):
        shutil.rmtree(day)

    assert 60 == add([str(reports)], into=into).new


def test_a_damaged_file_of_the_data_set_is_a_sentence(reports, into):
    """For who asks and for who adds."""
    Path(into, "table=machines", "day=2026-11-01", "x.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(ReportError, match=r"x\.parquet"):
        ask("verdicts", into)
    with pytest.raises(ReportError, match=r"x\.parquet"):
        add([str(reports)], into=into)


def test_a_full_disk_leaves_the_old_state(tmp_path, reports, into):
    """No file may grow beyond 1 kB: one sentence, and what was there before."""
    small_fleet(tmp_path / "more", machines=40, days=3)
    command = [sys.executable, "-m", "camcheck", "fleet", "add", str(tmp_path / "more")]
    result = subprocess.run(
        [*command, "--into", into],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == result.returncode
    assert "Traceback" not in result.stderr
    assert 60 == count(into)
    assert 60 == add([str(tmp_path / "more")], into=into).new


def written(folder, report, **changes):
    """A report with something else in its data; returns the path."""
    document = json.loads(report.read_text())
    document.update(changes)
    path = folder / f"changed-{len(list(folder.iterdir()))}.json"
    path.write_text(json.dumps(document))
    return str(path)


@pytest.mark.parametrize("when", ["0002-01-01T00:00:00Z", "9998-12-31T23:59:59Z"])
def test_one_wrong_clock_does_not_move_the_present(tmp_path, reports, into, when):
    """Of one machine among thirty: what was asked about the others stays the answer."""
    ranked = ("new-programs", "rare-starts", "silent-machines", "attention")
    before = {name: ask(name, into).rows for name in ranked}
    verdicts = sum(row[-1] for row in ask("verdicts", into).rows)
    document = json.loads((reports / "desk-0007-1.json").read_text())
    add([written(tmp_path, reports / "desk-0007-1.json", started_at=when)], into=into)

    assert "desk-0007" == document["host"]["name"]
    for name in ranked:
        others = [row for row in ask(name, into).rows if "desk-0007" not in row]
        assert before[name] == others, name
    assert verdicts == sum(row[-1] for row in ask("verdicts", into).rows)


def test_a_report_of_the_future_does_not_hide_what_was_found_since(tmp_path, reports, into):
    """Whose clock was wrong once is judged by its reports of now."""
    found = {
        "check": "known-bad", "severity": "high", "confidence": "high", "title": "Found",
        "explanation": "x", "evidence": [], "remediation": [],
        "subject": {"programs": ["/usr/bin/x"]}, "fingerprint": "x",
    }  # fmt: skip
    report = reports / "desk-0007-1.json"
    add([written(tmp_path, report, started_at="2099-01-01T00:00:00Z")], into=into)
    add([written(tmp_path, report, findings=[found])], into=into)

    assert ["desk-0007"] == [row[0] for row in ask("attention", into).rows]
