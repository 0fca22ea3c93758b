"""The window as `camcheck window` runs it, which also says where its buttons are.

Usage: python -m tests.window.driven FOLDER [STAND-IN-FOLDER] [--sign] [--real] [--no-library]

In FOLDER are history and records, unless --real: then it works with those of the command itself.
With --no-library no process of its own can show notifications, as without camcheck[notify].

Lines that it reads are names of buttons; it answers with a line of JSON: the middle of the button
on the screen, or null while it cannot be pressed. "?" asks what is shown, "grab FILE" takes a
picture of the window in front.
"""

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QAbstractButton, QApplication

from camcheck.cli.window import means as own_means
from camcheck.monitor.tell.notify import NO_LIBRARY
from camcheck.window import app, notice
from camcheck.window.main import Window
from tests.window.shown import means


def main() -> int:
    folder = Path(sys.argv[1])
    given = own_means() if "--real" in sys.argv else means(folder)
    if len(sys.argv) > 2 and not sys.argv[2].startswith("--"):
        look = (sys.executable, "-m", "tests.window.look", sys.argv[2], given.history)
        monitor = (sys.executable, "-m", "tests.window.monitor", sys.argv[2], given.history)
        given = given._replace(look=look, monitor=monitor)
    if "--no-library" in sys.argv:
        notice.own_module = lambda *_, **__: [
            sys.executable,
            "-c",
            f"raise SystemExit({NO_LIBRARY})",
        ]
    start = app.Program.start

    def start_and_listen(program: app.Program, *, hidden: bool) -> None:
        start(program, hidden=hidden)
        program.ear = QSocketNotifier(0, QSocketNotifier.Type.Read)  # type: ignore[attr-defined]
        program.ear.activated.connect(lambda *_: obey(program))  # type: ignore[attr-defined]

    app.Program.start = start_and_listen  # type: ignore[method-assign]
    return app.run(given, hidden="--sign" in sys.argv)


def obey(program: app.Program) -> None:
    """One line from the test."""
    line = sys.stdin.readline().strip()
    word, _, rest = line.partition(" ")
    answer: Any = None
    if not line:
        QApplication.quit()
        return
    if word == "grab":
        front = QApplication.activeModalWidget() or program.window
        answer = front is not None and front.grab().save(rest)
    elif word == "tab" and program.window:
        tabs = program.window.tabs
        names = [tabs.tabText(at).replace("&", "") for at in range(tabs.count())]
        tabs.setCurrentIndex(names.index(rest))
    elif word == "close" and program.window:
        program.window.close()
    elif word == "?":
        answer = said(program.window)
    else:
        answer = place(line)
    print(json.dumps(answer), flush=True)


def said(window: Window | None) -> dict[str, Any]:
    """What the window shows."""
    if window is None:
        return {"visible": False, "stories": None}
    now = window.now
    return {
        "visible": window.isVisible(),
        "sign": now.card.sign.value,
        "stories": [one.name for one in now.seen.answer.stories] if now.seen else None,
        "approved": [one.name for one in now.seen.answer.stories if one.approved]
        if now.seen
        else None,
        "busy": window.look.busy,
    }


def place(name: str) -> list[int] | None:
    """The middle of a button that can be pressed, on the screen."""
    for top in QApplication.topLevelWidgets():
        for button in top.findChildren(QAbstractButton):
            named = name in (button.objectName(), button.text().replace("&", ""))
            if named and button.isEnabled() and not button.visibleRegion().isEmpty():
                middle = button.mapToGlobal(button.rect().center())
                return [middle.x(), middle.y()]
    return None


if __name__ == "__main__":
    sys.exit(main())
