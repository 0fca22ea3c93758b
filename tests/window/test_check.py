"""The self-test in the window: consent, questions, result, its picture, and an end at any time."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from camcheck.model import CaptureState, Node, NodeKind
from camcheck.render.json import render
from camcheck.selftest.rounds import Answer
from camcheck.window import rounds
from camcheck.window.main import Window
from tests.answer.situations import seen
from tests.builders import CAMERA, a_camera, a_capture
from tests.waiting import until
from tests.window.shown import application, means, settle, shown

FILMS = (True, False, True, False, True)


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """The window before a camera that is a film in a file."""
    cv2 = pytest.importorskip("cv2", reason="OpenCV is not installed")
    numpy = pytest.importorskip("numpy")
    application()
    film, facts = tmp_path / "film.avi", tmp_path / "report.json"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 10, (320, 240))
    for number in range(20):
        picture = numpy.full((240, 320, 3), 40, numpy.uint8)
        picture[60 : 120 + number, 80:200] = 220
        writer.write(picture)
    writer.release()
    camera = a_camera(nodes=(Node(str(film), NodeKind.CAPTURE, (81, 0)),))
    report = seen(cameras=(camera,), captures=[a_capture(CaptureState.INACTIVE)])
    facts.write_text(render(report))
    monkeypatch.setattr(rounds, "plan", lambda: FILMS)
    look = (sys.executable, "-c", f"print(open({str(facts)!r}).read())")
    made = shown(means(tmp_path, look=look), report)
    made.tabs.setCurrentWidget(made.check)
    made.check.show_seen(made.now.seen)
    settle()
    yield made
    made.look.end()
    made.check.end()


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait(condition: object) -> None:
    until(lambda: (settle(), condition())[1])  # type: ignore[operator]


@pytest.mark.whole_run("five rounds of some seconds")
def test_the_person_agrees_answers_and_is_told(window: Window, tmp_path: Path):
    """Five rounds, the verdict in words, the picture on the screen alone, and a record of it."""
    check = window.check
    press(check.consent)
    for films in FILMS:
        wait(check.answers[0].isEnabled)
        press(check.answers[0 if films else 1])
        wait(lambda: not check.answers[0].isEnabled())
    wait(lambda: check.pages.currentIndex() == 2)
    told = [one.text() for one in check.findChildren(QLabel) if one.isVisible()]

    assert any("lit in every round that filmed" in text for text in told)
    assert not check._picture.pixmap().isNull()
    record = json.loads((tmp_path / "data/selftest.json").read_text())
    assert "follows" == record[CAMERA]["verdict"]
    assert [] == list((tmp_path / "data").glob("*.png"))


def test_nothing_films_before_the_person_agrees_and_stop_ends_it(window: Window):
    """The first page only explains; Stop comes back to it."""
    check = window.check
    assert None is check.rounds
    assert 0 == check.pages.currentIndex()
    press(check.consent)
    wait(check.answers[0].isEnabled)
    press(check.stop)
    wait(lambda: check.pages.currentIndex() == 0)

    assert None is check.rounds
    assert "Stopped. The camera is off again." == check._note.text()


def test_no_answer_is_nearer_than_another(window: Window):
    """The focus is on the question, so that Enter says nothing."""
    check = window.check
    check.pages.setCurrentIndex(1)
    check._ask(1)
    settle()

    assert check._question is window.focusWidget()
    assert [Answer.LIT, Answer.DARK, Answer.UNSURE] == list(Answer)
