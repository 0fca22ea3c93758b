"""camcheck report, as somebody types it."""

import json
import os
import re
import subprocess

import pytest

from camcheck import __version__, cli, scan
from camcheck.answer.judge import answer
from camcheck.report.read import read_report
from camcheck.report.write import write_report
from tests.report.need import need
from tests.report.sample import a_report, a_snapshot, an_incomplete_report
from tests.systems import of_unix


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Runs a command on the machine of the sample; gives its exit code and what it said."""
    for name in ("SUDO_UID", "PKEXEC_UID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(scan, "collect", lambda **_: a_snapshot())
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        with pytest.raises(SystemExit) as exit_:
            cli.main(["report", *arguments])
        said = capsys.readouterr()
        return exit_.value.code, said.out, said.err

    return command


@of_unix("HOME is the person's folder")
def test_without_a_name_a_page_is_written_and_named(run, tmp_path):
    """It lies in the person's folder; its path and digest are said."""
    code, out, _ = run()
    path = re.search(r"The report is in (.*)", out)[1]
    stored = read_report(path)

    assert str(tmp_path) == os.path.dirname(path)
    assert stored.page is not None
    assert stored.report.redacted
    assert stored.digest in out.replace(" ", "")
    assert answer(stored.report).exit_code == code


@of_unix("HOME is the person's folder")
def test_the_documents_are_preferred_where_there_are_some(run, tmp_path):
    """People look for a document there."""
    (tmp_path / "Documents").mkdir()
    run()

    assert 1 == len(os.listdir(tmp_path / "Documents"))


@of_unix("sudo")
def test_under_sudo_the_folder_comes_from_the_system(run, tmp_path, monkeypatch):
    """Not from the variables and settings of the person, which root does not trust."""
    from camcheck import output
    from camcheck.cli import folders

    home = output.Caller(os.getuid(), os.getgid(), str(tmp_path / "real"))
    monkeypatch.setattr(folders, "calling_user", lambda: home)

    assert str(tmp_path / "real") == os.path.dirname(folders.report_path())


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
    monkeypatch.setattr(scan, "collect", lambda **_: pytest.fail("scanned for nothing"))
    code, _, err = run("-o", "r.txt")

    assert 2 == code
    assert "should end in" in err
    assert [] == os.listdir(tmp_path)


def test_show_reads_the_data_and_warns_of_changes(run, tmp_path):
    """A page that was changed is shown as its data says, with a warning."""
    write_report(a_report(camcheck_version=__version__), "r.html")
    page = (tmp_path / "r.html").read_text("utf-8")
    changed = page.replace("</body>", "<p>Nothing needs you.</p></body>")
    (tmp_path / "r.html").write_text(changed, "utf-8")
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


RULE = """
title: A program called fontd holds a camera
id: 3f6d3c1e-8c1c-4f7e-9d3a-0d3f5c1b2a77
status: test
description: For this test.
author: somebody
date: 2026-01-01
logsource: {product: linux, category: process_creation}
detection:
    program: {Image|endswith: /fontd}
    condition: program
level: high
"""


def test_recheck_takes_rules_of_today(run, tmp_path):
    """A rule written after the scan finds its program in the facts; what it cannot ask is a gap."""
    write_report(an_incomplete_report()._replace(snapshot=a_snapshot()), "old.json")
    (tmp_path / "new.yml").write_text(RULE)
    code, _, _ = run("recheck", "old.json", "--rules", "new.yml", "-o", "new.json")
    data = json.loads((tmp_path / "new.json").read_text())

    assert 13 == code
    assert "A program called fontd holds a camera" in str(data["findings"])
    assert "files and registry of that computer" in [gap["subject"] for gap in data["gaps"]]


def test_a_hostile_report_does_not_act_on_the_terminal(run):
    """Names with escape sequences are shown, not obeyed, in every command that reads."""
    snapshot = a_snapshot(
        host=a_snapshot().host._replace(release="\x1b]0;x\x07"),
        cameras=(a_snapshot().cameras[0]._replace(name="\x1b[2J\u202e"),),
    )
    findings = tuple(
        one._replace(title="\x1b[2Jb", explanation="\u202ec", remediation=("\x1b[2Ja",))
        for one in a_report().findings
    )
    write_report(a_report(snapshot=snapshot, findings=findings), "r.json", full=True)
    said = [
        run(*words) for words in (("show", "r.json"), ("verify", "r.json"), ("recheck", "r.json"))
    ]

    assert [] == [out for _, out, _ in said if "\x1b" in out or "\u202e" in out]


@pytest.fixture
def keys(tmp_path):
    """Two ssh keys, and a list of signers in which only the first one stands."""
    keygen = need("ssh-keygen", package="openssh-client")
    for name in ("ours", "theirs"):
        words = [keygen, "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name]
        subprocess.run(words, check=True)
    public = (tmp_path / "ours.pub").read_text()
    (tmp_path / "signers").write_text(f"erika@example.org {public}")
    return tmp_path


def test_a_signature_tells_who_made_it(run, keys):
    """Made by the one key that is allowed, over the very bytes of the file."""
    run("-o", "r.html", "--sign", str(keys / "ours"))
    code, out, _ = run("verify", "r.html", "--signers", "signers")

    assert 0 == code
    assert "Signed by erika@example.org." in out
    assert 0o600 == os.stat("r.html.sig").st_mode & 0o777


def test_a_signature_of_somebody_else_does_not_count(run, keys):
    """Neither another key, nor ours over a file that was changed, nor none at all."""
    run("-o", "r.json", "--sign", str(keys / "theirs"))
    foreign = run("verify", "r.json", "--signers", "signers")
    run("-o", "r.json", "--sign", str(keys / "ours"))
    with open("r.json", "a") as file:
        file.write(" ")
    changed = run("verify", "r.json", "--signers", "signers")
    os.unlink("r.json.sig")
    missing = run("verify", "r.json", "--signers", "signers")

    assert 13 == foreign[0]
    assert "NOT signed" in foreign[1]
    assert 13 == changed[0]
    assert 1 == missing[0]


def test_a_key_that_is_none_is_a_sentence(run, keys):
    """The report is there, the signature is not, and that is said."""
    code, _, err = run("-o", "r.json", "--sign", "signers")

    assert 1 == code
    assert "not signed" in err
    assert os.path.exists("r.json")
