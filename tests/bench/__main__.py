"""scripts/bench: a whole `camcheck scan` against fuser and lsof on the same load, side by side.

camcheck is installed from a wheel into an environment of its own, as pipx does it, with this
Python or the one that CAMCHECK_PYTHON names: compiled modules and rules are part of what is fast.
Commands run in turn (A B C A B C ...); processor time comes from wait4(2); ratios are taken pair
by pair, and their median is printed with the goal. Nothing is judged: machines differ.

As root the same is done once more by an ordinary user, whose own processes are the load then, with
fuser as that user: with the first Python that this user may run.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.sysfs import write_webcam
from tests.signatures import bench as signatures

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
DEVICE = "/dev/full"
DESKTOP = ("300", "50", "200", "8")
MILLION = ("5000", "200", "0", "0")


NOBODY = 65534


class Row(NamedTuple):
    """A way to scan, and the goals of its ratios of processor time."""

    name: str
    camera: dict[str, object]
    fuser: float | None
    lsof: float | None
    million: float | None = None


HELD: dict[str, object] = {"opened": 1, "awake": True}
MORE: dict[str, object] = {"opened": 2, "awake": True}
IDLE: dict[str, object] = {"opened": 0, "awake": False}
ROWS = (
    Row("held, the driver counts one", HELD, 0.6, 0.25, million=0.7),
    Row("held, the driver counts more: every search", MORE, 1.5, None),
    Row("nobody holds it (driver says so)", IDLE, 0.5, 0.2),
)
USER_ROWS = (
    Row("held, the driver counts one", HELD, 1.0, None, million=1.1),
    Row("held, the driver counts more: every search", MORE, None, None),
    Row("nobody holds it (driver says so)", IDLE, 0.5, None),
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
    title = "desktop load: 300 processes, 15,000 descriptors"
    with tempfile.TemporaryDirectory(prefix="camcheck-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        load, python = _build(place), _install(place, _wanted_python())
        who = Who(None, ROWS if os.geteuid() == 0 else USER_ROWS, python)
        _compare(title, place / "own", (load, *DESKTOP), who, chosen.runs)
        theirs = _python_of_others() if os.geteuid() == 0 else None
        if theirs:
            ordinary = Who(NOBODY, USER_ROWS, _install(place / "theirs", theirs))
            as_user = f"as an ordinary user, {title}"
            _compare(as_user, place / "ordinary", (load, *DESKTOP), ordinary, chosen.runs)
        if chosen.million:
            title = "a million descriptors"
            _compare(title, place / "million", (load, *MILLION), who, 3, slow=True)
    print("\nsignatures (the goals: load 1 ms, match 10 ms)")
    signatures.main()
    return 0


def _build(place: Path) -> Path:
    program = place / "load"
    subprocess.run(
        ["cc", "-O1", "-pthread", "-o", program, HERE / "load.c"], check=True, timeout=120
    )
    return program


def _wanted_python() -> str:
    return os.environ.get("CAMCHECK_PYTHON", sys.executable)


def _python_of_others() -> str | None:
    """A Python that an ordinary user may run: a Python of root's own is often none."""
    check = ["-I", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    for python in (os.path.realpath(_wanted_python()), "/usr/bin/python3"):
        try:
            done = subprocess.run([python, *check], timeout=60, check=False, **_as(NOBODY))
        except OSError:
            continue
        if done.returncode == 0:
            return python
    sys.stderr.write("bench: an ordinary user may run no Python here; set CAMCHECK_PYTHON\n")
    return None


def _install(place: Path, python: str) -> Path:
    """An environment with camcheck and nothing else; returns its Python."""
    wheels, environment = place / "wheels", place / "environment"
    build = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "-w", wheels, REPOSITORY]
    subprocess.run(build, check=True, timeout=300)
    subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True, timeout=300)
    (library,) = environment.glob("lib/python*/site-packages")
    install = [sys.executable, "-m", "pip", "--quiet", "install", "--no-deps", "--no-compile"]
    subprocess.run([*install, "--target", library, *wheels.iterdir()], check=True, timeout=300)
    installed = environment / "bin/python"
    subprocess.run([installed, "-m", "compileall", "-q", library], check=True, timeout=300)
    return installed


class Who(NamedTuple):
    """As whom everything runs (None: as bench itself), for which goals, and with which Python."""

    user: int | None
    rows: tuple[Row, ...]
    python: Path


def _compare(
    title: str,
    place: Path,
    load: tuple[str | Path, ...],
    who: Who,
    runs: int,
    *,
    slow: bool = False,
) -> None:
    python = who.python
    version = subprocess.check_output([python, "--version"], text=True).strip()
    busy = f"load average {os.getloadavg()[0]:.1f}"
    print(f"\n{title} ({runs} runs, {os.cpu_count()} processors, {version}, {busy})")
    with subprocess.Popen(
        [*load, DEVICE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, **_as(who.user)
    ) as running:
        assert running.stdin and running.stdout
        if running.stdout.readline() != b"READY\n":
            raise SystemExit("bench: the load did not come up")
        rows = [row for row in who.rows if not slow or row.million]
        commands = {"fuser": ["fuser", DEVICE]}
        if not slow and any(row.lsof for row in rows):
            commands["lsof"] = ["lsof", DEVICE]
        for number, row in enumerate(rows):
            tree = place / str(number)
            write_webcam(tree, device="1:7", **row.camera)  # type: ignore[arg-type]
            commands[row.name] = [str(python), "-P", str(HERE / "stand_in.py"), str(tree), "scan"]
        _report(rows, _run(commands, runs, who.user), slow=slow)
        running.stdin.close()


def _as(user: int | None) -> dict[str, Any]:
    """How subprocess starts a program of that user."""
    if user is None:
        return {}
    environment = {**os.environ, "HOME": "/nonexistent"}
    return {"user": user, "group": user, "extra_groups": [], "cwd": "/", "env": environment}


def _run(
    commands: dict[str, list[str]], runs: int, user: int | None
) -> dict[str, list[tuple[float, int]]]:
    """Processor seconds and peak memory (KiB) of each run; the first round only warms up."""
    figures: dict[str, list[tuple[float, int]]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            child = subprocess.Popen(
                command,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **_as(user),
            )
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
        goals = {"fuser": row.million if slow else row.fuser, "lsof": row.lsof}
        for other in ("fuser", "lsof"):
            if other in figures:
                pairs = zip(figures[row.name], figures[other], strict=True)
                ratio = statistics.median(mine / theirs for (mine, _), (theirs, _) in pairs)
                goal = f"goal {goals[other]}" if goals[other] else "no goal"
                print(f"  {row.name:<44} {ratio:5.2f} x {other:<6} {goal}")


if __name__ == "__main__":
    sys.exit(main())
