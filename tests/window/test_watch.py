"""The switches of the monitor: they drive the service that is there, and say how it went."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from camcheck.approval import Approval, approve
from camcheck.history.store import History
from camcheck.monitor.service import Plan
from camcheck.window import autostart, watching
from camcheck.window.main import Window
from camcheck.window.watching import When
from tests.waiting import until
from tests.window.shown import application, means, settle, shown, situation

HOSTILE = ("/opt/a b/py", 'x"y', "100%", "$HOME", "`id`", "back\\slash", "tail")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A service of the test's own in the place of the system's: a file, commands that work."""
    file = tmp_path / "units/camcheck-monitor.service"

    def plan(*, for_all: bool, options: tuple[str, ...] = ()) -> Plan:
        text = " ".join(("camcheck", "monitor", *options))
        return Plan("service", ((str(file), text),), (("/bin/true",),), (("/bin/true",),), ())

    monkeypatch.setattr(watching, "plan", plan)
    monkeypatch.setattr(watching, "refuse_unsafe", lambda *, for_all: None)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return file


@pytest.fixture
def window(tmp_path: Path, service: Path) -> Iterator[Window]:
    application()
    made = shown(means(tmp_path), situation("nobody uses the camera"))
    made.tabs.setCurrentWidget(made.watch)
    wait(made.watch.tells.isEnabled)
    yield made
    made.watch.end()


def wait(condition: object) -> None:
    until(lambda: (settle(), condition())[1])  # type: ignore[operator]


def texts(window: Window) -> list[str]:
    return [one.text() for one in window.watch.findChildren(QLabel) if one.isVisible()]


def test_the_service_is_installed_and_removed(window: Window, service: Path):
    """Each time that one logs in; and not at all."""
    assert window.watch.radio[When.OFF].isChecked()
    window.watch.radio[When.ALWAYS].click()
    wait(service.exists)
    wait(window.watch.tells.isEnabled)
    assert window.watch.radio[When.ALWAYS].isChecked()
    window.watch.radio[When.OFF].click()
    wait(lambda: not service.exists())


def test_without_notifications_it_is_installed_anew(window: Window, service: Path):
    """The existing option of the existing command."""
    window.watch.radio[When.ALWAYS].click()
    wait(service.exists)
    wait(window.watch.tells.isEnabled)
    window.watch.tells.click()
    wait(lambda: "--quiet" in service.read_text())
    wait(window.watch.tells.isEnabled)

    assert not window.watch.tells.isChecked()


def test_what_did_not_work_is_told_and_the_switch_shows_what_is_so(
    window: Window, monkeypatch: pytest.MonkeyPatch, service: Path
):
    """No systemd, a full disk."""
    plan = watching.plan(for_all=False)._replace(start=(("/nothing/systemctl",),))
    monkeypatch.setattr(watching, "plan", lambda **_: plan)
    window.watch.radio[When.ALWAYS].click()
    wait(lambda: any("/nothing/systemctl is not there" in text for text in texts(window)))
    wait(window.watch.tells.isEnabled)

    assert window.watch.radio[When.OFF].isChecked()
    assert not service.exists()


def test_an_approval_can_be_withdrawn(window: Window, tmp_path: Path):
    """The program is told of again."""
    history = History(str(tmp_path / "state"))
    approve(history, Approval("/opt/zoom/zoom", "0" * 64, 1))
    window.watch.refresh()
    wait(lambda: "/opt/zoom/zoom" in texts(window))
    names = {one.accessibleName(): one for one in window.watch.findChildren(QPushButton)}
    names["Withdraw this approval: /opt/zoom/zoom"].click()
    wait(lambda: not history.approvals())
    history.close()


def test_the_sign_at_login_is_a_file_that_comes_and_goes(window: Window, tmp_path: Path):
    """In the folder of the desktop."""
    window.watch.sign.click()
    wait(window.watch.sign.isEnabled)
    assert autostart.is_started()
    window.watch.sign.click()
    wait(window.watch.sign.isEnabled)

    assert not autostart.is_started()


def test_a_link_in_its_place_is_not_followed(service: Path, tmp_path: Path):
    """Another's file stays as it is."""
    other = tmp_path / "other"
    other.write_text("mine")
    folder = tmp_path / "config/autostart"
    folder.mkdir(parents=True)
    (folder / "org.camcheck.window.desktop").symlink_to(other)
    autostart.start(("/usr/bin/camcheck", "window", "--sign"))

    assert "mine" == other.read_text()
    assert autostart.is_started()


def test_words_of_the_entry_are_read_as_they_were_meant():
    """Quoted as the specification wants it: for the file, for the command line, for its codes."""
    line = next(
        one.removeprefix("Exec=") for one in autostart.entry(HOSTILE).splitlines() if "Exec=" in one
    )

    assert list(HOSTILE) == understood(line)


def understood(line: str) -> list[str]:
    """An independent reader of Exec (Desktop Entry Specification, "The Exec key")."""
    value = line.replace("\\\\", "\\")
    words, word, quoted, at = [], "", False, 0
    while at < len(value):
        char = value[at]
        if char == "\\" and quoted:
            at += 1
            word += value[at]
        elif char == '"':
            quoted = not quoted
        elif char == " " and not quoted:
            words.append(word)
            word = ""
        else:
            word += char
        at += 1
    return [one.replace("%%", "%") for one in [*words, word]]
