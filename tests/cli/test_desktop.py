"""What a double-click is told by, on each system, and what root is asked to run."""

import ctypes
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from click import UsageError

from camcheck.cli import desktop, elevated, guided, witness
from camcheck.model import IndicatorState
from camcheck.scan import judge
from tests.builders import a_camera, a_capture, a_snapshot


def on_windows(monkeypatch, processes: int) -> None:
    """A console that so many processes share."""
    console = SimpleNamespace(GetConsoleProcessList=lambda rows, most: processes)
    monkeypatch.setattr("camcheck.collect.system", lambda: "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=console), raising=False)


@pytest.mark.parametrize(
    ("processes", "frozen", "clicked"),
    [(1, False, True), (2, False, False), (2, True, True), (3, True, False), (0, False, False)],
)
def test_a_console_of_our_own_is_a_double_click(monkeypatch, processes, frozen, clicked):
    """Alone in it, or with the process that unpacked us; 0 is the call's failure."""
    on_windows(monkeypatch, processes)
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)

    assert clicked is desktop.is_clicked()


@pytest.mark.parametrize(
    ("changes", "clicked"),
    [
        ({}, True),
        ({"SHLVL": "2"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, False),
        ({"argv": ["camcheck"]}, False),
        ({"argv": ["/Users/x/Downloads/camcheck", "scan"]}, False),
        ({"frozen": False}, False),
        ({"TERM_PROGRAM": "", "XPC_SERVICE_NAME": "application.org.camcheck.1"}, True),
    ],
)
def test_finder_starts_a_program_in_a_terminal_of_its_own(monkeypatch, tmp_path, changes, clicked):
    """Terminal's login shell runs the whole path, from the home folder; or it is an application."""
    monkeypatch.setattr("camcheck.collect.system", lambda: "darwin")
    monkeypatch.setattr(desktop, "_has_terminal", lambda: False)
    monkeypatch.setattr(sys, "frozen", changes.pop("frozen", True), raising=False)
    monkeypatch.setattr(sys, "argv", changes.pop("argv", ["/Users/x/Downloads/camcheck"]))
    environ = {"HOME": str(tmp_path), "TERM_PROGRAM": "Apple_Terminal", "SHLVL": "1", **changes}
    for name, value in {"XPC_SERVICE_NAME": "0", **environ}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    assert clicked is desktop.is_clicked()


def test_linux_has_no_double_click(monkeypatch):
    """A desktop starts a program in no terminal, and a terminal starts a shell first."""
    monkeypatch.setattr("camcheck.collect.system", lambda: "linux")

    assert not desktop.is_clicked()


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """A folder of tools, and others in PATH that must not be taken."""
    for name in ("tools", "path"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(elevated, "TOOLS", str(tmp_path / "tools"))
    monkeypatch.setenv("PATH", f"{tmp_path}/path")

    def make(folder: str, name: str) -> str:
        tool = tmp_path / folder / name
        tool.write_text("#!/bin/sh\n")
        tool.chmod(0o755)
        return str(tool)

    return make


def test_root_runs_our_interpreter_in_isolated_mode(tools):
    """Neither PYTHONPATH nor the folder that we are in decides what it loads."""
    pkexec = tools("tools", "pkexec")
    tools("path", "sudo")
    words = [sys.executable, "-I", "-m", "camcheck", "scan", "--format", "json"]

    assert [pkexec, *words] == elevated.command()
    assert [tools("tools", "sudo"), *words] == elevated.command()


def test_a_single_file_is_its_own_interpreter(tools, monkeypatch):
    """It has no -I, and takes no module from outside."""
    sudo = tools("tools", "sudo")
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    assert [sudo, sys.executable, "scan", "--format", "json"] == elevated.command()


def test_without_a_tool_nothing_is_run(tools):
    """What lies in PATH can be anybody's."""
    tools("path", "sudo")

    assert elevated.command() is None


def test_the_window_lets_the_system_ask_for_the_password(tools, monkeypatch):
    """polkit's window, never sudo's terminal; on Windows a window of its own."""
    tools("tools", "sudo")
    assert elevated.command_of_window() is None
    pkexec = tools("tools", "pkexec")
    own = [sys.executable, "-I", "-m", "camcheck"]
    assert (pkexec, *own, "scan", "--format", "json") == elevated.command_of_window()
    monkeypatch.setattr(elevated, "system", lambda: "win32")
    assert tuple(own) == elevated.command_of_window()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert elevated.command_of_window() is None  # it would bring up the first window


def test_a_path_with_quotes_stays_one_word_for_osascript(monkeypatch):
    """AppleScript has it in quotes, and inside of them the shell."""
    monkeypatch.setattr(elevated, "system", lambda: "darwin")
    monkeypatch.setattr(sys, "executable", '/Users/e "x" $(y)/python')
    program, option, script = elevated.command_of_window() or ("", "", "")

    assert ("/usr/bin/osascript", "-e") == (program, option)
    shell = r"""'/Users/e \"x\" $(y)/python' -I -m camcheck"""
    assert f'do shell script "{shell}' in script
    assert script.endswith('" with administrator privileges')


@pytest.mark.skipif(os.name != "posix", reason="sudo is of Unix")
def test_the_isolated_interpreter_finds_camcheck(tmp_path):
    """The very words that root gets, without the tool: a whole scan as JSON."""
    words = [sys.executable, "-I", "-m", "camcheck", "scan", "--format", "json"]
    report = elevated.look(words)

    assert report is not None
    assert report.snapshot.cameras is not None


def test_of_two_cameras_that_film_a_word_is_not_guessed():
    """Whose light it was, nobody said."""
    second = a_camera(id="usb:2", name="Second")
    captures = [a_capture(), a_capture(camera="usb:2")]
    report = judge(a_snapshot(cameras=[a_camera(), second], captures=captures))

    with pytest.raises(UsageError, match="camcheck without a command"):
        witness.told(report, IndicatorState.OFF)


SLOW = """
import sys, time
from camcheck.cli import progress
progress.SOON = float(sys.argv[1])
with progress.patience():
    time.sleep(0.3)
"""


@pytest.mark.parametrize(("soon", "told"), [("0.01", True), ("60", False)])
def test_who_waits_long_is_told(soon, told):
    """On the terminal of standard error, once; who waits shortly hears nothing."""
    import pty

    master, slave = pty.openpty()
    done = subprocess.run([sys.executable, "-c", SLOW, soon], stderr=slave, check=True)
    os.close(slave)
    said = b""
    try:
        while part := os.read(master, 1024):
            said += part
    except OSError:
        pass  # the other end is closed
    os.close(master)

    assert 0 == done.returncode
    assert told is (b"Still looking" in said)
    assert 1 >= said.count(b"\n")


def test_no_word_reaches_a_pipe():
    """Standard error of a script stays empty."""
    done = subprocess.run(
        [sys.executable, "-c", SLOW, "0.01"], capture_output=True, text=True, check=True
    )

    assert "" == done.stderr


def test_watching_installs_the_monitor(monkeypatch, capsys):
    """For who asked: the service of a user, and as root that of all."""
    made = []
    monkeypatch.setattr(guided, "is_yes", lambda question: True)
    monkeypatch.setattr(guided, "is_root", lambda: False)
    monkeypatch.setattr("camcheck.monitor.service.plan", lambda **how: how)
    monkeypatch.setattr(
        "camcheck.monitor.service.install.install", lambda how: made.append(how) or ["Done."]
    )
    guided._watch()

    assert [{"for_all": False}] == made
    assert "Done." in capsys.readouterr().out


def test_a_light_is_tested_by_hand_where_camcheck_cannot(monkeypatch, capsys):
    """Without OpenCV nobody is sent to install something."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    guided._test_light()

    assert "Open the camera program" in " ".join(capsys.readouterr().out.split())


def test_a_light_is_tested_after_the_person_agreed(monkeypatch):
    """The self-test, which asks no second time."""
    from camcheck.cli import selftest

    ran = []
    monkeypatch.setattr(guided, "is_yes", lambda question: True)
    monkeypatch.setattr(selftest.command, "main", lambda words, **how: ran.append(words))
    guided._test_light()

    assert [["--yes"]] == ran


def test_windows_says_how_to_become_administrator(monkeypatch, capsys):
    """There is no tool for it on a command line."""
    report = judge(a_snapshot())
    monkeypatch.setattr("camcheck.collect.system", lambda: "win32")

    assert report is guided._as_administrator(report)
    assert "Run as administrator" in " ".join(capsys.readouterr().out.split())
