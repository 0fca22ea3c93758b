"""What two monitors, root's and alice's, see of ways to hold a camera and of short openings.

Call: python -m tests.lab.guest.watching [--bursts | --short] [--containers] [--stay SECONDS]
[WAY...]; prints JSON.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.lab.ways import WAYS

from .cameras import Webcam, wait_for
from .matrix import NotReadyError, node_of, prepare, start, stop, the_webcam
from .people import PEOPLE, start_as

LENGTHS = ((1, 30), (10, 30), (100, 20), (1000, 6))  # milliseconds, times
SHORT = ((1, 4), (100, 2))
BOXED = ((1, 3), (100, 3), (1000, 4), (2000, 4), (4000, 4), (8000, 3))
PATIENCE = 8.0  # seconds in which a monitor has to notice
LINGER = 14.0  # in which a use has to end: a container's end shows with a pulse and a look
UNHURRIED = 90.0  # instead of both where it only counts that it is noticed: --short
APART = 9.0  # seconds between two openings in a container: each is a use of its own


class Monitor:
    """A monitor as one of the people, and its log."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.log = Path(f"{PEOPLE[name].home}/{command[-1].strip('-')}.log")
        self.log.unlink(missing_ok=True)
        history = f"{PEOPLE[name].home}/history-{command[-1].strip('-')}"
        arguments = [a.replace("LOG", str(self.log)).replace("HISTORY", history) for a in command]
        self.process = start_as(
            name,
            [sys.executable, "-m", *arguments],
            env={"PYTHONPATH": os.environ["PYTHONPATH"]},
            stderr=sys.stderr,
            stdout=sys.stderr,
        )

    def ready(self) -> "Monitor":
        wait_for(lambda: any(line["what"] == "ready" for line in self.lines()), seconds=240.0)
        return self

    def lines(self, since: float = 0.0) -> list[dict[str, Any]]:
        text = self.log.read_text() if self.log.exists() else ""
        found = [json.loads(line) for line in text.splitlines(keepends=True) if line[-1] == "\n"]
        return [line for line in found if line["at"] >= since]

    def stop(self) -> dict[str, Any]:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(240)
        return self.lines()[-1]


def watchers() -> dict[str, Monitor]:
    command = ["tests.monitor.watcher", "HISTORY", "LOG"]
    monitors = {
        "root": Monitor("root", [*command, "--real"]),
        "alice": Monitor("alice", [*command, "--user"]),
    }
    return {name: monitor.ready() for name, monitor in monitors.items()}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bursts", action="store_true", help="and beside two rivals")
    parser.add_argument("--short", action="store_true", help="a few bursts, without rivals")
    parser.add_argument("--containers", action="store_true", help="bursts from within a container")
    parser.add_argument("--stay", type=float, default=0.0, help="seconds that each way goes on")
    parser.add_argument("ways", nargs="*")
    chosen = parser.parse_args()
    prepare()
    webcam = the_webcam("iso")
    result: dict[str, Any] = {"ways": {}, "bursts": [], "containers": []}
    monitors = watchers()
    wait_for(lambda: asleep(webcam)["runtime_status"] == "suspended")
    result["asleep"] = asleep(webcam)
    for name in chosen.ways:
        webcam, result["ways"][name] = way(
            name, webcam, monitors, unhurried=chosen.short, stay=chosen.stay
        )
        sys.stderr.write(f"{name}: {result['ways'][name]}\n")
    if chosen.short:
        result["bursts"] += bursts(monitors, webcam, SHORT, unhurried=True)
    if chosen.bursts:
        result["bursts"] += bursts(monitors, webcam, LENGTHS)
    if chosen.containers:
        result["containers"] = containers(monitors, webcam)
    result["ends"] = {name: monitor.stop() for name, monitor in monitors.items()}
    if chosen.bursts:
        for rival in ("lsof", "psutil"):
            command = ["tests.monitor.rivals", "LOG", webcam.video, rival]
            monitor = Monitor("root", command).ready()
            result["bursts"] += bursts({rival: monitor}, webcam, LENGTHS)
            monitor.stop()
    json.dump(result, sys.stdout)
    return 0


