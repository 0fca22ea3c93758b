"""camcheck report, as somebody types it."""

import json
import os
import re

import pytest

from camcheck import cli, scan
from camcheck.report.read import read_report
from camcheck.report.write import write_report
from tests.report.sample import a_report, a_snapshot, an_incomplete_report


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs a command on the machine of the sample; gives its exit code and what it said."""
    for name in ("SUDO_UID", "PKEXEC_UID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(scan, "collect", a_snapshot)
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        with pytest.raises(SystemExit) as exit_:
            cli.main(["report", *arguments])
        said = capsys.readouterr()
        return exit_.value.code, said.out, said.err

    return command


def test_without_a_name_a_page_is_written_and_named(run, tmp_path):
    """It lies in the person's folder; its path and digest are said."""
    code, out, _ = run()
    path = re.search(r"The report is in (.*)", out)[1]
    stored = read_report(path)

    assert str(tmp_path) == os.path.dirname(path)
    assert stored.page is not None
    assert stored.report.redacted
    assert stored.digest in out.replace(" ", "")
    assert stored.report.exit_code == code


def test_the_documents_are_preferred_where_there_are_some(run, tmp_path):
    """People look for a document there."""
    (tmp_path / "Documents").mkdir()
    run()

    assert 1 == len(os.listdir(tmp_path / "Documents"))


def test_under_sudo_the_folder_comes_from_the_system(run, tmp_path, monkeypatch):
    """Not from the variables and settings of the person, which root does not trust."""
    from camcheck import output
    from camcheck.cli import report

    home = output.Caller(os.getuid(), os.getgid(), str(tmp_path / "real"))
    monkeypatch.setattr(output, "calling_user", lambda: home)

    assert str(tmp_path / "real") == os.path.dirname(report._somewhere())


@pytest.mark.parametrize("name", ["r.json", "r.html", "r.md", "r.ocsf.json", "R.HTML"])
def test_the_ending_chooses_the_form(run, tmp_path, name):
    """Each form is written, and none of them holds the user's name."""
    run("-o", name)
    text = (tmp_path / name).read_text("utf-8")

    assert "fontd" in text
    assert "erika" not in text


def test_full_says_so_and_keeps_everything(run, tmp_path):
    """Nobody sends names by accident."""
    _, _, err = run("-o", "r.json", "--full")

    assert "keeps user names" in err
    assert "erika" in (tmp_path / "r.json").read_text()


def test_a_wrong_ending_is_told_before_the_scan(run, tmp_path, monkeypatch):
    """And nothing is written."""
    monkeypatch.setattr(scan, "collect", lambda: pytest.fail("scanned for nothing"))
    code, _, err = run("-o", "r.txt")

    assert 1 == code
    assert "should end in" in err
    assert [] == os.listdir(tmp_path)


def test_show_reads_the_data_and_warns_of_changes(run, tmp_path):
    """A page that was changed is shown as its data says, with a warning."""
    write_report(a_report(), "r.html")
    page = (tmp_path / "r.html").read_text("utf-8")
    (tmp_path / "r.html").write_text(page.replace("One thing needs", "No thing needs"), "utf-8")
    code, out, _ = run("show", "r.html")

    assert 0 == code
    assert "A program watches the camera" in " ".join(out.split())
    assert "CHANGED" in out


def test_verify_tells_by_its_exit_code(run, tmp_path):
    """0 for a report as it was made, 13 for another, 1 for what is no report."""
    digest = write_report(a_report(), "r.json")
    text = (tmp_path / "r.json").read_text()
    (tmp_path / "changed.json").write_text(text.replace("fontd", "fontb"))
    (tmp_path / "none.json").write_text("{}")

    assert 0 == run("verify", "r.json", "--digest", digest[:20])[0]
    assert 13 == run("verify", "r.json", "--digest", "0" * 20)[0]
    assert 13 == run("verify", "changed.json")[0]
    assert (1, "") == run("verify", "none.json")[:2]


def test_diff_tells_what_is_new(run):
    """By exit code and in words."""
    write_report(an_incomplete_report(), "old.json")
    write_report(a_report(), "new.html")
    code, out, _ = run("diff", "old.json", "new.html")

    assert 13 == code
    assert "New findings:\n  - [high] A program watches" in out
    assert 0 == run("diff", "new.html", "new.html")[0]


def test_recheck_runs_the_checks_of_today_over_old_facts(run, tmp_path):
    """What today's checks see in the facts is new, what only the old report said is gone."""
    write_report(an_incomplete_report()._replace(snapshot=a_snapshot()), "old.json")
    code, out, _ = run("recheck", "old.json", "-o", "new.json")
    new = json.loads((tmp_path / "new.json").read_text())

    assert code >= 10
    assert "New findings:" in out
    assert new["redacted"]
    assert "{user-1}" in (tmp_path / "new.json").read_text()


def test_a_hostile_report_does_not_act_on_the_terminal(run):
    """Names with escape sequences are shown, not obeyed, in every command that reads."""
    snapshot = a_snapshot(
        host=a_snapshot().host._replace(release="\x1b]0;x\x07"),
        cameras=(a_snapshot().cameras[0]._replace(name="\x1b[2J\u202e"),),
    )
    write_report(a_report(snapshot=snapshot), "r.json", full=True)
    said = [
        run(*words) for words in (("show", "r.json"), ("verify", "r.json"), ("recheck", "r.json"))
    ]

    assert [] == [out for _, out, _ in said if "\x1b" in out or "\u202e" in out]
