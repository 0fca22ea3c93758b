"""The sign: what is so now as one picture, by shape, colour and word, never by colour alone."""

import os
from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from camcheck.answer import Kind

_FOLDER = os.path.join(os.path.dirname(__file__), "signs")


class Sign(StrEnum):
    """Which picture is shown."""

    NOBODY = "nobody"
    IN_USE = "in-use"
    LOOK = "look"
    ALARM = "alarm"
    UNKNOWN = "unknown"
    """Nobody watches, or nothing was looked at yet."""


COLOURS = {
    Sign.NOBODY: "#2e7d5b",
    Sign.IN_USE: "#1f63b5",
    Sign.LOOK: "#f2b705",
    Sign.ALARM: "#c21f2b",
    Sign.UNKNOWN: "#6b7280",
}


def sign_of(kind: Kind | None) -> Sign:
    """The sign of an answer; None: there is none."""
    return Sign.UNKNOWN if kind is None else Sign(kind.value)


def path(sign: Sign) -> str:
    """The file of the picture (SVG)."""
    return os.path.join(_FOLDER, f"{sign.value}.svg")


def picture(sign: Sign, *, size: int, ratio: float = 1.0) -> QPixmap:
    """The picture with edges of ``size`` on a screen with ``ratio`` pixels to each."""
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(path(sign)).render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(sign: Sign) -> QIcon:
    """The picture in the sizes that panels ask for."""
    made = QIcon()
    for size in (16, 22, 24, 32, 48, 64):
        made.addPixmap(picture(sign, size=size))
    return made


def tint(sign: Sign, palette: QPalette) -> QColor:
    """A background that says the same, on which the palette's text can be read."""
    base, colour = palette.color(QPalette.ColorRole.Base), QColor(COLOURS[sign])
    share = 0.16
    return QColor(
        *(
            round(one * (1 - share) + other * share)
            for one, other in zip(base.getRgb()[:3], colour.getRgb()[:3], strict=True)  # type: ignore[index]
        )
    )
