"""Questions over a folder of reports: camcheck report query."""

import json
import os
import re
from pathlib import Path

import pytest

from camcheck import cli
from camcheck.errors import ReportError
from camcheck.fleet.add import add
from camcheck.fleet.ask import ask as ask_dataset
from camcheck.fleet.ask import ask_files
from camcheck.fleet.questions import names
from camcheck.fleet.reader import Wanted
from camcheck.report.read import MAX_BYTES, read_report
from camcheck.report.write import write_report
from tests.report.sample import a_clear_report, a_report, a_snapshot, an_incomplete_report

VERSION1 = Path(__file__).parents[1] / "report" / "version1"


@pytest.fixture
def fleet(tmp_path):
    """A folder with three machines, and things beside them that are no reports."""
    folder = tmp_path / "fleet"
    folder.mkdir()
    for name, report in (
        ("watched", a_report()),
        ("clear", a_clear_report()),
        ("half", an_incomplete_report()),
    ):
        host = report.snapshot.host._replace(name=name)
        snapshot = report.snapshot._replace(host=host)
        write_report(report._replace(snapshot=snapshot), str(folder / f"{name}.json"), full=True)
    write_report(a_report(), str(folder / "watched.ocsf.json"))
    return folder


@pytest.fixture(scope="module")
def version1(tmp_path_factory):
    """A data set of the reports of schema version 1, with all names as `report query` has them."""
    into = str(tmp_path_factory.mktemp("version1") / "fleet")
    assert 3 == add([str(VERSION1)], into=into, wanted=Wanted(names=True, processes=True)).new
    return into


def test_machines_by_verdict(fleet):
    """The named question that everybody asks first."""
    answer = ask_files("verdicts", [str(fleet)])

    assert [("alarm", "linux", 1), ("in-use", "linux", 1), ("nobody", "linux", 1)] == answer.rows
    assert () == answer.refused


def test_pages_are_read_and_the_same_report_counts_once(fleet):
    """An HTML page has the data in it; beside the JSON of the same scan it adds nothing."""
    report = read_report(str(fleet / "clear.json")).report
    write_report(report, str(fleet / "again.html"), full=True)
    other = report._replace(snapshot=a_snapshot())
    write_report(other, str(fleet / "other.html"))
    answer = ask_files("SELECT host, redacted FROM machines ORDER BY host", [str(fleet)])

    hosts = [("clear", False), ("half", False), ("other", True), ("watched", False)]
    assert hosts == answer.rows


def test_holders_are_joined_with_their_programs(fleet):
    """SQL over the views: who holds a camera, by which program, on which machine."""
    answer = ask_files("SELECT host, program, via, exe FROM holders ORDER BY program", [str(fleet)])

    assert ("host", "program", "via", "exe") == answer.columns
    assert [("watched", "firefox", "fd"), ("watched", "fontd", "mapping")] == [
        row[:3] for row in answer.rows
    ]


def test_reports_of_version_1_answer_like_those_of_today(tmp_path, capsys):
    """Real files of version 0.1.0, a page among them: who held the camera, and how bad it is."""
    sql = (
        "SELECT m.host, m.schema_version, m.verdict, count(DISTINCT h.program), "
        "max(s.name) FILTER (s.severity = 'critical') FROM machines m JOIN holders h "
        "USING (digest) JOIN stories s USING (digest) GROUP BY ALL ORDER BY ALL"
    )
    code, out, err = ask(capsys, sql, str(VERSION1), "--format", "csv", "--rows", "0")

    assert (0, "") == (code, err)
    assert [
        "linux,1,alarm,5,profiled",
        "macos,1,alarm,1,softwareupdate",
        "windows,1,alarm,2,Client",
    ] == out.splitlines()[1:]


@pytest.mark.parametrize("name", names())
def test_version_1_from_files_and_from_a_data_set_is_the_same(version1, name):
    """report query, and fleet add with fleet ask."""
    assert ask_files(name, [str(VERSION1)]) == ask_dataset(name, version1)


@pytest.mark.parametrize("name", names())
def test_each_named_question_can_be_asked(fleet, name):
    """None of them is broken, and each says what can be harmless."""
    answer = ask_files(name, [str(fleet)])

    assert answer.columns
    assert answer.harmless


def test_the_rules_behind_findings(fleet):
    """Findings by rule, with the number of machines."""
    rows = ask_files("rules", [str(fleet)]).rows

    assert {("camcheck-linux-0001", "high", 1), ("camera-in-use", "info", 1)} == set(rows)


