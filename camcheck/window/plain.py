"""Widgets for text of the machine: plain, printable, never markup and never a link."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from camcheck.printable import printable
from camcheck.window.words import apart, say

_LONGEST = 2000  # characters of one label
_LONG, _FOLD = re.compile(r"\S{24}(?=\S)"), "\u200b"


def text(sentence: str, *, bold: bool = False, scale: float = 1.0) -> QLabel:
    """A line of text that wraps, in the window's own type, larger by ``scale``."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    if QGuiApplication.isRightToLeft():  # else Qt asks the text, which is English
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
        label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    font = label.font()
    font.setBold(bold)
    font.setPointSizeF(font.pointSizeF() * scale)
    label.setFont(font)
    put(label, sentence)
    return label


def put(label: QLabel, sentence: str) -> None:
    """Another text in a label; an empty one takes no room."""
    clean = printable(sentence, limit=_LONGEST)
    label.setText(apart(_foldable(clean)))
    label.setAccessibleName(clean)
    if label.parentWidget() is not None:  # shown without one it would be a window of its own
        label.setVisible(bool(clean))


def _foldable(sentence: str) -> str:
    """With places where a long word can go on in the next line: no name makes the window wider."""
    return _LONG.sub(lambda found: f"{found[0]}{_FOLD}", sentence)


def button(word: str, *, about: str = "") -> QPushButton:
    """A button; ``about`` is what it is for, for who hears the window instead of seeing it."""
    made = QPushButton(apart(say(word)))
    told = printable(about, limit=200)
    made.setAccessibleName(f"{say(word)}: {told}" if told else say(word))
    made.setAutoDefault(False)
    return made


def box_of(widget: QFrame, name: str) -> QVBoxLayout:
    """Makes a frame a box that stands out from the window, with a name for who hears it."""
    widget.setFrameShape(QFrame.Shape.StyledPanel)
    widget.setAutoFillBackground(True)
    widget.setBackgroundRole(QPalette.ColorRole.Base)
    widget.setAccessibleName(printable(name, limit=200))
    made = QVBoxLayout(widget)
    made.setContentsMargins(12, 10, 12, 10)
    return made


def heading(word: str) -> QLabel:
    """The name of a part of the window."""
    return text(say(word), bold=True, scale=1.1)


def clear(box: QVBoxLayout) -> None:
    """Takes everything out of a box."""
    while item := box.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()


def ask(
    parent: QWidget, title: str, sentences: list[str], *, answers: tuple[tuple[str, int], ...]
) -> int:
    """Asks, and returns the number of the answer; 0 when the person closes the question.

    The last answer is the one that the Escape key gives.
    """
    dialog = QDialog(parent)
    dialog.setWindowTitle(printable(title, limit=120))
    box = QVBoxLayout(dialog)
    for sentence in sentences:
        box.addWidget(text(sentence))
    buttons = QDialogButtonBox()
    for word, number in answers:
        one = buttons.addButton(apart(say(word)), _ROLES[number != 0])
        one.clicked.connect(lambda _=False, chosen=number: dialog.done(chosen))
    box.addWidget(buttons)
    dialog.resize(dialog.fontMetrics().averageCharWidth() * 72, dialog.sizeHint().height())
    return dialog.exec()


_ROLES = (QDialogButtonBox.ButtonRole.RejectRole, QDialogButtonBox.ButtonRole.ActionRole)


def show_text(parent: QWidget, title: str, lines: list[str]) -> None:
    """A longer text to read, to select and to copy."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(printable(title, limit=120))
    box = QVBoxLayout(dialog)
    shown = QPlainTextEdit()
    shown.setReadOnly(True)
    shown.setTabChangesFocus(True)
    shown.setAccessibleName(printable(title, limit=120))
    shown.setPlainText("\n".join(printable(one, limit=_LONGEST) for one in lines))
    box.addWidget(shown)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    box.addWidget(buttons)
    width = dialog.fontMetrics().averageCharWidth() * 80
    dialog.resize(width, dialog.fontMetrics().height() * 26)
    dialog.exec()
