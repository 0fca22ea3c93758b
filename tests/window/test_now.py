"""What the window shows of an answer, and that nothing of the machine is more than text."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from camcheck.answer.judge import answer
from camcheck.findings import Report
from camcheck.model import IndicatorState
from camcheck.printable import printable
from camcheck.render.json import render
from camcheck.window.look import judged
from camcheck.window.main import Window
from camcheck.window.sign import Sign
from camcheck.window.story import StoryRow
from tests.answer.situations import FIREFOX, seen, used
from tests.waiting import until
from tests.window.shown import application, means, settle, shown, situation
from tests.window.shown import seen as seen_of

HOSTILE = '<b>x</b><a href="http://e.example">\x1b[31m\u202egnp.&amp;&file'


@pytest.fixture(autouse=True)
def running() -> None:
    """Widgets need an application."""
    application()


def texts(window: Window) -> list[str]:
    """All that can be read in the window, from above to below."""
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("nobody uses the camera", Sign.NOBODY),
        ("own call", Sign.IN_USE),
        ("the light is dark while it films", Sign.LOOK),
        ("a known spy films", Sign.ALARM),
    ],
)
def test_the_card_shows_the_answer_of_the_scan(name: str, sign: Sign, tmp_path: Path):
    """Sign, word and sentence are those of `camcheck.answer`."""
    window = shown(means(tmp_path), situation(name))

    assert sign is window.now.card.sign
    assert answer(situation(name)).sentence in texts(window)


def test_a_name_is_text_and_never_markup_link_or_key(tmp_path: Path):
    """A program may be called anything."""
    hostile = FIREFOX._replace(exe=f"/home/erika/{HOSTILE}", name=HOSTILE, package=None)
    window = shown(means(tmp_path), used(hostile))
    labels = window.findChildren(QLabel)

    assert {Qt.TextFormat.PlainText} == {one.textFormat() for one in labels if one.text()}
    assert not any(one.openExternalLinks() for one in labels)
    texts = [one.text().replace("\u200b", "") for one in labels]  # where a long word is folded
    assert all(text.isprintable() for text in texts)
    assert any(printable(HOSTILE) in text for text in texts)


def test_a_name_of_any_length_makes_the_window_no_wider(tmp_path: Path):
    """It is folded; at twice the size of text it fits a screen of 1366 pixels as well."""
    plain = shown(means(tmp_path), used(FIREFOX))
    long = FIREFOX._replace(exe="/home/erika/" + "x" * 900, name="x" * 900)
    window = shown(means(tmp_path), used(long))
    assert plain.minimumSizeHint().width() == window.minimumSizeHint().width()
    font = application().font()
    large = application().font()
    large.setPointSizeF(font.pointSizeF() * 2)
    application().setFont(large)
    try:
        twice = shown(means(tmp_path), used(long))
        assert twice.minimumSizeHint().width() < 1366
        labels = [one for one in twice.now.findChildren(QLabel) if one.text() and one.isVisible()]
        assert all(one.height() >= one.heightForWidth(one.width()) for one in labels)
    finally:
        application().setFont(font)


def test_whatever_can_have_the_focus_has_a_name(tmp_path: Path):
    """Of every part of the window, as a screen reader asks for it."""
    window = shown(means(tmp_path), situation("own call"))
    nameless = []
    for part in range(window.tabs.count()):
        window.tabs.setCurrentIndex(part)
        settle()
        for widget in window.findChildren(QWidget):
            takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
            takes = takes and widget.focusProxy() is None
            face = QAccessible.queryAccessibleInterface(widget)
            if takes and not face.text(QAccessible.Text.Name):
                nameless.append(type(widget).__name__)

    assert [] == nameless


def test_a_screen_reader_comes_to_the_answer_first(tmp_path: Path):
    """All of the card is its name: sign, sentence, and what to do."""
    window = shown(means(tmp_path), situation("a known spy films"))
    told = window.now.card.accessibleName()

    assert told.startswith("Alarm. ALARM: DropboxCache is filming")
    assert "Cover the camera." in told
    window.activateWindow()
    window.tabs.tabBar().setFocus()
    QTest.keyClick(window.tabs.tabBar(), Qt.Key.Key_Tab)
    assert window.now.card is window.focusWidget()


def test_each_story_has_three_buttons_with_names_for_who_hears_them(tmp_path: Path):
    """A screen reader tells two buttons of two programs apart."""
    window = shown(means(tmp_path), situation("own call"))
    (row,) = window.findChildren(StoryRow)

    assert [
        "That was me: Firefox",
        "Not me: save a report: Firefox",
        "What does this mean?: Firefox",
    ] == [one.accessibleName() for one in row.findChildren(QPushButton)]


def test_no_sentence_sends_to_a_terminal(tmp_path: Path):
    """Whoever opened a window need not know what a command is."""
    for name in ("an alarm of yesterday", "nobody, asked as an ordinary user"):
        window = shown(means(tmp_path), situation(name))

        assert [] == [text for text in texts(window) if "camcheck scan" in text]
        assert [] == [text for text in texts(window) if "camcheck history" in text]


def test_the_persons_word_for_a_light_is_judged_while_the_camera_films():
    """Of one that films it makes a finding; of one that films no more it is forgotten."""
    word = {"usb:046d:082c:S1": IndicatorState.OFF}
    films = judged(render(situation("own call")).encode(), word)
    idle = judged(render(seen()).encode(), word)

    assert "by your own word" in films.answer.sentence
    assert ((), "nobody") == (idle.heard, idle.answer.kind.value)


def says(report: Report, folder: Path, *, beside: str = "") -> tuple[str, ...]:
    """A command that writes a report, and a line beside it."""
    file = folder / "said.json"
    file.write_text(render(report))
    script = f"import sys; sys.stderr.write({beside!r}); print(open({str(file)!r}).read())"
    return (sys.executable, "-c", script)


def wait(condition: Callable[[], object]) -> None:
    until(lambda: (settle(), condition())[1])


def test_the_look_of_an_administrator_is_shown_in_place_of_ones_own(tmp_path: Path):
    """With what it says of the files that it ran from; one's own past stays in it."""
    own = situation("an alarm of yesterday")
    given = means(tmp_path, administrator=says(used(FIREFOX), tmp_path, beside="camcheck: mind"))
    window = shown(given, own._replace(snapshot=own.snapshot._replace(elevated=False)))
    window.look._before = own
    window.now.administrator.click()
    wait(lambda: window.now.seen and window.now.seen.report.snapshot.elevated)

    assert Sign.ALARM is window.now.card.sign
    assert "camcheck: mind" in texts(window)
    assert any("Firefox" in one.story.name for one in window.findChildren(StoryRow))


