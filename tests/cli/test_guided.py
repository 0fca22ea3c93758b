"""camcheck without a command, on a real terminal: each key, and what becomes of Ctrl-C."""

import contextlib
import os
import shlex
import signal
import stat
import termios
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from camcheck.findings import Severity
from camcheck.history.store import History
from camcheck.report.read import read_report
from tests.cli.terminal import COLOUR, Terminal, columns
from tests.cli.test_exit_codes import USB, opened_when_read
from tests.monitor.build import a_finding, a_process, a_session

SLOW = "Still looking; a few seconds more."
MENU, ASKED = "?): ", "I do not know) "


@pytest.fixture
def machine(stand_in):
    """A webcam that an installed program has open; nobody is missing in its driver's count."""
    stand_in.driver_counts("uvcvideo", 1)
    stand_in.start_ordinary()
    return stand_in


@pytest.fixture
def films(machine):
    """The same, and its video channel is open; whether data moves cannot be counted."""
    stream = machine.interface(machine.sys / USB, 1, driver="uvcvideo")
    (machine.sys / stream / "bAlternateSetting").write_text("7")
    (machine.sys / USB / "urbnum").unlink()
    return machine


@pytest.fixture
def guided(stand_in, tmp_path) -> Iterator[Callable[..., Terminal]]:
    """Starts camcheck without a command on a terminal."""
    started = []

    def start(**how) -> Terminal:
        defaults = {"module": "tests.cli.stand_in", "HOME": str(tmp_path)}
        started.append(Terminal(str(stand_in.root), **{**defaults, **how}))
        return started[-1]

    yield start
    for terminal in started:
        terminal.kill()


def test_the_answer_comes_first_and_then_the_keys(guided, machine):
    """The card, then one line for each key; no other command is named."""
    terminal = guided()
    said = terminal.until(MENU)
    terminal.press("q")
    code = terminal.end()

    assert 10 == code
    assert said.index("tail has Webcam open") < said.index("What now? Press a key:")
    assert ["s", "r", "l", "w", "d", "q"] == [
        line[0] for line in said.splitlines() if line[1:3] == "  " and line[0].strip()
    ]
    assert "camcheck scan" not in said


def test_a_report_is_saved_in_the_usual_place_and_named(guided, machine, tmp_path):
    """The path stands on one line, whole, to be copied."""
    (tmp_path / "Documents").mkdir()
    terminal = guided(columns=40)
    terminal.until(MENU)
    terminal.press("s")
    said = terminal.until(MENU)
    terminal.press("q")
    terminal.end()
    (saved,) = (tmp_path / "Documents").iterdir()

    assert str(saved) in [line.strip() for line in said.splitlines()]
    assert 0o600 == stat.S_IMODE(saved.stat().st_mode)
    assert read_report(str(saved)).report.redacted


def test_what_does_this_mean_shows_everything(guided, machine):
    """The details, without another command."""
    terminal = guided()
    terminal.until(MENU)
    terminal.press("d")

    assert "[INFO] tail has the camera Webcam open" in terminal.until(MENU)


def test_looking_again_sees_what_has_changed(guided, machine):
    """Somebody closes the program and wants to know whether that helped."""
    terminal = guided()
    terminal.until("tail has Webcam open")
    terminal.until(MENU)
    machine.ordinary[0].terminate()
    machine.ordinary[0].wait(10)
    machine.driver_counts("uvcvideo", 0)
    terminal.press("r")

    assert "Nobody" in terminal.until(MENU)


@pytest.mark.parametrize(("key", "asks"), [("l", "switched on"), ("w", "start with this computer")])
def test_what_changes_something_is_asked_twice(guided, machine, tmp_path, key, asks):
    """Before the camera is switched on or a service is installed; n leads back and does nothing."""
    terminal = guided()
    terminal.until(MENU)
    terminal.press(key)
    question = terminal.until("n: no) ")
    terminal.press("n")
    terminal.until(MENU)
    terminal.press("q")

    assert asks in " ".join(question.split())
    assert 10 == terminal.end(), terminal.plain
    assert not (tmp_path / ".config").exists()


def test_other_keys_do_nothing_and_the_list_comes_again(guided, machine):
    """An arrow key is no letter, though one is at its end; ? lists the keys once more."""
    terminal = guided()
    terminal.until(MENU)
    terminal.press("\x1b[Dx?")

    said = terminal.until(MENU)
    assert "?\nWhat now? Press a key:" in said
    assert "What was seen:" not in said