def asleep(webcam: Webcam) -> dict[str, str]:
    """Whether the camera sleeps while it is watched, and what its driver counts."""
    device = Path("/sys/class/video4linux") / Path(webcam.video).name / "device/.."
    return {
        "runtime_status": (device / "power/runtime_status").read_text().strip(),
        "refcnt": Path("/sys/module/uvcvideo/refcnt").read_text().strip(),
    }


def way(
    name: str, webcam: Webcam, monitors: dict[str, Monitor], *, unhurried: bool, stay: float
) -> tuple[Webcam, dict[str, Any]]:
    """Plays one way, and what both monitors say of it."""
    one = WAYS[name]
    began = time.monotonic()
    try:
        holder, pid = start(one, node_of(one, webcam))
    except NotReadyError as error:
        return webcam, {"error": str(error)}
    until = time.monotonic() + (UNHURRIED if unhurried else PATIENCE)
    while time.monotonic() < began + stay or (
        time.monotonic() < until
        and not all(_named(monitor, pid, began) is not None for monitor in monitors.values())
    ):
        time.sleep(0.2)
    stop(holder, webcam)
    stopped = time.monotonic()
    if one.node == "usb":
        webcam.unplug()
        webcam = the_webcam("iso")
    until = stopped + (UNHURRIED if unhurried else LINGER)
    while time.monotonic() < until and not all(
        any(line["event"] == "ended" for line in _sessions(monitor, began))
        for monitor in monitors.values()
    ):
        time.sleep(0.2)
    return webcam, {who: _row(monitor, pid, began, stopped) for who, monitor in monitors.items()}


def _sessions(monitor: Monitor, since: float) -> list[dict[str, Any]]:
    return [line for line in monitor.lines(since) if line["what"] == "session"]


def _named(monitor: Monitor, pid: int, since: float) -> float | None:
    for line in _sessions(monitor, since):
        process = line["session"]["process"]
        if process and process["pid"] == pid:
            return float(line["at"]) - since
    return None


def _row(monitor: Monitor, pid: int, began: float, stopped: float) -> dict[str, Any]:
    sessions = _sessions(monitor, began)
    used = [line for line in sessions if line["at"] <= stopped + 2]
    worst = [line["severity"] for line in sessions if line["severity"]]
    return {
        "seen": round(used[0]["at"] - began, 3) if used else None,
        "named": _named(monitor, pid, began),
        "ended": any(line["event"] == "ended" for line in sessions),
        "severity": worst[-1] if worst else None,
        "capture": sorted({line["session"]["capture"] for line in sessions}),
        "findings": sorted({f["check"] for line in sessions for f in line["session"]["findings"]}),
        "last": [
            (
                line["event"],
                (line["session"]["process"] or {}).get("name"),
                sorted(f["check"] for f in line["session"]["findings"]),
                line["session"]["note"],
            )
            for line in sessions
        ],
    }


def bursts(
    monitors: dict[str, Monitor],
    webcam: Webcam,
    lengths: tuple[tuple[int, int], ...],
    *,
    unhurried: bool = False,
) -> list[dict[str, Any]]:
    """Openings of some lengths, by new processes and by one: seen, named, how late."""
    rows = []
    for same in (False, True):
        for milliseconds, times in lengths:
            how = [str(milliseconds), str(times), "0.6", *(["--same"] if same else [])]
            if unhurried:
                openings = opened_in_turn("alice", webcam, how, monitors)
            else:
                openings = opened("alice", webcam, how)
                time.sleep(2)
            for who, monitor in monitors.items():
                lines = sightings(monitor)
                row = {"way": who, "same": same, "ms": milliseconds, **score(openings, lines)}
                rows.append(row)
                sys.stderr.write(f"{row}\n")
    return rows


