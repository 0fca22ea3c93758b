"""A film on a real camera, from the opening to the second, quiet one: what the sign and the desktop
say, and when.

Usage: python -m tests.window.course NODE PROGRAM [ARGUMENTS...]

`camcheck monitor` watches and `camcheck window --sign` shows, as whoever runs this; PROGRAM films.
Prints JSON. The lab runs it in a guest.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.waiting import until
from tests.window.desk import Desk, Talking, desktop

SLOW = 900.0  # seconds; the processor of a guest is emulated, and its host can be busy
SELDOM = 0.2  # seconds between two looks, which cost the guest time that it needs for the rest


def main() -> int:
    words = sys.argv[1:]
    run = Path(f"/run/user/{os.geteuid()}")  # where the monitor of root looks for desktops
    with tempfile.TemporaryDirectory() as folder, desktop(Path(folder), run=run) as desk:
        json.dump(course(desk, words), sys.stdout)
    return 0


def course(desk: Desk, words: list[str]) -> dict[str, Any]:
    """Two films of one program; between them the person says that it was her."""
    panel = desk.start("tests.window.host", log="panel")
    until(panel.said, seconds=SLOW, every=SELDOM)
    desk.start("tests.window.patient", log="monitor")
    log = desk.folder / "monitor"
    until(lambda: "camcheck watches" in log.read_text(), seconds=SLOW, every=SELDOM)
    window = desk.start("tests.window.driven", str(desk.folder), "--real", "--sign", log="window")
    until(lambda: "Nobody uses a camera" in menu(panel), seconds=SLOW, every=SELDOM)
    name = Path(words[0]).name
    first = film(panel, words, name, during=lambda: approve(desk, panel, window, name))
    told = desk.notifications()
    second = film(panel, words, name, during=lambda: None)
    return {"first": first, "second": second, "told": told, "later": desk.notifications()}


def film(panel: Talking, words: list[str], name: str, *, during: Any) -> dict[str, float | None]:
    """Seconds from the start of the program: until the sign changed, and until it names it."""
    before, began = len(panel.said()), time.monotonic()

    def since(text: str) -> float | None:
        shown = (one for one in panel.said()[before:] if one["what"] == "shown")
        at = (one["at"] for one in shown if any(text in line for line in one["menu"]))
        return next((moment - began for moment in at), None)

    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as program:
        try:
            until(lambda: since(f"{name} films") is not None, seconds=SLOW, every=SELDOM)
            seconds = {"opened": since(" open"), "films": since(f"{name} films")}
            during()
        finally:
            program.kill()
    until(lambda: "Nobody uses a camera" in menu(panel), seconds=SLOW, every=SELDOM)
    return seconds


def approve(desk: Desk, panel: Talking, window: Talking, name: str) -> None:
    """The person opens the window and says that it was her."""
    until(desk.number, seconds=SLOW, every=8.0)  # each question is some processes in the guest
    panel.tell("press Open camcheck")
    until(lambda: name in (window.ask("?")["stories"] or ()), seconds=SLOW, every=1.0)
    desk.click(window, "story.mine")
    desk.click(window, "Approve this program")
    until(lambda: name in window.ask("?")["approved"], seconds=SLOW, every=1.0)
    window.ask("close")


def menu(panel: Talking) -> list[str]:
    """What the menu of the sign says now."""
    shown = [one for one in panel.said() if one["what"] == "shown"]
    return shown[-1]["menu"] if shown else []


if __name__ == "__main__":
    sys.exit(main())