def test_ctrl_c_ends_it(guided, machine):
    """130, in a sentence; the terminal is left as it was."""
    terminal = guided()
    terminal.until(MENU)
    terminal.press("\x03")

    assert 130 == terminal.end(keep=True)
    assert terminal.plain.endswith("Stopped.\n")
    assert termios.tcgetattr(terminal.master)[3] & (termios.ECHO | termios.ICANON)


def test_ctrl_c_while_it_looks_ends_it(guided, machine):
    """Before anything was said."""
    product = machine.sys / USB / "product"
    product.unlink()
    os.mkfifo(product)
    terminal = guided()
    reader = opened_when_read(product, terminal.process)
    terminal.process.send_signal(signal.SIGINT)

    assert 130 == terminal.end()
    assert "stopped before the end" in terminal.plain
    os.close(reader)


@pytest.mark.parametrize("leaving", [lambda it: it.press("\x04"), lambda it: it.hang_up()])
def test_it_ends_when_nobody_can_press_a_key_any_more(guided, machine, leaving):
    """Ctrl-D, and a terminal that was closed."""
    terminal = guided()
    terminal.until(MENU)
    leaving(terminal)

    assert terminal.process.wait(30) in (10, 1, -signal.SIGHUP)


def test_without_a_terminal_it_is_a_plain_scan(camcheck, machine):
    """The same words and the same code, for a script that left out the command."""
    bare, plain = camcheck(machine=machine.root), camcheck("scan", machine=machine.root)

    assert (plain.stdout, plain.stderr, plain.returncode) == (bare.stdout, bare.stderr, 10)


def test_colour_is_left_out_where_it_is_not_wanted(guided, machine):
    """NO_COLOR; with colour, no word is different."""
    shown = []
    for changes in ({}, {"NO_COLOR": "1"}):
        terminal = guided(**changes)
        terminal.until(MENU)
        terminal.press("q")
        terminal.end()
        # a key that comes before the question is echoed by the terminal itself
        shown.append(terminal.shown.replace(f"{SLOW}\r\n", "").replace("qq", "q"))

    assert COLOUR.search(shown[0])
    assert COLOUR.sub("", shown[0]) == shown[1]


def test_a_narrow_terminal_is_filled_and_not_overrun(guided, films):
    """Forty columns, by its real size."""
    terminal = guided(columns=40)
    terminal.until(ASKED.split()[-1])
    for key in "?sd":
        terminal.press(key)
        terminal.until("?):")

    assert 40 >= columns(terminal.plain)


@pytest.mark.parametrize(
    ("key", "code", "words"),
    [
        ("n", 12, "its light is dark, by your own word"),
        ("y", 10, "Its light is on, by your own word."),
        ("?", 10, "Its light should be on now; if it is dark, cover the camera."),
    ],
)
def test_the_person_is_asked_for_a_light_that_cannot_be_read(guided, films, key, code, words):
    """Her word counts, and it is said whose word it is."""
    terminal = guided()
    terminal.until(ASKED)
    terminal.press(key)
    said = terminal.until(MENU)
    terminal.press("q")

    assert words in said
    assert code == terminal.end(), said


def test_a_word_that_comes_after_the_film_has_ended_says_nothing(guided, films):
    """A dark light is right then, and no alarm."""
    terminal = guided()
    terminal.until(ASKED)
    (films.sys / USB / "1-1:1.1/bAlternateSetting").write_text("0")
    terminal.press("n")

    assert "no longer films" in terminal.until(MENU)


def test_a_light_that_can_be_read_is_not_asked_for(guided, machine):
    """Nor one of a camera that does not film."""
    terminal = guided()

    assert "Is its light on?" not in terminal.until(MENU)


@pytest.fixture
def seen_before(stand_in):
    """A monitor's history with an alarm of yesterday."""
    (stand_in.root / "var").mkdir()
    began = datetime.now(UTC) - timedelta(days=1)
    session = a_session(
        process=a_process(name="spy", exe="/opt/spy"),
        began=began,
        ended=began + timedelta(minutes=5),
        findings=(a_finding(severity=Severity.HIGH),),
    )
    with contextlib.closing(History(str(stand_in.root / "var"))) as history:
        history.begin(session)
    return stand_in


