"""The timeline: a row for each day, in it a band for each camera, and its uses as blocks."""

from datetime import datetime

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QBrush,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from camcheck.findings import Severity
from camcheck.printable import printable
from camcheck.window.days import Day, Days, Use, dark_in_words, in_words
from camcheck.window.sign import COLOURS, Sign, picture
from camcheck.window.words import say

_HOURS = 24
_LEAST = 4  # pixels of the shortest use
_DAYS, _FEWEST = 7, 4  # that are seen at once, and where the screen is small


class Strip(QAbstractScrollArea):
    """``chosen`` gets the day and the use (or None) that the person has come to."""

    chosen = Signal(object, object)

    def __init__(self, days: Days, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days = days
        self.back = 0
        self.use: Use | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(say("past.strip"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(self._height(_FEWEST))
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)

    def sizeHint(self) -> QSize:  # noqa: N802 Qt's name
        """Room for seven days."""
        return QSize(super().sizeHint().width(), self._height(_DAYS))

    def refresh(self) -> None:
        """What is known has changed."""
        self._set_range()
        self.viewport().update()
        self.choose(min(self.back, max(0, self._days.number - 1)), self.use)

    def choose(self, back: int, use: Use | None) -> None:
        """Comes to a day and a use of it."""
        self.back = max(0, min(back, self._days.number - 1))
        day = self._day(self.back)
        self.use = use if use in day.uses else None
        bar, row = self.verticalScrollBar(), self._row()
        top = self.back * row
        if not bar.value() <= top <= bar.value() + self._room() - row:
            bar.setValue(max(0, top - self._room() + row) if top > bar.value() else top)
        told = in_words(self.use) if self.use else dark_in_words(day)
        self.setAccessibleDescription(f"{day_name(day, self.back)}. {told}")
        changed = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(changed)
        self.viewport().update()
        self.chosen.emit(day, self.use)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """The arrows go from day to day and from use to use."""
        back = event.key() == Qt.Key.Key_Left
        if self.isRightToLeft():
            back = event.key() == Qt.Key.Key_Right
        match event.key():
            case Qt.Key.Key_Up:
                self.choose(self.back - 1, None)
            case Qt.Key.Key_Down:
                self.choose(self.back + 1, None)
            case Qt.Key.Key_PageDown:
                self.choose(self.back + _DAYS, None)
            case Qt.Key.Key_PageUp:
                self.choose(self.back - _DAYS, None)
            case Qt.Key.Key_Home:
                self.choose(0, None)
            case Qt.Key.Key_End:
                self.choose(self._days.number - 1, None)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._step(-1 if back else 1)
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 Qt's name
        """The use under the mouse, or the day."""
        place = event.position().toPoint()
        back = (place.y() - self._top() + self.verticalScrollBar().value()) // self._row()
        if place.y() < self._top() or not 0 <= back < self._days.number:
            return
        day = self._day(back)
        under = (use for use in day.uses if self._near(day, back, use).contains(place))
        self.choose(back, next(under, None))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 Qt's name
        """Another number of days fits."""
        super().resizeEvent(event)
        self._set_range()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 Qt's name
        """Only the days that are seen are read and drawn."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        value, row = self.verticalScrollBar().value(), self._row()
        first = value // row
        last = min(self._days.number, (value + self._room()) // row + 1)
        painter.setClipRect(0, self._top(), self.viewport().width(), self.viewport().height())
        for back in range(first, last):
            self._draw_day(painter, self._day(back), back)
        painter.setClipping(False)
        self._draw_hours(painter)
        painter.end()

    def _step(self, by: int) -> None:
        uses = self._day(self.back).uses
        if not uses:
            return
        at = uses.index(self.use) + by if self.use in uses else (0 if by > 0 else len(uses) - 1)
        self.choose(self.back, uses[max(0, min(at, len(uses) - 1))])

    def _day(self, back: int) -> Day:
        return self._days.day(back)

    def _height(self, days: int) -> int:
        return self._top() + self._row() * days + 2 * self.frameWidth()

    def _row(self) -> int:
        return round(self.fontMetrics().height() * 2.3)

    def _top(self) -> int:
        return round(self.fontMetrics().height() * 1.5)

    def _room(self) -> int:
        return max(1, self.viewport().height() - self._top())

    def _label(self) -> int:
        return self.fontMetrics().horizontalAdvance("Wednesday 00 Nov") + 12

    def _set_range(self) -> None:
        row, number = self._row(), self._days.number
        self.verticalScrollBar().setRange(0, max(0, number * row - self._room()))
        self.verticalScrollBar().setPageStep(self._room())
        self.verticalScrollBar().setSingleStep(row)

    def _bands(self, back: int) -> QRect:
        """Where the bands of a day are; mirrored where one reads from right to left."""
        y = self._top() + back * self._row() - self.verticalScrollBar().value()
        width = self.viewport().width() - self._label() - 10
        left = 10 if self.isRightToLeft() else self._label()
        gap = max(3, self._row() // 8)
        return QRect(left, y + gap, width, self._row() - 2 * gap)

    def _across(self, bands: QRect, day: Day, at: datetime) -> float:
        share = (at - day.start) / (day.end - day.start)
        share = max(0.0, min(1.0, share))
        if self.isRightToLeft():
            share = 1 - share
        return bands.left() + share * bands.width()

    def _stretch(
        self, bands: QRect, day: Day, began: datetime, ended: datetime, *, least: float = 0.0
    ) -> QRectF:
        edges = self._across(bands, day, began), self._across(bands, day, ended)
        left, right = min(edges), max(edges)
        if right - left < least:
            left, right = (left + right - least) / 2, (left + right + least) / 2
        return QRectF(left, bands.top(), right - left, bands.height())

    def _block(self, day: Day, back: int, use: Use) -> QRectF:
        bands = self._bands(back)
        ended = use.over or datetime.now().astimezone()
        block = self._stretch(bands, day, use.began, ended, least=_LEAST)
        number = max(1, len(day.cameras))
        height = bands.height() / number
        at = day.cameras.index(use.camera_name)
        return QRectF(block.left(), bands.top() + at * height, block.width(), height)

    def _near(self, day: Day, back: int, use: Use) -> QRect:
        return self._block(day, back, use).toAlignedRect().adjusted(-3, -2, 3, 2)

    def _draw_day(self, painter: QPainter, day: Day, back: int) -> None:
        palette, bands = self.palette(), self._bands(back)
        whole = QRect(0, bands.top() - 2, self.viewport().width(), bands.height() + 4)
        if back == self.back:
            colour = QColor(palette.color(QPalette.ColorRole.Highlight))
            colour.setAlpha(60 if self.hasFocus() else 34)
            painter.fillRect(whole, colour)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        left = bands.right() + 6 if self.isRightToLeft() else 6
        place = QRect(left, bands.top(), self._label() - 12, bands.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, day_name(day, back))
        painter.fillRect(bands, palette.color(QPalette.ColorRole.AlternateBase))
        hatched = QBrush(palette.color(QPalette.ColorRole.Mid), Qt.BrushStyle.BDiagPattern)
        for began, ended in day.dark:
            painter.fillRect(self._stretch(bands, day, began, ended), hatched)
        self._draw_lines(painter, day, bands)
        for use in day.uses:
            self._draw_use(painter, self._block(day, back, use), use)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bands)

    def _draw_lines(self, painter: QPainter, day: Day, bands: QRect) -> None:
        """Between the bands, each with the name of its camera where there are several."""
        number = len(day.cameras)
        if number < 2:
            return
        painter.save()
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.75)
        painter.setFont(font)
        height = bands.height() / number
        for at, name in enumerate(day.cameras):
            band = QRectF(bands.left() + 4, bands.top() + at * height, bands.width() - 8, height)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            shown = painter.fontMetrics().elidedText(
                printable(name, limit=80), Qt.TextElideMode.ElideRight, bands.width() // 4
            )
            painter.drawText(band, Qt.AlignmentFlag.AlignVCenter, shown)
            if at:
                painter.drawLine(QPoint(bands.left(), int(band.top())), band.topRight().toPoint())
        painter.restore()

    def _draw_use(self, painter: QPainter, block: QRectF, use: Use) -> None:
        sign = sign_of_use(use)
        chosen = use == self.use
        edge = self.palette().color(QPalette.ColorRole.Text)
        painter.setPen(QPen(edge, 2) if chosen else Qt.PenStyle.NoPen)
        colour = COLOURS[Sign.UNKNOWN] if use.session is None else COLOURS[sign]
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(block.adjusted(0, 2, 0, -2), 2, 2)
        if use.odd:
            size = max(self.fontMetrics().ascent(), round(block.height() * 0.8))
            middle = block.center().toPoint()
            corner = QPoint(middle.x() - size // 2, middle.y() - size // 2)
            painter.drawPixmap(corner, picture(sign, size=size))

    def _draw_hours(self, painter: QPainter) -> None:
        bands = self._bands(0)
        painter.fillRect(
            0,
            0,
            self.viewport().width(),
            self._top(),
            self.palette().color(QPalette.ColorRole.Base),
        )
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        for hour in range(0, _HOURS + 1, 6):
            share = hour / _HOURS
            share = 1 - share if self.isRightToLeft() else share
            middle = bands.left() + round(share * bands.width())
            told = f"{hour:02}:00"
            wide = self.fontMetrics().horizontalAdvance(told) + 8
            place = QRect(middle - wide // 2, 0, wide, self._top())
            place.moveRight(min(place.right(), self.viewport().width() - 1))
            place.moveLeft(max(place.left(), 0))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, told)


def sign_of_use(use: Use) -> Sign:
    """How grave it is, as a sign."""
    if use.odd >= Severity.HIGH.rank:
        return Sign.ALARM
    return Sign.LOOK if use.odd else Sign.IN_USE


def day_name(day: Day, back: int) -> str:
    """What the day is called."""
    return say("past.today") if back == 0 else f"{day.start:%A %d %b}"
