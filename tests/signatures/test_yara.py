"""YARA rules of the user, run in a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from camcheck.model import Fact
from camcheck.signatures import yara
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


def test_many_bad_sources_are_one_gap(files):
    """A feed with a dozen files that do not compile is told in one line, with what lists them."""
    bad = [(f"/rules/{n}.yar", "rule a { condition: nonsense }") for n in range(12)]

    _, gaps = yara_artifacts([("/rules/m.yar", MARKED), *bad], files, progress=lambda *_: None)

    (gap,) = gaps
    assert "12 files of YARA rules" in gap.detail
    assert "camcheck rules check" in gap.detail


def test_console_of_a_rule_is_silent(files, capfd):
    """A rule cannot write to the terminal or into the answers of the child."""
    text = 'import "console"\nrule talk { condition: console.log("{\\"rule\\": 1}") }'

    yara_artifacts([("/rules/t.yar", text)], files, progress=lambda *_: None)

    assert ("", "") == tuple(capfd.readouterr())


@pytest.mark.parametrize(
    "condition",
    [
        'filename == "marked"',
        'filepath endswith "/marked" and extension == ""',
        'filetype == "ELF"',
        "owner == {owner}",
    ],
)
def test_rule_may_ask_about_the_file(files, condition):
    """Public rules need the file's name, place, ending, kind and owner; each file has its own."""
    owner = json.dumps(Path(files[0]).owner())
    asked = condition.replace("{owner}", owner)
    text = 'rule about { condition: filename startswith "mark" and (' + asked + ") }"

    found, gaps = yara_artifacts([("/rules/e.yar", text)], files, progress=lambda *_: None)

    assert [files[0]] == [one.path for one in found]
    assert () == gaps


def test_rule_that_asks_about_another_file_is_silent(files):
    """The near miss: the same variables with other values match nothing."""
    text = 'rule about { condition: filename == "other" or filetype == "EXE" or extension != "" }'

    found, gaps = yara_artifacts([("/rules/e.yar", text)], files, progress=lambda *_: None)

    assert ((), ()) == (found, gaps)


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


@pytest.mark.skipif(os.name != "posix", reason="named pipes are a matter of POSIX")
def test_a_pipe_in_the_place_of_a_program_keeps_nobody_waiting(files, tmp_path):
    """It is told, and the other files are compared."""
    os.mkfifo(tmp_path / "a-pipe")
    found, gaps = yara_artifacts(
        [("/rules/m.yar", MARKED)], [str(tmp_path / "a-pipe"), *files], progress=lambda *_: None
    )

    assert [files[0]] == [one.path for one in found]
    assert [str(tmp_path / "a-pipe")] == [gap.subject for gap in gaps]


@pytest.mark.parametrize(
    ("limit", "says"),
    [("_GRACE", "time.sleep(600)"), ("SECONDS", "again()")],
    ids=["dumb", "endless"],
)
def test_a_scanner_that_does_not_end_is_ended(files, monkeypatch, limit, says):
    """One that says nothing, and one that goes on for ever; what it has said by then counts."""
    child = (
        "import json, time\n"
        "def again():\n    while True: print(json.dumps({'done': 1}), flush=True)\n"
        "print(json.dumps({'file': 'f', 'rule': 'r', 'author': 'a', 'origin': 'o'}), flush=True)\n"
        f"{says}\n"
    )
    monkeypatch.setattr(yara, limit, 2.0)
    monkeypatch.setattr(yara, "own_module", lambda _: [sys.executable, "-c", child])
    found, (gap,) = yara_artifacts([], files, progress=lambda *_: None)

    assert ["r"] == [one.value for one in found]
    assert "took too long" in gap.detail


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what may be written to")
def test_a_scanner_may_not_take_all_memory():
    """What asks for more than its share fails, and the machine goes on."""
    program = "from camcheck.signatures import yara; yara._take_little_memory(); bytearray(2 << 30)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert "MemoryError" in done.stderr