def test_what_is_no_report_is_left_out_and_counted(fleet):
    """A damaged file among thousands does not spoil the answer, and does not vanish either."""
    (fleet / "broken.json").write_text('{"schema_version": 1')
    (fleet / "other.json").write_text("[1, 2]")
    (fleet / "wrong.json").write_text('{"schema_version": "x", "findings": 7}')
    (fleet / "*.json").write_text("{}")
    os.mkfifo(fleet / "pipe.json")
    with (fleet / "huge.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    answer = ask_files("SELECT count(*) FROM machines", [str(fleet)])

    assert [(3,)] == answer.rows
    left = {os.path.basename(one.path): one.reason for one in answer.refused}
    names = {"broken.json", "other.json", "wrong.json", "*.json", "pipe.json", "huge.json"}
    assert names == set(left)
    assert "larger than 32 MB" in left["huge.json"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY machines TO '{folder}/copy.csv'",
        "ATTACH '{folder}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '1TB'",
    ],
)
def test_a_question_reaches_nothing_but_the_reports(fleet, sql):
    """SQL from a web page does not read, write or load anything else."""
    with pytest.raises(ReportError, match=r"DuckDB says|Only one SELECT"):
        ask_files(sql.format(folder=fleet), [str(fleet)])


@pytest.mark.parametrize(
    ("question", "files", "complaint"),
    [
        ("SELEKT 1", ["{fleet}"], "DuckDB says"),
        ("verdict", ["{fleet}"], "Did you mean verdicts"),
        ("SELECT * FROM holder", ["{fleet}"], "no table holder. Did you mean holders"),
        ("SELECT programm FROM holders", ["{fleet}"], "no column programm. Did you mean program"),
        ("verdicts", ["{empty}"], "no .json or .html report"),
    ],
)
def test_errors_are_sentences(fleet, tmp_path, question, files, complaint):
    """SQL that is none, files that are not there, a folder without reports."""
    (tmp_path / "empty").mkdir()
    names = [name.format(fleet=fleet, empty=tmp_path / "empty") for name in files]

    with pytest.raises(ReportError, match=complaint):
        ask_files(question, names)


def test_memory_is_bounded(fleet):
    """A question that needs more than it may have ends in a sentence."""
    greedy = "SELECT list(a.range || b.range) FROM range(3000) a, range(3000) b"

    with pytest.raises(ReportError, match=r"[Mm]emory"):
        ask_files(greedy, [str(fleet)], memory="64MB")


def ask(capsys, *arguments):
    with pytest.raises(SystemExit) as exit_:
        cli.main(["report", "query", *arguments])
    said = capsys.readouterr()
    return exit_.value.code, said.out, said.err


def test_the_command_shows_a_table(fleet, capsys):
    """Aligned, and what the machines wrote cannot act."""
    hostile = a_report(snapshot=a_snapshot(host=a_snapshot().host._replace(name="=\x1b[2J")))
    write_report(hostile, str(fleet / "x.json"), full=True)
    code, out, _ = ask(capsys, "SELECT host, verdict FROM machines ORDER BY host", str(fleet))

    assert 0 == code
    assert re.search(r"^host +verdict\n", out)
    assert re.search(r"^=\\x1b\[2J +alarm$", out, re.MULTILINE)
    assert "\x1b" not in out


def test_the_command_writes_for_spreadsheets_and_programs(fleet, capsys, tmp_path):
    """A cell that a spreadsheet would run is made text; JSON keeps numbers."""
    sql = "SELECT '=cmd()' AS cell, findings FROM machines WHERE host = 'watched'"
    _, as_csv, _ = ask(capsys, sql, str(fleet), "--format", "csv")
    ask(capsys, sql, str(fleet), "--format", "json", "-o", str(tmp_path / "a.json"))

    assert "cell,findings\n'=cmd(),2\n" == as_csv.replace("\r\n", "\n")
    assert [{"cell": "=cmd()", "findings": 2}] == json.loads((tmp_path / "a.json").read_text())


def test_a_slow_question_draws_nothing_into_its_answer(fleet):
    """DuckDB's bar of progress goes to standard output, where the answer goes."""
    sql = "SELECT current_setting('enable_progress_bar')"

    assert [(False,)] == ask_files(sql, [str(fleet)]).rows


def test_without_duckdb_the_command_tells_how_to_get_it(fleet, capsys, monkeypatch):
    """It is an optional part."""
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    code, _, err = ask(capsys, "verdicts", str(fleet))

    assert 1 == code
    assert "camcheck[fleet]" in err


def test_help_names_the_questions(capsys):
    """Nobody has to know SQL for the ordinary ones."""
    out = ask(capsys, "--help")[1]

    assert [] == [name for name in names() if name not in out]


def test_files_that_are_no_reports_change_the_exit_code(fleet, capsys):
    """Whoever reads the code alone learns that the answer is not about all."""
    (fleet / "broken.html").write_text("<!doctype html>")
    code, out, err = ask(capsys, "verdicts", str(fleet))

    assert 3 == code
    assert "nobody" in out
    assert "broken.html" in err
    assert 3 == ask(capsys, "verdicts", str(fleet / "none.json"))[0]
