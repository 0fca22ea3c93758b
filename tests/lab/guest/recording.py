"""The report of a machine with harmless programs that have published names, for tests/recorded.

Some hold the webcam, some only run; ordinary ones do the same. Prints the redacted report:

    scripts/lab sh -c 'cd /where/camcheck/lies && python3 -m tests.lab.guest.recording'
"""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from .cameras import find
from .signatures import HOLD, holding

WAIT = "echo READY; read x </tmp/hold"
HOME = "/home/alice"
BAD = {
    f"{HOME}/.mozilla/firefox/profiled": [],
    "/dev/shm/.a/v": [],
    "/opt/lab/java": ["-jar", f"{HOME}/.Sys/x.jar"],
}
ORDINARY = {
    "/usr/bin/cheese": [],
    "/opt/zoom/zoom": [],
    f"{HOME}/.minecraft/runtime/java": ["-jar", f"{HOME}/.minecraft/x.jar"],
}
RUNNING = {f"{HOME}/.dropbox/DropboxCache": [], "/usr/bin/obs": [], "/usr/bin/motion": []}
TIMETABLES = {
    "cam": "@hourly alice fswebcam -q /tmp/a.jpg\n",
    "backup": "@daily root /usr/bin/backup --quiet\n",
}


def main() -> None:
    """Starts everything, writes the report and shows it."""
    webcam = find()
    assert webcam is not None
    os.mkfifo("/tmp/hold", 0o666)
    for name, line in TIMETABLES.items():
        Path("/etc/cron.d", name).write_text(line, encoding="utf-8")
    Path("/tmp/.secure").touch()
    hold = HOLD.format(video=webcam.video)
    with ExitStack() as programs:
        for path, words in {**BAD, **ORDINARY, **RUNNING}.items():
            script = WAIT if path in RUNNING else hold
            programs.enter_context(holding([path, "-c", script, *words], program=path))
        subprocess.run(
            ["camcheck", "report", "-o", "/tmp/report.json"],
            stdout=subprocess.DEVNULL,
            check=False,
        )
    sys.stdout.write(Path("/tmp/report.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
