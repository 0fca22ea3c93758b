"""What the window shows of an answer, and that nothing of the machine is more than text."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from camcheck.answer.judge import answer
from camcheck.model import IndicatorState
from camcheck.printable import printable
from camcheck.render.json import render
from camcheck.window.look import judged
from camcheck.window.main import Window
from camcheck.window.sign import Sign
from camcheck.window.story import StoryRow
from tests.answer.situations import FIREFOX, seen, used
from tests.window.shown import application, means, shown, situation

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
    assert all(one.text().isprintable() for one in labels)
    assert any(printable(HOSTILE) in one.text() for one in labels)


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
