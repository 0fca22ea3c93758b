"""The commands, as a person or a program runs them."""

import json
import os
import pty
import stat
import subprocess
import sys

import pytest

from camcheck import __version__
from camcheck.checks import all_checks
from camcheck.cli import main
from tests.cli.conftest import environment
from tests.collect.linux.conftest import needs_root

HELP = ([], ["scan"], ["cameras"], ["explain"])


@pytest.mark.parametrize("command", HELP)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(camcheck, command, option):
    """Help fits 80 columns and succeeds."""
    run = camcheck(*command, option)

    assert (0, "") == (run.returncode, run.stderr)
    assert run.stdout.startswith("Usage: camcheck")
    assert 80 >= max(map(len, run.stdout.splitlines()))


def test_the_version_is_told(camcheck):
    """camcheck --version."""
    assert f"camcheck {__version__}\n" == camcheck("--version").stdout


def test_explain_lists_all_checks_and_tells_of_each(camcheck):
    """Without a name all, with a name one, with a wrong name those that there are."""
    run = camcheck("explain")
    one = camcheck("explain", "concealed-holder")
    wrong = camcheck("explain", "concealed")

    assert all(check.id in run.stdout for check in all_checks())
    assert (0, 0, 2) == (run.returncode, one.returncode, wrong.returncode)
    assert one.stdout.startswith("concealed-holder: ")
    assert "concealed-holder" in wrong.stderr


def test_names_of_checks_can_be_completed(camcheck):
    """The shell asks for names that begin as typed."""
    changes = {
        "_CAMCHECK_COMPLETE": "bash_complete",
        "COMP_WORDS": "camcheck explain conc",
        "COMP_CWORD": "2",
    }
    run = camcheck(env=environment(**changes))

    assert "plain,concealed-holder\n" == run.stdout


def test_cameras_are_listed_as_text_and_for_programs(camcheck, stand_in):
    """All nodes of each camera."""
    text = camcheck("cameras", machine=stand_in.root)
    data = json.loads(camcheck("cameras", "--format", "json", machine=stand_in.root).stdout)

    assert "id: usb:046d:082c:S1" in text.stdout
    assert ["usb:046d:082c:S1"] == [camera["id"] for camera in data["cameras"]]
    assert [] == data["gaps"]


def test_a_list_of_cameras_that_may_be_incomplete_is_not_exit_code_0(camcheck, stand_in, tmp_path):
    """A script that asks for cameras must not take "could not look" for "there is none"."""
    whole = camcheck("cameras", machine=stand_in.root)
    nothing = camcheck("cameras", machine=tmp_path)
    told = camcheck("cameras", "--format", "json", machine=tmp_path)

    assert 0 == whole.returncode
    assert (3, 3) == (nothing.returncode, told.returncode)
    assert json.loads(told.stdout)["gaps"]


def test_a_missing_part_is_a_sentence():
    """An environment of last year's camcheck lacks what today's needs."""
    code = (
        "import sys; sys.modules['click'] = None; from camcheck.cli import main; main(['--help'])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (1, "") == (run.returncode, run.stdout)
    assert run.stderr.startswith("camcheck: click is missing")
    assert "Traceback" not in run.stderr


def test_a_scan_for_programs_is_json_in_a_file_of_its_reader(camcheck, stand_in, tmp_path):
    """The file is whole, and for its owner alone; the screen stays empty."""
    place = tmp_path / "report.json"
    run = camcheck("scan", "--format", "json", "-o", str(place), machine=stand_in.root)

    assert ("", "") == (run.stdout, run.stderr)
    assert ["usb:046d:082c:S1"] == [
        camera["id"] for camera in json.loads(place.read_text())["cameras"]
    ]
    assert 0o600 == stat.S_IMODE(place.stat().st_mode)


@needs_root
def test_a_report_by_sudo_belongs_to_the_caller(camcheck, stand_in, tmp_path):
    """SUDO_UID is the person who asked."""
    place = tmp_path / "report.txt"
    environ = environment(SUDO_UID="65534")
    camcheck("scan", "-o", str(place), machine=stand_in.root, env=environ)

    assert 65534 == place.stat().st_uid


@pytest.mark.parametrize("command", [["scan"], ["explain"], ["cameras"], ["--help"]])
def test_a_reader_that_goes_away_is_told_in_a_sentence(camcheck, command):
    """A closed pipe (camcheck scan | head -0) ends in no traceback."""
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "wb") as nobody:
        run = camcheck(*command, stdout=nobody)

    assert 1 == run.returncode
    said = ["camcheck: the reader of the output went away before its end."]
    assert run.stderr.splitlines() in ([], said)


@pytest.mark.parametrize("command", [["scan"], ["explain"], ["cameras"], ["--help"]])
def test_a_full_disk_is_told_in_a_sentence(camcheck, command):
    """Output that cannot be written is a failure, and no traceback."""
    with open("/dev/full", "w") as full:
        run = camcheck(*command, stdout=full)

    assert 1 == run.returncode
    assert "No space left on device" in run.stderr
    assert 1 == run.stderr.count("\n")


