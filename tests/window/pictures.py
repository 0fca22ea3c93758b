"""The pictures of docs/window.md: each state of the window and the menu of its sign.

Usage: python -m tests.window.pictures [FOLDER] [--dark | --right-to-left | --large]

Without a choice it makes all of them, each choice in a process of its own: an application has one
palette, one direction and one size of text.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/pictures"
CHOICES = ("--light", "--dark", "--large", "--right-to-left")
STATES = {
    "nobody": "nobody uses the camera",
    "in-use": "own call",
    "look": "the light is dark while it films",
    "alarm": "a known spy films",
}


def main(arguments: list[str]) -> int:
    """All of them, or those of one choice."""
    folder = Path(next((one for one in arguments if not one.startswith("--")), FOLDER))
    chosen = [one for one in arguments if one in CHOICES]
    if not chosen:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        for choice in CHOICES:
            command = [sys.executable, "-m", "tests.window.pictures", str(folder), choice]
            environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
            subprocess.run(command, check=True, cwd=ROOT, env=environment)
        return 0
    with tempfile.TemporaryDirectory() as name:
        _draw(Path(name), folder, chosen[0])
    return 0


def _draw(work: Path, folder: Path, choice: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from tests.window import shown

    application = shown.application()
    application.setStyle("Fusion")
    font = application.font()
    font.setFamily("DejaVu Sans")
    font.setPointSizeF(20 if choice == "--large" else 10)
    application.setFont(font)
    if choice == "--dark":
        application.styleHints().setColorScheme(Qt.ColorScheme.Dark)
        application.setPalette(_dark())
    if choice == "--right-to-left":
        application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    name = choice.removeprefix("--")

    def save(widget: QWidget, what: str) -> None:
        shown.settle()
        image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = Counter(memoryview(image.constBits()).cast("I"))
        table = [colour for colour, _ in pixels.most_common(256)]
        flat = Qt.ImageConversionFlag.AvoidDither
        small = image.convertToFormat(QImage.Format.Format_Indexed8, table, flat)
        small.save(str(folder / f"window-{what}-{name}.png"), "PNG", 0)

    wide = 1180 if choice == "--large" else 720
    for state, situation in STATES.items():
        if choice != "--light" and state != "alarm":
            continue
        window = shown.shown(shown.means(work), shown.situation(situation))
        window.resize(wide, 1000 if choice == "--large" else 600)
        save(window, state)
        window.hide()
    _draw_past(work, save, wide)
    if choice == "--light":
        _draw_rest(work, save, wide)


def _draw_past(work, save, wide) -> None:  # type: ignore[no-untyped-def]
    from tests.window import shown
    from tests.window.months import write_months

    if not (work / "state").exists():
        write_months(work / "state", days=40)
    window = shown.shown(shown.means(work), shown.situation("nobody uses the camera"))
    window.resize(wide, 1100 if wide > 1000 else 820)
    window.tabs.setCurrentWidget(window.past)
    shown.settle()
    window.past.strip.choose(2, None)
    window.past.strip.choose(2, window.past._days.day(2).uses[0])
    save(window, "past")
    window.past.close_history()
    window.hide()


def _draw_rest(work, save, wide) -> None:  # type: ignore[no-untyped-def]
    """The monitor's switches, the self-test, and the menu of the sign."""
    from camcheck.answer import Kind
    from camcheck.approval import Approval
    from camcheck.model import MonitorHealth
    from camcheck.selftest.course import Result, WitnessReport
    from camcheck.selftest.filming import Picture
    from camcheck.selftest.rounds import Answer, LightVerdict, Round
    from camcheck.window.follow import State
    from camcheck.window.rounds import Ended
    from camcheck.window.tray import Tray
    from camcheck.window.watching import Watching, When
    from tests.window import shown

    window = shown.shown(shown.means(work), shown.situation("nobody uses the camera"))
    window.resize(wide, 560)
    window.tabs.setCurrentWidget(window.check)
    window.check.show_seen(window.now.seen)
    save(window, "check")
    window.check.pages.setCurrentIndex(1)
    window.check._prepare(2)
    window.check._ask(2)
    save(window, "check-question")
    rounds = tuple(
        Round(filmed=films, answer=Answer.LIT if films else Answer.DARK)
        for films in (True, False, True, True, False)
    )
    grey = bytes(min(255, 40 + x + y) for y in range(112) for x in range(200))
    result = Result("cam", LightVerdict.FOLLOWS, rounds, WitnessReport(("usb",), ()), ("scene",))
    window.check._show(Ended(result, Picture(200, 112, grey)))
    save(window, "check-result")
    window.tabs.setCurrentWidget(window.watch)
    window.watch._show(
        Watching(
            When.ALWAYS,
            MonitorHealth.WATCHING,
            system=False,
            tells=True,
            sign=True,
            lines=(
                "Installed as a service (camcheck-monitor.service).",
                "Watches by inotify: HD Webcam.",
                "No event was lost.",
            ),
            blind=("programs of other users are not named, only suspected",),
            approved=((1, Approval("/opt/zoom/zoom", "0" * 64, 1, "zoom")),),
        )
    )
    save(window, "watch")
    window.hide()
    tray = Tray()
    tray.show_state(State(Kind.IN_USE, ("Firefox films with HD Webcam",)))
    tray._menu.popup(tray._menu.pos())
    save(tray._menu, "menu")
    tray._menu.hide()


def _dark():  # type: ignore[no-untyped-def]
    """What dark desktops set; without a desktop Fusion knows of none."""
    from PySide6.QtGui import QColor, QPalette

    palette = QPalette(QColor(45, 45, 48), QColor(30, 30, 32))
    role = QPalette.ColorRole
    palette.setColor(role.Base, QColor(36, 36, 38))
    palette.setColor(role.AlternateBase, QColor(52, 52, 56))
    palette.setColor(role.Highlight, QColor(48, 110, 190))
    palette.setColor(role.HighlightedText, QColor(255, 255, 255))
    return palette


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
