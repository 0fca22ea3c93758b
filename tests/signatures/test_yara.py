"""YARA rules of the user, run in a process of their own."""

import sys

import pytest

from camcheck.model import Fact
from camcheck.signatures.yara import compiled_rules, yara_artifacts

pytest.importorskip("yara_x", reason="the extra camcheck[yara] is not installed")

MARKED = 'rule marked { meta: author = "Eve" strings: $a = "camcheck-mark" condition: $a }'


@pytest.fixture
def files(tmp_path):
    (tmp_path / "marked").write_bytes(b"\x7fELF camcheck-mark")
    (tmp_path / "plain").write_bytes(b"\x7fELF nothing")
    return [str(tmp_path / "marked"), str(tmp_path / "plain")]


def test_marked_file_is_found_and_progress_is_told(files):
    """The rule's name, author and origin come back for the one file that it matches."""
    told = []

    found, gaps = yara_artifacts(
        [("/rules/m.yar", MARKED)], files, progress=lambda done, of: told.append((done, of))
    )

    assert [(files[0], "marked", "Eve", "/rules/m.yar")] == [
        (one.path, one.value, one.author, one.origin) for one in found
    ]
    assert () == gaps
    assert [(1, 2), (2, 2)] == told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('include "/etc/passwd"\nrule a { condition: true }', "include"),
        ("rule a { condition: nonsense }", "nonsense"),
        ("", ""),
    ],
)
def test_bad_source_is_a_gap_and_the_others_are_used(files, text, why):
    """Includes read other files and are refused; so is what does not compile."""
    found, gaps = yara_artifacts(
        [("/rules/m.yar", MARKED), ("/rules/bad.yar", text)], files, progress=lambda *_: None
    )

    assert 1 == len(found)
    assert (1 if text else 0) == len(gaps)
    assert all(gap.fact is Fact.SIGNATURES and "bad.yar" in gap.subject for gap in gaps)


def test_console_of_a_rule_is_silent(files, capfd):
    """A rule cannot write to the terminal or into the answers of the child."""
    text = 'import "console"\nrule talk { condition: console.log("{\\"rule\\": 1}") }'

    yara_artifacts([("/rules/t.yar", text)], files, progress=lambda *_: None)

    assert ("", "") == tuple(capfd.readouterr())


def test_file_that_is_gone_is_a_gap(tmp_path):
    """An executable that cannot be read is not called clean."""
    missing = str(tmp_path / "gone")

    found, gaps = yara_artifacts([("m", MARKED)], [missing], progress=lambda *_: None)

    assert () == found
    assert [missing] == [gap.subject for gap in gaps]


def test_refusals_tell_the_reason():
    """The compiler's own sentence is kept."""
    _, refused = compiled_rules([("x.yar", 'include "a"')])

    assert [("x.yar", "include")] == [
        (origin, "include") for origin, why in refused if "include" in why
    ]
    assert sys.modules["yara_x"]