def test_an_alarm_of_the_past_ends_with_the_persons_word(guided, seen_before):
    """One key says that it was her; the next scan does not speak of it either."""
    terminal = guided()
    assert "ALARM: spy used" in terminal.until(MENU)
    terminal.press("m")
    after = terminal.until(MENU)
    terminal.press("q")

    assert "you know of" in after
    assert "ALARM" not in after
    assert 13 != terminal.end()


def test_history_seen_does_the_same_for_a_script(camcheck, seen_before):
    """And the alarm says so."""
    before = camcheck("scan", machine=seen_before.root)
    said = camcheck("history", "--seen", machine=seen_before.root)
    again = camcheck("history", "--seen", machine=seen_before.root)
    after = camcheck("scan", machine=seen_before.root)

    assert 13 == before.returncode
    assert "camcheck history --seen" in before.stdout
    assert "1 use" in said.stdout
    assert "no use" in again.stdout
    assert 13 != after.returncode


def test_a_double_click_opens_the_page_and_keeps_its_window(guided, machine, tmp_path):
    """In a folder that nobody else can read; the window stays until a key is pressed."""
    (machine.root / "clicked").touch()
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part; mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    terminal = guided(BROWSER=str(browser), TMPDIR=str(tmp_path))
    terminal.until(MENU)
    page = opened.read_text().strip().removeprefix("file://")

    assert "tail" in read_report(page).page
    assert 0o700 == stat.S_IMODE(os.stat(os.path.dirname(page)).st_mode)
    assert terminal.process.poll() is None
    terminal.press("q")
    assert 10 == terminal.end()


def as_administrator(machine, content: str) -> None:
    """A sudo that notes its words and then does as it is told."""
    tool = machine.root / "tools/sudo"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\necho "$@" > {machine.root}/asked\n{content}\n')
    tool.chmod(0o755)


@pytest.fixture
def ordinary(machine):
    """The same machine, as an ordinary user sees it."""
    (machine.root / "ordinary").touch()
    return machine


def test_an_administrator_sees_more_and_that_is_told_of(guided, camcheck, machine, tmp_path):
    """A fixed command in isolated mode, by the system's own tool; what it saw is what is saved."""
    seen = machine.root / "seen.json"
    seen.write_text(camcheck("scan", "--format", "json", machine=machine.root).stdout)
    as_administrator(machine, f"cat {seen}")
    (machine.root / "ordinary").touch()
    terminal = guided()
    first = terminal.until(MENU)
    terminal.press("a")
    after = terminal.until(MENU)
    terminal.press("s")
    terminal.until(MENU)
    terminal.press("q")
    terminal.end()
    words = shlex.split((machine.root / "asked").read_text())
    (saved,) = tmp_path.glob("*.html")

    assert "programs of other users" in " ".join(first.split())
    assert "tail has Webcam open" in after
    assert "a," not in after.splitlines()[-1]
    assert ["-I", "-m", "camcheck", "scan", "--format", "json"] == words[1:]
    assert read_report(str(saved)).report.snapshot.elevated


@pytest.mark.parametrize(
    ("content", "words"),
    [("exit 1", "did not work"), ("echo nonsense", "did not work"), (None, "no tool")],
)
def test_no_administrator_is_a_sentence(guided, ordinary, content, words):
    """A wrong password, a tool that writes something else, none at all: what was said stands."""
    if content:
        as_administrator(ordinary, content)
    terminal = guided()
    terminal.until(MENU)
    terminal.press("a")

    assert words in " ".join(terminal.until(MENU).split())


def test_who_is_administrator_is_not_offered_to_become_one(guided, machine):
    """There would be nothing more to see."""
    assert "administrator: that shows" not in guided().until(MENU)


@pytest.mark.parametrize(
    ("light", "code", "words"),
    [("off", 12, "dark, by your own word"), ("on", 10, "Its light is on, by your own word.")],
)
def test_a_script_can_give_the_word(camcheck, films, light, code, words):
    """`camcheck scan --light`: the same judgement without a question."""
    run = camcheck("scan", "--light", light, machine=films.root)

    assert (code, "") == (run.returncode, run.stderr)
    assert words in " ".join(run.stdout.split())


def test_a_word_for_a_camera_that_does_not_film_changes_nothing(camcheck, machine):
    """A dark light is right then."""
    plain = camcheck("scan", machine=machine.root)
    told = camcheck("scan", "--light", "off", machine=machine.root)

    assert (plain.stdout, plain.returncode) == (told.stdout, told.returncode)
