"""Measurements of the monitor that take longer than a test may: python -m tests.monitor.measure.

    bursts [--only WAY] [--storm] [--uid N]
                                  seen, attributed, latency; beside psutil and inotify with lsof;
                                  in a storm by another process; the user's ways as that user
    idle [SECONDS]                processor time and memory while nothing happens
    storm                         10,000 openings a second
    crash [TIMES]                 kill -9 of monitors at random moments, the history checked after
    writers [TIMES]               the same for the history alone, in the middle of its writing

Without --node the stand-in camera is used. The results stand in docs/monitor.md.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from camcheck.history.store import Bounds, History
from tests.monitor.build import START, a_session
from tests.monitor.standin import standin
from tests.monitor.watcher import main as watch

LENGTHS = ((1, 100), (10, 50), (100, 20), (1000, 5))  # milliseconds, times


class Watching:
    """A monitor, or a rival, in a process of its own."""

    def __init__(self, arguments: list[str], folder: Path, *, uid: int | None = None) -> None:
        self.log = folder / "log"
        self.log.write_text("")
        for path in (folder, self.log) if uid else ():
            os.chown(path, uid or 0, uid or 0)
        command = [sys.executable, "-m", *(a.replace("LOG", str(self.log)) for a in arguments)]
        self.process = subprocess.Popen(command, **somebody(uid))
        try:
            self.until("ready")
        except BaseException:
            self.kill()
            raise

    def __enter__(self) -> "Watching":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """Ends it, whatever it does; nothing happens where it has ended."""
        self.process.kill()
        self.process.wait()

    def until(self, what: str, seconds: float = 300.0) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in self.lines():
                if line["what"] == what:
                    return line
            if self.process.poll() is not None and what != "done":
                raise RuntimeError(f"it ended with {self.process.returncode}")
            time.sleep(0.02)
        raise TimeoutError(what)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line[-1:] == "}"]

    def end(self) -> dict[str, Any]:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(300)
        return self.until("done")


def somebody(uid: int | None) -> dict[str, Any]:
    """How subprocess starts a program as that user."""
    return {"user": uid, "group": uid, "extra_groups": []} if uid else {}


@contextlib.contextmanager
def camera(node: str | None) -> Iterator[tuple[str, list[str]]]:
    """A node to open, and the arguments that tell the watcher of it."""
    if node:
        yield node, []
        return
    with standin() as device:
        yield str(device.node), [str(device.folder)]


def bursts(chosen: argparse.Namespace) -> None:
    ways = {
        "camcheck, root": ["tests.monitor.watcher", "HISTORY", "LOG", "STANDIN"],
        "camcheck, user": ["tests.monitor.watcher", "HISTORY", "LOG", "STANDIN", "--user"],
        "inotify + lsof": ["tests.monitor.rivals", "LOG", "NODE", "lsof"],
        "psutil each second": ["tests.monitor.rivals", "LOG", "NODE", "psutil"],
    }
    print("| way | process | held (ms) | seen | attributed | with program |", end="")
    print(" p50 (ms) | p99 (ms) | CPU (ms each) |")
    print("|---|---|---|---|---|---|---|---|---|")
    for way, template in ways.items():
        if chosen.only and chosen.only not in way:
            continue
        for same in (False, True):
            for milliseconds, times in LENGTHS:
                with camera(chosen.node) as (node, told), tempfile.TemporaryDirectory() as folder:
                    names = {"HISTORY": folder + "/history", "NODE": node}
                    arguments = [names.get(name, name) for name in template]
                    place = arguments.index("STANDIN") if "STANDIN" in arguments else None
                    if place is not None:
                        arguments[place : place + 1] = told
                    uid = chosen.uid if "user" in way else None
                    watching = Watching(arguments, Path(folder), uid=uid)
                    how = [node, str(milliseconds), str(times), "0.4", *(["--same"] * same)]
                    with _storming(node) if chosen.storm else contextlib.nullcontext():
                        row = _burst(watching, how, uid)
                print(
                    f"| {way} | {'the same' if same else 'new'} | {milliseconds} | {row} |",
                    flush=True,
                )


def _burst(watching: Watching, how: list[str], uid: int | None) -> str:
    before = watching.until("ready")["cpu"]
    command = [sys.executable, "-m", "tests.monitor.opener", *how]
    done = subprocess.run(command, capture_output=True, text=True, check=True, **somebody(uid))
    time.sleep(1.2)
    used = watching.end()["cpu"] - before
    openings = [json.loads(line) for line in done.stdout.splitlines()]
    sightings = [line for line in watching.lines() if line["what"] == "sighting"]
    sightings = [line for line in sightings if line.get("opened", True)]
    seen = attributed = described = 0
    latencies = []
    for number, opening in enumerate(openings):
        until = openings[number + 1]["at"] if number + 1 < len(openings) else float("inf")
        mine = [line for line in sightings if opening["at"] <= line["at"] < until]
        named = [line for line in mine if line["pid"] == opening["pid"]]
        seen += bool(mine)
        attributed += bool(named)
        described += any(line.get("exe") for line in named)
        latencies += [(named[0]["at"] - opening["at"]) * 1000] if named else []
    p50, p99 = _percentiles(latencies)
    of = len(openings)
    return (
        f"{seen}/{of} | {attributed}/{of} | {described}/{of} | {p50} | {p99} | "
        f"{used * 1000 / of:.1f}"
    )


@contextlib.contextmanager
def _storming(node: str) -> Iterator[None]:
    """Another process opens the node 10,000 times a second meanwhile."""
    with subprocess.Popen(
        [sys.executable, "-c", STORM, node, "10000", "3600"], stdout=subprocess.DEVNULL
    ) as child:
        time.sleep(3)
        try:
            yield
        finally:
            child.kill()


def _percentiles(values: list[float]) -> tuple[str, str]:
    if not values:
        return "-", "-"
    ordered = sorted(values)
    return f"{statistics.median(ordered):.1f}", f"{ordered[int(len(ordered) * 0.99)]:.1f}"


def idle(chosen: argparse.Namespace) -> None:
    for way, extra in (("root", []), ("user", ["--user"])):
        with camera(chosen.node) as (_, told), tempfile.TemporaryDirectory() as folder:
            arguments = ["tests.monitor.watcher", folder + "/history", "LOG", *told, *extra]
            watching = Watching(arguments, Path(folder))
            time.sleep(3)  # the first looks are no idleness
            before = _cpu(watching.process.pid)
            time.sleep(chosen.seconds)
            memory = _memory(watching.process.pid)
            used = _cpu(watching.process.pid) - before
            watching.end()
        hourly = used * 3600 / chosen.seconds
        print(f"{way}: {hourly:.2f} CPU s/hour over {chosen.seconds:.0f} s, {memory}", flush=True)


def _memory(pid: int) -> str:
    found = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        found[name] = int(rest.split()[0]) / 1024
    return f"PSS {found['Pss']:.1f} MB, RSS {found['Rss']:.1f} MB"


STORM = """
import os, sys, time
node, rate, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
start = time.monotonic(); done = 0
while (now := time.monotonic() - start) < seconds:
    for _ in range(max(0, int(now * rate) - done)):
        os.close(os.open(node, os.O_RDONLY)); done += 1
    time.sleep(0.001)
