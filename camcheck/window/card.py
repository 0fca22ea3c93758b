"""The card of the window: the sign, large, the answer's sentence and what to do now."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from camcheck.answer.card import card
from camcheck.window.look import Seen
from camcheck.window.plain import clear, put, text
from camcheck.window.sign import Sign, picture, sign_of, tint
from camcheck.window.words import here, say

_SIZE = 4.5  # lines of text


class Card(QFrame):
    """Shows the answer of a look, or that there is none yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the first that a screen reader comes to
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.sign = Sign.UNKNOWN
        box = QHBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(18)
        self._picture = QLabel()
        box.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(6)
        self._word = text("", bold=True, scale=1.6)
        self._sentence = text("", scale=1.2)
        self._lines = QVBoxLayout()
        words.addWidget(self._word)
        words.addWidget(self._sentence)
        words.addLayout(self._lines)
        words.addStretch(1)
        box.addLayout(words, 1)
        self._show(Sign.UNKNOWN, say("now.looking"), [])

    def show_seen(self, seen: Seen) -> None:
        """The answer of a look."""
        shown = card(seen.answer)
        self._show(sign_of(seen.answer.kind), here(shown.sentence), list(map(here, shown.lines)))

    def show_trouble(self, sentence: str) -> None:
        """There is no answer."""
        self._show(Sign.UNKNOWN, sentence, [])

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 Qt's name
        """Another palette (dark, light) asks for another tint."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()

    def _show(self, sign: Sign, sentence: str, lines: list[str]) -> None:
        self.sign = sign
        ratio = self.devicePixelRatioF()
        size = round(self.fontMetrics().height() * _SIZE)
        self._picture.setPixmap(picture(sign, size=size, ratio=ratio))
        self._picture.setAccessibleName(say(f"sign.{sign.value}"))
        put(self._word, say(f"sign.{sign.value}"))
        put(self._sentence, sentence)
        clear(self._lines)
        for line in lines:
            self._lines.addWidget(text(line, scale=1.1))
        told = " ".join((f"{say(f'sign.{sign.value}')}.", sentence, *lines))
        if told != self.accessibleName():
            self.setAccessibleName(told)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self._colour()

    def _colour(self) -> None:
        palette = QApplication.palette()
        palette.setColor(QPalette.ColorRole.Window, tint(self.sign, palette))
        self.setPalette(palette)
