"""Reports become a data set: each once, whole or not at all, whatever lies beside them."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from camcheck import cli
from camcheck.errors import ReportError
from camcheck.fleet import reader
from camcheck.fleet.add import add
from camcheck.fleet.ask import ask
from camcheck.fleet.dataset import Dataset
from camcheck.fleet.reader import Wanted
from camcheck.fleet.schema import TABLES
from camcheck.report.write import write_report
from tests.fleet.kill import killed
from tests.fleet.made import small_fleet
from tests.report.sample import a_process, a_report, a_snapshot

VERSION1 = Path(__file__).parents[1] / "report" / "version1"


@pytest.fixture
def reports(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    small_fleet(folder, machines=20, days=3)
    return folder


@pytest.fixture
def into(tmp_path):
    return str(tmp_path / "fleet")


def rows(sql, into):
    return ask(sql, into).rows


def contents(into):
    """Every row of every table, sorted."""
    return {table: sorted(map(repr, rows(f"SELECT * FROM {table}", into))) for table in TABLES}


def test_reports_become_tables_by_day(reports, into):
    """Hive's layout: a folder for each table, in it one for each day."""
    added = add([str(reports)], into=into)

    assert (60, 0, (), 0) == added
    assert [(60,)] == rows("SELECT count(*) FROM machines", into)
    days = {path.name for path in Path(into).glob("table=cameras/*")}
    assert {"day=2026-11-01", "day=2026-11-02", "day=2026-11-03"} == days


def test_the_same_report_is_there_once(reports, into):
    """Added twice, under two names, and as a page: one set of rows."""
    add([str(reports)], into=into)
    before = contents(into)
    shutil.copy(reports / "desk-0003-1.json", reports / "copy.json")
    again = add([str(reports), str(reports)], into=into)

    assert (0, 61, (), 0) == again
    assert before == contents(into)


def test_two_copies_in_one_run_are_one(reports, into):
    """Also when neither was there before."""
    shutil.copy(reports / "desk-0003-1.json", reports / "copy.json")

    assert 60 == add([str(reports)], into=into).new


def test_what_was_added_is_not_read_again(reports, into, monkeypatch):
    """Looked up a few at a time, by name, size and time; who changed a file has it read."""
    odd = os.path.join(os.fsencode(reports), b"odd\xff.json")
    (reports / "desk-0003-1.json").rename(os.fsdecode(odd))
    add([str(reports)], into=into)
    for path in (*map(os.fsencode, reports.glob("desk-*.json")), odd):
        told = os.stat(path)
        Path(os.fsdecode(path)).write_bytes(b"x" * told.st_size)
        os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    os.utime(reports / "desk-0007-1.json")
    small_fleet(reports, machines=22, days=1)
    os.utime(reports / "desk-0001-0.json", ns=(1, 1))
    monkeypatch.setattr("camcheck.fleet.add.LOOKED_UP", 7)
    again = add([str(reports)], into=into, part=5)

    assert 2 == again.new
    assert ["desk-0007-1.json"] == [os.path.basename(one.path) for one in again.refused]


@pytest.mark.parametrize("name", ["linux.json", "linux.html", "windows.json", "macos.json"])
def test_reports_of_version_1_have_stories(into, name):
    """They were written without; the stories are judged when they are added."""
    add([str(VERSION1 / name)], into=into)

    assert [] != rows("SELECT * FROM stories", into)
    assert [(1,)] == rows("SELECT schema_version FROM machines", into)


def test_stories_are_judged_and_not_believed(tmp_path, into):
    """A file that calls its own story harmless is not asked for it; the changed file is marked."""
    write_report(a_report(), str(tmp_path / "a.json"), full=True)
    document = json.loads((tmp_path / "a.json").read_text())
    document["answer"]["stories"] = []
    (tmp_path / "a.json").write_text(json.dumps(document))
    add([str(tmp_path / "a.json")], into=into)

    assert ("fontd", "high") in rows("SELECT name, severity FROM stories", into)
    assert [(False,)] == rows("SELECT intact FROM machines", into)


def test_what_is_no_report_is_named_and_the_others_are_added(reports, into, capsys):
    """Broken, hostile and foreign files; the exit code says that something was left out."""
    (reports / "broken.json").write_text('{"schema_version": 2')
    (reports / "deep.json").write_text("[" * 200_000)
    (reports / "page.html").write_text("<!doctype html><p>nothing")
    os.mkfifo(reports / "pipe.json")
    (reports / "notes.txt").write_text("no ending of a report")
    with pytest.raises(SystemExit) as exit_:
        cli.main(["fleet", "add", str(reports), "--into", into])
    said = capsys.readouterr()

    assert 3 == exit_.value.code
    assert "60 reports were added" in said.out
    for name in ("broken.json", "deep.json", "page.html", "pipe.json"):
        assert name in said.err
    assert "notes.txt" not in said.err


def test_of_many_that_are_no_reports_some_are_named(tmp_path, into, monkeypatch, capsys):
    """And all are counted: their names must not fill the memory."""
    monkeypatch.setattr("camcheck.fleet.add.NAMED", 25)
    for number in range(150):
        (tmp_path / f"{number}.json").write_text("{")
    with pytest.raises(SystemExit):
        cli.main(["fleet", "add", str(tmp_path), "--into", into])
    said = capsys.readouterr().err

    assert 20 == said.count("is no JSON")
    assert "... and 130 more.\n150 of the files are no reports" in said


def test_many_files_are_read_by_processes_of_their_own(reports, into, tmp_path, monkeypatch):
    """The answer is the same as by one process."""
    add([str(reports)], into=str(tmp_path / "one"))
    monkeypatch.setattr(reader, "_FEW", 1)
    monkeypatch.setattr(reader, "_FILES", 7)
    (reports / "broken.json").write_text("{")
    added = add([str(reports)], into=into, part=25)

    assert (60, 1) == (added.new, len(added.refused))
    assert contents(str(tmp_path / "one")) == contents(into)


