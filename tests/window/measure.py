"""What the sign costs while nothing happens: memory, processor time, and how soon it is there.

Usage: python -m tests.window.measure [SECONDS]

A real monitor watches a stand-in camera, a small panel shows the sign; the window stays closed, is
then opened once and closed again. As root, on Linux, with what tests/packages-window.txt has.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.monitor.standin import StandIn, standin
from tests.waiting import until
from tests.window.desk import Talking, desktop

_TICK = os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> dict[str, int]:
    """kB by the kernel's sums (proc_pid_smaps_rollup): all, with its share of what others have as
    well, and what it has written itself."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    found = {name: int(rest.split()[0]) for name, _, rest in (one.partition(":") for one in lines)}
    written = found["Private_Dirty"]
    return {"resident": found["Rss"], "proportional": found["Pss"], "written": written}


def processor(pid: int) -> float:
    """Seconds of processor time, of the system and its own (proc_pid_stat)."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICK


def rest(window: Talking, seconds: float, what: str) -> None:
    """Idle for a while, then what that cost."""
    pid = window.process.pid
    before, began = processor(pid), time.monotonic()
    time.sleep(seconds)  # idleness is what is measured
    spent, passed = processor(pid) - before, time.monotonic() - began
    an_hour = spent * 3600 / passed
    print(f"{what}: {memory(pid)} kB; {spent:.2f} s in {passed:.0f} s: {an_hour:.1f} s an hour")


def delay(between: tuple[Talking, StandIn]) -> float:
    """Seconds from the start of a program that opens the camera until the sign shows it."""
    panel, camera = between
    before, began = len(panel.said()), time.monotonic()

    def shown() -> list[float]:
        said = [one for one in panel.said()[before:] if one["what"] == "shown"]
        return [one["at"] for one in said if any(" open" in line for line in one["menu"])]

    words = ["/usr/bin/flock", "--close", str(camera.node), "cat"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as program:
        until(shown)
        assert program.stdin is not None
        program.stdin.close()
    until(lambda: "Nobody uses a camera" in panel.said()[-1].get("menu", []))
    return float(shown()[0] - began)


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    with tempfile.TemporaryDirectory() as name, standin() as camera, desktop(Path(name)) as desk:
        panel = desk.start("tests.window.host", log="panel")
        until(panel.said)
        history = str(desk.folder / "state")
        desk.start("tests.window.monitor", str(camera.folder), history, log="monitor")
        until(lambda: "ready" in (desk.folder / "monitor").read_text())
        began = time.monotonic()
        window = desk.start(
            "tests.window.driven", str(desk.folder), str(camera.folder), "--sign", log="window"
        )
        until(lambda: any(one["what"] == "shown" for one in panel.said()))
        shown = next(one["at"] for one in panel.said() if one["what"] == "shown")
        pid = window.process.pid
        print(f"sign after {shown - began:.2f} s, {processor(pid):.2f} s of processor time")
        time.sleep(5)  # what starting left to do is no idleness
        rest(window, seconds, "sign alone")
        print(
            "opening to sign:",
            [f"{seconds:.2f} s" for seconds in map(delay, [(panel, camera)] * 5)],
        )
        panel.tell("press Open camcheck")
        until(lambda: window.ask("?")["stories"] is not None)
        for tab in ("Past", "Watch", "Check my camera", "Now"):
            window.ask(f"tab {tab}")
            time.sleep(3)  # each is seen as long as a person looks, and painted to the end
        rest(window, min(seconds, 60), "window open")
        window.ask("close")
        time.sleep(5)  # closing is no idleness
        rest(window, seconds, "window closed again")
    return 0


if __name__ == "__main__":
    sys.exit(main())
