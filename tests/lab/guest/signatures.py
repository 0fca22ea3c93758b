"""Harmless programs that hold the camera under published names, and what camcheck says of each.

Prints for each scene the rules that ``camcheck scan`` names, by severity.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .cameras import find
from .people import start_as

HOLD = "exec 3<>{video}; echo READY; read x </tmp/hold"
SCRIPT = (
    "import os; os.open({video!r}, os.O_RDWR); print('READY', flush=True); open('/tmp/hold').read()"
)
SHELL = os.path.realpath("/bin/bash")


@contextmanager
def holding(command: list[str], *, program: str | None = None) -> Iterator[None]:
    """A program of alice's that holds the webcam; ``program`` is where a shell is put for it."""
    if program:
        Path(program).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SHELL, program)
    process = start_as("alice", command, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        assert "READY\n" == process.stdout.readline()
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def rules() -> dict[str, list[str]]:
    """The rules that a scan by root names, by severity."""
    done = subprocess.run(
        ["camcheck", "scan", "--format", "json"], stdout=subprocess.PIPE, text=True, check=False
    )
    named: dict[str, set[str]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        if finding["check"] == "known-bad":
            named.setdefault(finding["severity"], set()).add(finding["signature"]["origin"])
    return {severity: sorted(origins) for severity, origins in named.items()}


def main() -> None:
    """Plays all scenes."""
    webcam = find()
    assert webcam is not None
    os.mkfifo("/tmp/hold", 0o666)
    hold = HOLD.format(video=webcam.video)
    script = Path("/run/lab/script.py")
    script.write_text(SCRIPT.format(video=webcam.video), encoding="utf-8")
    Path("/opt/lab").mkdir(parents=True, exist_ok=True)
    python = os.path.realpath("/usr/bin/python3")
    scenes = {
        "ordinary": (["/opt/lab/viewer", "-c", hold], "/opt/lab/viewer"),
        "shared-memory": (["/dev/shm/.a/v", "-c", hold], "/dev/shm/.a/v"),
        "mokes": (
            ["/opt/lab/.mozilla/firefox/profiled", "-c", hold],
            "/opt/lab/.mozilla/firefox/profiled",
        ),
        "java": (
            ["/opt/lab/java", "-c", hold, "-jar", "/home/alice/.Sys/x.jar"],
            "/opt/lab/java",
        ),
        "minecraft": (
            ["/opt/lab/java", "-c", hold, "-jar", "/home/alice/.minecraft/x.jar"],
            "/opt/lab/java",
        ),
        "script": ([python, str(script)], None),
    }
    answers = {}
    for name, (command, program) in scenes.items():
        with holding(command, program=program):
            answers[name] = rules()
    shutil.copy(SHELL, "/opt/lab/fswebcam")
    timetable = f"/opt/lab/fswebcam -c '{hold}'; true"
    with holding(["/opt/lab/cron", "-c", timetable], program="/opt/lab/cron"):
        answers["cron"] = rules()
    answers["nobody"] = rules()
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