def test_an_ended_reader_is_told_and_what_was_added_stays(reports, into, monkeypatch):
    """A process that reads can be killed by the system when memory is short."""
    monkeypatch.setattr(reader, "_FEW", 1)
    add([str(reports / "desk-0001-1.json")], into=into)
    monkeypatch.setattr(sys, "executable", shutil.which("true"))

    with pytest.raises(ReportError, match="was ended"):
        add([str(reports)], into=into)
    assert [(1,)] == rows("SELECT count(*) FROM machines", into)


def test_names_of_personal_programs_are_tokens(tmp_path, into):
    """A program in somebody's folder of which nothing was found is nobody's business; the one
    that was found keeps its name, and so does software of the system."""
    own = a_process(pid=77, name="diary", exe="/home/erika/bin/diary", package=None)
    snapshot = a_snapshot(processes=(*a_snapshot().processes, own))
    holder = snapshot.holders[0]._replace(pid=77, started=own.started)
    report = a_report(snapshot=snapshot._replace(holders=(*snapshot.holders, holder)))
    write_report(report, str(tmp_path / "a.json"), full=True)
    add([str(tmp_path / "a.json")], into=into, wanted=Wanted(processes=True))
    add([str(tmp_path / "a.json")], into=f"{into}-named", wanted=Wanted(names=True))
    text = "".join(repr(contents(into)[table]) for table in TABLES)

    assert "diary" not in text
    assert "fontd" in text
    assert "/usr/lib/firefox/firefox" in text
    (token,) = [row[0] for row in rows("SELECT program FROM holders WHERE pid = 77", into)]
    assert token.startswith("~/personal-")
    assert ("diary",) in rows("SELECT program FROM holders", f"{into}-named")


def test_all_programs_only_when_asked_for(tmp_path, into):
    write_report(a_report(), str(tmp_path / "a.json"))
    add([str(tmp_path / "a.json")], into=into)
    add([str(tmp_path / "a.json")], into=f"{into}-all", wanted=Wanted(processes=True))

    assert [] == rows("SELECT * FROM processes", into)
    assert 4 == len(rows("SELECT * FROM processes", f"{into}-all"))


def test_text_that_engines_stumble_over(tmp_path, into):
    """A NUL, half a surrogate and a quote in a host's name."""
    host = a_snapshot().host._replace(name="a\0b\udcff'\"")
    write_report(a_report(snapshot=a_snapshot(host=host)), str(tmp_path / "a.json"), full=True)
    add([str(tmp_path / "a.json")], into=into)

    assert [("a\\x00b\\udcff'\"",)] == rows("SELECT host FROM machines", into)


def test_one_adds_at_a_time(reports, into):
    add([str(reports)], into=into)
    with Dataset(into).adding(), pytest.raises(ReportError, match="just now"):
        add([str(reports)], into=into)


@pytest.mark.parametrize("sql", ["COPY machines TO '{into}/x.csv'", "SELECT 1; SELECT 2"])
def test_asking_changes_nothing(reports, into, sql):
    add([str(reports)], into=into)
    with pytest.raises(ReportError, match="Only one SELECT"):
        ask(sql.format(into=into), into)


def test_asking_reads_nothing_else(reports, into):
    add([str(reports)], into=into)
    with pytest.raises(ReportError, match="Permission"):
        ask("SELECT * FROM read_text('/etc/hostname')", into)


def test_what_is_no_data_set_is_left_alone(reports, tmp_path):
    """A folder with other things in it is not written into, and one that is not there not made."""
    with pytest.raises(ReportError, match="name a new folder"):
        add([str(reports)], into=str(reports))
    with pytest.raises(ReportError, match="no data set"):
        ask("verdicts", str(tmp_path / "none"))
    (reports / "_camcheck.json").write_text('{"schema": 99}')
    with pytest.raises(ReportError, match="version 99"):
        ask("verdicts", str(reports))


class _PowerCut(BaseException):
    """Nothing after it is done."""


@pytest.mark.parametrize("moves", range(0, 19, 2))
def test_a_crash_leaves_the_old_state_or_the_new(reports, into, monkeypatch, moves):
    """Ended at any renaming: the whole part is there for the next who asks, or nothing of it."""
    add([str(reports / "desk-0001-1.json")], into=into)
    before, real, left = contents(into), os.replace, [moves]

    def replace(source, target):
        if not left[0]:
            raise _PowerCut
        left[0] -= 1
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(_PowerCut):
        add([str(reports)], into=into)
    monkeypatch.undo()
    asked = contents(into)
    add([str(reports)], into=into)
    after = contents(into)

    assert asked in (before, after)
    assert (asked == before) == (moves == 0)
    assert 60 == len(after["machines"])
    assert [] == os.listdir(os.path.join(into, "_staging"))


def test_an_interrupted_part_is_finished_by_those_who_may(reports, into):
    """Who may only read is told whom to ask."""
    add([str(reports)], into=into)
    staged = Path(into, "_staging", "x")
    staged.mkdir()
    (staged / "commit.json").write_text("[]")
    assert [(60,)] == rows("SELECT count(*) FROM machines", into)
    assert not staged.exists()


@pytest.mark.whole_run("adds and kills twenty times")
def test_kill_while_adding():
    """Killed at moments all over its run, ten times: nothing is there twice, and nothing lost.

    ``python -m tests.fleet.kill 200`` does it 200 times.
    """
    result = killed(times=10, machines=20)

    assert (0, 0) == (result.twice, result.lost)