def sightings(monitor: Monitor, since: float = 0.0) -> list[dict[str, Any]]:
    """The openings that a monitor has noticed."""
    lines = [line for line in monitor.lines(since) if line["what"] == "sighting"]
    return [line for line in lines if line.get("opened", True)]


def opened(who: str, webcam: Webcam, how: list[str]) -> list[dict[str, Any]]:
    """Opens the camera: when, and by which processes."""
    opener = opening(who, webcam, how)
    return [json.loads(line) for line in opener.communicate()[0].splitlines()]


def opened_in_turn(
    who: str, webcam: Webcam, how: list[str], monitors: dict[str, Monitor]
) -> list[dict[str, Any]]:
    """The same, each when all monitors have noticed the one before, or will not any more."""
    opener = opening(who, webcam, [*how, "--told"], stdin=subprocess.PIPE)
    assert opener.stdin and opener.stdout
    openings = []
    for _ in range(int(how[1])):
        opener.stdin.write("now\n")
        opener.stdin.flush()
        openings.append(json.loads(opener.stdout.readline()))
        until = time.monotonic() + UNHURRIED
        while time.monotonic() < until and not all(
            _noticed(sightings(monitor, openings[-1]["at"]), name, openings[-1]["pid"])
            for name, monitor in monitors.items()
        ):
            time.sleep(0.1)
    opener.communicate()
    return openings


def _noticed(lines: list[dict[str, Any]], name: str, pid: int) -> bool:
    """Root's monitor has to name the process, Alice's to notice that there was one."""
    return any(line["pid"] == pid or name != "root" for line in lines)


def opening(who: str, webcam: Webcam, how: list[str], **options: Any) -> subprocess.Popen[str]:
    """Starts the program that opens the camera."""
    return start_as(
        who,
        [sys.executable, "-m", "tests.monitor.opener", webcam.video, *how],
        env={"PYTHONPATH": os.environ["PYTHONPATH"]},
        stdout=subprocess.PIPE,
        **options,
    )


def containers(monitors: dict[str, Monitor], webcam: Webcam) -> list[dict[str, Any]]:
    """Openings by root of a node that a container made itself: what the history says of them."""
    rows = []
    for milliseconds, times in BOXED:
        openings = opened(
            "root", webcam, [str(milliseconds), str(times), str(APART), "--container"]
        )
        time.sleep(APART)
        for who, monitor in monitors.items():
            lines = [
                {"at": line["at"], "pid": (line["session"]["process"] or {"pid": None})["pid"]}
                for line in monitor.lines()
                if line["what"] == "session" and line["event"] != "ended"
            ]
            moments = [line for line in monitor.lines() if line["what"] == "moment"]
            noted = score(openings, [{**line, "pid": None} for line in moments])["seen"]
            row = {"way": who, "ms": milliseconds, **score(openings, lines), "noted": noted}
            rows.append(row)
            sys.stderr.write(f"{row}\n")
    return rows


def score(openings: list[dict[str, Any]], lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Each opening belongs to what was said until the next one."""
    seen = named = 0
    late = []
    for number, one in enumerate(openings):
        until = openings[number + 1]["at"] if number + 1 < len(openings) else float("inf")
        mine = [line for line in lines if one["at"] <= line["at"] < until]
        right = [line["at"] - one["at"] for line in mine if line["pid"] == one["pid"]]
        seen, named = seen + bool(mine), named + bool(right)
        late += right[:1]
    late.sort()
    return {
        "of": len(openings),
        "seen": seen,
        "named": named,
        "p50_ms": round(late[len(late) // 2] * 1000, 1) if late else None,
        "p99_ms": round(late[int(len(late) * 0.99)] * 1000, 1) if late else None,
    }


if __name__ == "__main__":
    sys.exit(main())