print(done)
"""


def storm(chosen: argparse.Namespace) -> None:
    for way, extra in (("root", []), ("user", ["--user"])):
        with camera(chosen.node) as (node, told), tempfile.TemporaryDirectory() as folder:
            arguments = ["tests.monitor.watcher", folder + "/history", "LOG", *told, *extra]
            watching = Watching(arguments, Path(folder))
            time.sleep(1)
            before = _cpu(watching.process.pid)
            command = [sys.executable, "-c", STORM, node, "10000", str(chosen.seconds)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            used = _cpu(watching.process.pid) - before
            time.sleep(8)
            watching.end()
            sessions = [line for line in watching.lines() if line["what"] == "session"]
            ended = [line for line in sessions if line["event"] == "ended"]
            lost = sum(line["what"] == "lost" for line in watching.lines())
        share = used / chosen.seconds * 100
        print(
            f"{way}: {int(done.stdout)} openings in {chosen.seconds:.0f} s, "
            f"{share:.2f} % of a core, {len(ended)} sessions ended, overflows {lost}",
            flush=True,
        )


def _cpu(pid: int) -> float:
    """Processor time of all threads, in seconds."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def crash(chosen: argparse.Namespace) -> None:
    """kill -9 while sessions come and go; what was told before stands in the history after.

    The monitors are forked from here, where everything is loaded; each starts, looks, watches and
    writes like any other, and is killed at some moment of that.
    """
    bad = missing = told = 0
    chance = random.Random(chosen.times)
    with standin() as device, tempfile.TemporaryDirectory() as folder:
        history, log = Path(folder) / "history", Path(folder) / "log"
        for _ in range(chosen.times):
            log.write_text("")
            children = (
                _forked(lambda: watch([str(history), str(log), str(device.folder)])),
                _forked(lambda: _open_for_ever(str(device.node))),
            )
            time.sleep(chance.uniform(0.0, 0.5))
            for child in children:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            lines = [json.loads(line) for line in log.read_text().splitlines() if line[-1:] == "}"]
            numbers = {line["number"] for line in lines if line["what"] == "session"}
            told += len(numbers)
            if (history / "history.db").exists():
                state, stored = check(history / "history.db")
                bad += state != "ok"
                missing += len(numbers - stored)
        size = (history / "history.db").stat().st_size
    print(
        f"{chosen.times} kills: {bad} damaged, "
        f"{missing} of {told} told sessions missing, {size} bytes"
    )


