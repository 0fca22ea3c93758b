"""scripts/bench: a whole `camcheck scan` against fuser and lsof on the same load, side by side.

camcheck is installed from a wheel into an environment of its own, as pipx does it, with this
Python or the one that CAMCHECK_PYTHON names: compiled modules and rules are part of what is fast.
Commands run in turn (A B C A B C ...); processor time comes from wait4(2); ratios are taken pair
by pair, and their median is printed with the goal. Nothing is judged: machines differ.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.bench.sysfs import write_webcam
from tests.signatures import bench as signatures

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
DEVICE = "/dev/full"
DESKTOP = ("300", "50", "200", "8")
MILLION = ("5000", "200", "0", "0")


class Row(NamedTuple):
    """A way to scan, and the goals of its ratios of processor time."""

    name: str
    camera: dict[str, object]
    fuser: float | None
    lsof: float | None


ROWS = (
    Row("held, the driver counts one", {"opened": 1, "awake": True}, 1.0, 0.4),
    Row("held, the driver counts more: every search", {"opened": 2, "awake": True}, None, None),
    Row("nobody holds it (driver says so)", {"opened": 0, "awake": False}, 0.5, 0.2),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=11, help="of each command (default 11)")
    parser.add_argument("--million", action="store_true", help="also with a million descriptors")
    chosen = parser.parse_args()
    missing = [name for name in ("fuser", "lsof", "cc") if not shutil.which(name)]
    if missing:
        sys.stderr.write(f"bench: install {', '.join(missing)} first (psmisc, lsof, gcc)\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="camcheck-bench-") as folder:
        place = Path(folder)
        load, python = _build(place), _install(place)
        title = "desktop load: 300 processes, 15,000 descriptors"
        _compare(title, place, (load, *DESKTOP), python, chosen.runs)
        if chosen.million:
            title = "a million descriptors"
            _compare(title, place, (load, *MILLION), python, 3, slow=True)
    print("\nsignatures (the goals: load 1 ms, match 10 ms)")
    signatures.main()
    return 0


def _build(place: Path) -> Path:
    program = place / "load"
    subprocess.run(
        ["cc", "-O1", "-pthread", "-o", program, HERE / "load.c"], check=True, timeout=120
    )
    return program


def _install(place: Path) -> Path:
    """An environment with camcheck and nothing else; returns its Python."""
    wheels, environment = place / "wheels", place / "environment"
    build = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "-w", wheels, REPOSITORY]
    subprocess.run(build, check=True, timeout=300)
    python = os.environ.get("CAMCHECK_PYTHON", sys.executable)
    subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True, timeout=300)
    (library,) = environment.glob("lib/python*/site-packages")
    install = [sys.executable, "-m", "pip", "--quiet", "install", "--no-deps", "--no-compile"]
    subprocess.run([*install, "--target", library, *wheels.iterdir()], check=True, timeout=300)
    installed = environment / "bin/python"
    subprocess.run([installed, "-m", "compileall", "-q", library], check=True, timeout=300)
    return installed


def _compare(
    title: str,
    place: Path,
    load: tuple[str | Path, ...],
    python: Path,
    runs: int,
    *,
    slow: bool = False,
) -> None:
    version = subprocess.check_output([python, "--version"], text=True).strip()
    print(f"\n{title} ({runs} runs, {os.cpu_count()} processors, {version})")
    with subprocess.Popen(
        [*load, DEVICE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin and running.stdout
        if running.stdout.readline() != b"READY\n":
            raise SystemExit("bench: the load did not come up")
        rows = [row for row in ROWS if not slow or row.fuser == 1.0]
        commands = {"fuser": ["fuser", DEVICE]}
        if not slow:
            commands["lsof"] = ["lsof", DEVICE]
        for number, row in enumerate(rows):
            tree = place / f"{title[:4]}{number}"
            write_webcam(tree, device="1:7", **row.camera)  # type: ignore[arg-type]
            commands[row.name] = [str(python), "-P", str(HERE / "stand_in.py"), str(tree), "scan"]
        _report(rows, _run(commands, runs), slow=slow)
        running.stdin.close()


def _run(commands: dict[str, list[str]], runs: int) -> dict[str, list[tuple[float, int]]]:
    """Processor seconds and peak memory (KiB) of each run; the first round only warms up."""
    figures: dict[str, list[tuple[float, int]]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, _, usage = os.wait4(child.pid, 0)
            child.returncode = 0
            if turn:
                figures[name].append((usage.ru_utime + usage.ru_stime, usage.ru_maxrss))
    return figures


def _report(rows: list[Row], figures: dict[str, list[tuple[float, int]]], *, slow: bool) -> None:
    for name, values in figures.items():
        seconds = statistics.median(value for value, _ in values)
        memory = max(size for _, size in values) / 1024
        print(f"  {name:<44} {seconds * 1000:8.1f} ms CPU {memory:6.1f} MB")
    for row in rows:
        goals = {"fuser": 0.7 if slow else row.fuser, "lsof": row.lsof}
        for other in ("fuser", "lsof"):
            if other in figures:
                pairs = zip(figures[row.name], figures[other], strict=True)
                ratio = statistics.median(mine / theirs for (mine, _), (theirs, _) in pairs)
                goal = f"goal {goals[other]:.1f}" if goals[other] else "no goal"
                print(f"  {row.name:<44} {ratio:5.2f} x {other:<6} {goal}")


if __name__ == "__main__":
    sys.exit(main())