def test_a_refused_password_leaves_what_was_said(tmp_path: Path):
    """pkexec ends with 126 and says nothing."""
    window = shown(means(tmp_path, administrator=("/bin/false",)), situation("own call"))
    window.now.administrator.click()
    wait(lambda: any("did not work" in text for text in texts(window)))

    assert Sign.IN_USE is window.now.card.sign


def test_a_look_that_is_broken_off_is_no_answer(tmp_path: Path):
    """Closing the window ends the look, and what it wrote counts for nothing."""
    window = Window(means(tmp_path, look=("/bin/sleep", "600")))
    window.show()
    wait(lambda: window.look.busy)
    window.close()
    settle()

    assert not window.look.busy
    assert None is window.now.seen


def test_what_did_not_change_keeps_the_focus(tmp_path: Path):
    """The rows are looked at again all the time; the keys must not lose their place."""
    window = shown(means(tmp_path), situation("own call"))
    (row,) = window.findChildren(StoryRow)
    row.findChildren(QPushButton)[1].setFocus()
    window.now.show_seen(seen_of(situation("own call")))
    assert row is window.findChildren(StoryRow)[0]
    window.now.show_seen(seen_of(situation("own call, the person says that the light is on")))
    settle()
    focus = window.focusWidget()

    assert focus is not None
    assert "Not me: save a report: Firefox" == focus.accessibleName()


def test_as_somebody_elses_root_there_is_no_window():
    """sudo camcheck window: the person's desktop is no place for root."""
    script = "from camcheck.cli import main; main(['window'])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SUDO_UID": "1"},
    )
    if os.geteuid() != 0:
        pytest.skip("it needs root")

    assert 1 == done.returncode
    assert "start it without sudo" in done.stderr


def test_without_pyside_the_command_says_how_to_get_it():
    """The extra is named in one sentence."""
    script = (
        "import sys; sys.modules['PySide6'] = None\nfrom camcheck.cli import main; main(['window'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert 1 == done.returncode
    assert "pip install 'camcheck[window]'" in done.stderr


def test_no_other_command_loads_it():
    """A scan is as fast as it was."""
    script = (
        "import sys\nfrom camcheck.cli import main\n"
        "try: main(['cameras'])\nexcept SystemExit: pass\n"
        "sys.exit(any(name.startswith(('PySide6', 'camcheck.window')) for name in sys.modules))"
    )

    assert (
        0
        == subprocess.run(
            [sys.executable, "-c", script], check=False, capture_output=True
        ).returncode
    )