def _forked(work: Callable[[], object]) -> int:
    """A child that does this and nothing of ours."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    return child


def _open_for_ever(node: str) -> None:
    while True:
        os.close(os.open(node, os.O_RDONLY))
        time.sleep(0.02)


def writers(chosen: argparse.Namespace) -> None:
    """kill -9 in the middle of writing, many times faster: only the history, without a monitor."""
    bad = missing = told = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(chosen.times):
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                _write_for_ever(folder, write)
            os.close(write)
            time.sleep(random.uniform(0.0, 0.08))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            with os.fdopen(read) as pipe:
                numbers = {int(line) for line in pipe.read().split("\n")[:-1]}
            told += len(numbers)
            if numbers:
                state, stored = check(Path(folder) / "history.db")
                bad += state != "ok"
                missing += len({number for number in numbers if number > 0} - stored)
        size = (Path(folder) / "history.db").stat().st_size
    print(f"{chosen.times} kills: {bad} damaged, {missing} of {told} writes missing, {size} bytes")


def _write_for_ever(folder: str, write: int) -> None:
    """Begins, updates and ends sessions; tells the number of each that is committed."""
    history = History(folder, Bounds(size=8 << 20))
    while True:
        number = history.begin(a_session(ended=None))
        os.write(write, f"{number}\n".encode())
        history.update(number, a_session(), seen=START)
        history.tidy(now=START)


def check(path: Path) -> tuple[str, set[int]]:
    """SQLite's own word about the file, and the sessions in it."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        state = database.execute("PRAGMA integrity_check").fetchone()[0]
        return state, {row[0] for row in database.execute("SELECT id FROM session")}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--node")
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("bursts")
    one.add_argument("--only")
    one.add_argument("--storm", action="store_true")
    one.add_argument("--uid", type=int)
    one.set_defaults(run=bursts)
    one = commands.add_parser("idle")
    one.add_argument("seconds", type=float, nargs="?", default=60.0)
    one.set_defaults(run=idle)
    one = commands.add_parser("storm")
    one.add_argument("seconds", type=float, nargs="?", default=10.0)
    one.set_defaults(run=storm)
    one = commands.add_parser("crash")
    one.add_argument("times", type=int, nargs="?", default=200)
    one.set_defaults(run=crash)
    one = commands.add_parser("writers")
    one.add_argument("times", type=int, nargs="?", default=1000)
    one.set_defaults(run=writers)
    chosen = parser.parse_args()
    chosen.run(chosen)


if __name__ == "__main__":
    main()