@pytest.mark.parametrize("command", ["scan", "explain", "cameras"])
def test_a_closed_screen_is_told_in_a_sentence(command):
    """Started without standard output (camcheck scan >&-)."""
    run = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -m camcheck {command} >&-', sys.executable],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        timeout=60,
    )

    assert 1 == run.returncode
    assert "camcheck: There is no screen to write to; name a file with --output.\n" == run.stderr


def on_terminal(*arguments, **changes):
    """What a terminal shows."""
    master, slave = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "camcheck", *arguments],
        stdout=slave,
        stderr=slave,
        env=environment(**changes),
    )
    os.close(slave)
    shown = b""
    try:
        while part := os.read(master, 65536):
            shown += part
    except OSError:
        pass  # the other end is closed: all was shown
    os.close(master)
    run.wait(60)
    return shown


@pytest.mark.parametrize(
    ("changes", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)],
)
def test_colour_is_for_terminals_that_want_it(changes, coloured):
    """NO_COLOR and TERM=dumb are respected (https://no-color.org)."""
    assert coloured == (b"\x1b[" in on_terminal("scan", **changes))


def test_no_colour_reaches_a_file_or_a_pipe(camcheck):
    """Colour codes are for terminals."""
    assert "\x1b" not in camcheck("scan").stdout


def test_a_screen_of_ascii_gets_visible_escapes(camcheck, stand_in):
    """A name in another script is spelled out where the screen cannot show it."""
    stand_in.write("devices/pci0000:00/0000:00:14.0/usb1/1-1/product", "摄像头 \x1b]0;x\x07")
    environ = environment(PYTHONIOENCODING="ascii")
    run = camcheck("cameras", machine=stand_in.root, env=environ)

    assert "\\u6444\\u50cf\\u5934 \\x1b]0;x\\x07" in run.stdout


def test_words_of_the_caller_are_shown_harmlessly(camcheck):
    """An argument with an escape sequence is quoted, not sent."""
    run = camcheck("\x1b]0;x\x07")

    assert 2 == run.returncode
    assert "\x1b" not in run.stderr


def test_a_system_that_is_not_known_is_told(monkeypatch, capsys):
    """There is no collector for it, and that is a sentence."""
    monkeypatch.setattr(sys, "platform", "sunos5")
    with pytest.raises(SystemExit) as ended:
        main(["scan"])

    assert 1 == ended.value.code
    assert "cannot look at this system (sunos5)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["scna"], "camcheck scan"),
        (["stat"], None),
        (["hist"], "camcheck history"),
        (["monitor", "stats"], "camcheck monitor status"),
        (["report", "verfy"], "camcheck report verify"),
        (["rules", "lst"], "camcheck rules list"),
        (["explain", "conceald-holder"], "camcheck explain concealed-holder"),
    ],
)
def test_the_nearest_command_is_suggested(camcheck, typed, meant):
    """Somebody frightened mistypes; where nothing is near, nothing is guessed."""
    run = camcheck(*typed)
    said = " ".join(run.stderr.split())

    assert (2, "") == (run.returncode, run.stdout)
    assert (f"Did you mean: {meant}" in said) if meant else ("Did you mean" not in said)


def test_help_is_a_word_too(camcheck):
    """`camcheck help` is what many people type."""
    run = camcheck("help")

    assert (0, "") == (run.returncode, run.stderr)
    assert run.stdout.startswith("Usage: camcheck")


def test_help_names_the_bare_form_first(camcheck):
    """It is all that most people need."""
    examples = camcheck("--help").stdout.partition("Examples:")[2].split("\n")

    assert examples[1].split()[:2] == ["camcheck", "look"]


@pytest.mark.parametrize("command", [["report", "-o"], ["scan", "--report"]])
def test_a_report_of_no_known_form_is_wrong_usage(camcheck, tmp_path, command):
    """Told before anything is looked at, with what is possible; nothing is written."""
    run = camcheck(*command, str(tmp_path / "r.txt"))

    assert (2, "") == (run.returncode, run.stdout)
    assert ".html" in run.stderr
    assert [] == list(tmp_path.iterdir())


NARROW = (
    ["scan"],
    ["scan", "--details"],
    ["cameras"],
    ["explain"],
    ["explain", "known-bad"],
    ["--help"],
    ["history", "--help"],
    ["rules", "coverage"],
    ["monitor", "status"],
)


@pytest.mark.parametrize("command", NARROW, ids=" ".join)
def test_forty_columns_are_honoured(camcheck, stand_in, command):
    """No line is wider, but for one word that is (a path), which stays whole to be copied."""
    stand_in.driver_counts("uvcvideo", 1)
    stand_in.start_ordinary()
    run = camcheck(*command, machine=stand_in.root, env=environment(COLUMNS="40"))
    wide = [line for line in run.stdout.splitlines() if len(line) > 40]

    assert run.stdout
    assert [] == [line for line in wide if len(line.split()) > 1]
