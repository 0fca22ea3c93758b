"""The window with an answer in it, without a screen: for tests and for the pictures of the docs."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from camcheck.answer.judge import answer
from camcheck.findings import Report
from camcheck.window.look import Seen
from camcheck.window.main import Window
from camcheck.window.means import Means
from tests.answer.situations import situations


def application() -> QApplication:
    """The one application that a process can have."""
    made = QApplication.instance()
    return made if isinstance(made, QApplication) else QApplication(["camcheck"])


def means(folder: Path, **changes: Any) -> Means:
    """Folders of a test's own; what is looked with says nothing."""
    found = Means(
        history=str(folder / "state"),
        remembered=str(folder / "data"),
        look=("/bin/true",),
        monitor=("/bin/true",),
        start=("/bin/true",),
        runtime=str(folder / "run/camcheck"),
        report_path=lambda: str(folder / "report.html"),
        administrator=("/bin/true",),
    )
    return found._replace(**changes)


def situation(name: str) -> Report:
    """A situation of the tests of the answer."""
    return next(one.report for one in situations() if one.name == name)


def seen(report: Report) -> Seen:
    """A look that gave this report."""
    return Seen(report, answer(report))


def shown(given: Means, report: Report) -> Window:
    """The window that shows it."""
    window = Window(given)
    window.show()
    window.look.end()
    window.now.show_seen(seen(report))
    settle()
    return window


def settle() -> None:
    """Lets Qt lay out and paint what was changed."""
    for _ in range(4):
        application().processEvents()
