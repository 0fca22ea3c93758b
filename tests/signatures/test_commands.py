"""camcheck rules, and camcheck scan with rules of the user."""

import json
import os
import subprocess
import sys

import pytest

MAIN = [sys.executable, "-c", "from camcheck.cli import main; main()"]
RULE = """
title: The interpreter of this test
id: 6a1bb7b0-0000-4000-8000-000000000001
author: Eve Example
logsource:
    category: process_creation
detection:
    selection:
        CommandLine|contains: a-word-of-this-test
    condition: selection
level: low
camcheck:
    tests:
        match:
            - CommandLine: x a-word-of-this-test
        no_match:
            - CommandLine: x
            - CommandLine: a-word
"""


def run(*arguments):
    done = subprocess.run([*MAIN, *arguments], capture_output=True, text=True, timeout=120)
    assert done.stdout or done.returncode == 2, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def feed(tmp_path):
    folder = tmp_path / "feed"
    folder.mkdir(mode=0o755)
    (folder / "mine.yml").write_text(RULE)
    (folder / "mine.yml").chmod(0o644)
    return folder


@pytest.fixture
def marked():
    """A process that the rule of these tests is about."""
    code = "import sys; sys.stdin.read()  # a-word-of-this-test"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        yield process
        process.stdin.close()


def test_list_shows_every_rule_and_the_version():
    """One line a rule, and the totals."""
    code, out, _ = run("rules", "list")

    assert 0 == code
    assert "linux/malware/mokes_path.yml" in out
    assert " rules, " in out.splitlines()[-1]


def test_show_tells_what_a_rule_is_about_and_who_says_so():
    """Description, author, references and tests; an unknown rule is wrong usage."""
    code, out, _ = run("rules", "show", "mokes_path")

    assert 0 == code
    for word in ("camcheck contributors", "https://", "Mokes", "profiled"):
        assert word in out
    assert 2 == run("rules", "show", "no-such-rule")[0]


def test_builtin_rules_pass_their_tests():
    """The command runs what each rule carries."""
    code, out, _ = run("rules", "test")

    assert 0 == code
    assert out.endswith(" rules tested, 0 failures.\n")


def test_failing_rule_is_named(feed):
    """A rule that does not do what its tests say is told, and the code is 1."""
    (feed / "mine.yml").write_text(RULE.replace("x a-word-of-this-test", "something else"))

    code, out, _ = run("rules", "test", str(feed))

    assert 1 == code
    assert "does not match" in out


def test_coverage_names_every_program():
    """The table of ATT&CK, with its source."""
    code, out, _ = run("rules", "coverage")

    assert 0 == code
    assert "S0334" in out
    assert "The MITRE Corporation" in out


def test_check_explains_with_file_and_line(feed):
    """What is wrong, where; what is right is counted."""
    good = run("rules", "check", str(feed))
    (feed / "bad.yml").write_text(RULE.replace("CommandLine|contains", "Nonsense"))

    code, out, _ = run("rules", "check", str(feed))

    assert 0 == good[0]
    assert 1 == code
    assert "bad.yml:9: field 'Nonsense'" in " ".join(out.split())
    assert "1 rules" in out


def test_check_shows_hostile_text_escaped(feed):
    """A rule cannot send control sequences to the terminal."""
    (feed / "bad.yml").write_text(RULE.replace("level: low", 'level: "\\e[31mred"'))

    _, out, _ = run("rules", "check", str(feed))

    assert "bad.yml" in out
    assert "\x1b" not in out


def test_scan_finds_what_a_rule_of_the_user_is_about(feed, marked):
    """The finding names the rule's author and file; without the rule there is none."""
    code, out, _ = run("scan", "--format", "json", "--rules", str(feed))
    plain = run("scan", "--format", "json")[1]

    report = json.loads(out)
    found = [one for one in report["findings"] if one["check"] == "known-bad"]
    mine = [one for one in found if one["signature"]["author"] == "Eve Example"]
    assert 1 == len(mine)
    assert str(feed) in mine[0]["explanation"]
    assert code >= 11
    assert "Eve Example" not in plain
    assert json.loads(plain)["rules_version"] == report["rules_version"].partition("+")[0]


def test_scan_tells_which_rules_it_did_not_use(feed):
    """A refused rule is a gap of the report, so that its silence means nothing."""
    (feed / "bad.yml").write_text("title: [")

    _, out, _ = run("scan", "--format", "json", "--rules", str(feed))

    gaps = [gap for gap in json.loads(out)["gaps"] if gap["fact"] == "signatures"]
    assert any("bad.yml" in gap["subject"] for gap in gaps)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="process names of POSIX systems")
def test_scan_runs_yara_rules_over_all_programs_when_asked(feed, marked):
    """With --yara-all a running program is found by what its file holds."""
    pytest.importorskip("yara_x", reason="the extra camcheck[yara] is not installed")
    rule = 'rule python { meta: author = "Yve" strings: $a = "Py_BytesMain" condition: $a }'
    (feed / "p.yar").write_text(rule)
    (feed / "p.yar").chmod(0o644)

    _, out, errors = run("scan", "--format", "json", "--rules", str(feed), "--yara-all")
    _, holders, _ = run("scan", "--format", "json", "--rules", str(feed))

    authors = {
        one["signature"]["author"] for one in json.loads(out)["findings"] if one.get("signature")
    }
    assert "Yve" in authors, errors
    assert '"Yve"' not in holders
