"""The monitor's process ends at a bad moment."""

import argparse
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from camcheck.history.store import History

from .conftest import until
from .measure import Watching, crash
from .standin import StandIn


def test_kill_at_random_moments_loses_nothing_that_was_told(camera: StandIn, capsys):
    """Twenty kills while sessions come and go; docs/monitor.md tells of a thousand."""
    crash(argparse.Namespace(times=20))

    assert capsys.readouterr().out.startswith("20 kills: 0 damaged, 0 of ")


def test_a_signal_ends_it_at_once_and_everything_is_written(camera: StandIn, tmp_path: Path):
    """SIGTERM in the middle of a use: the session is there, open, for the next run."""
    arguments = ["tests.monitor.watcher", str(tmp_path / "history"), "LOG", str(camera.folder)]
    watching = Watching(arguments, tmp_path)
    code = "import sys,time; f=open(sys.argv[1], 'rb'); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", code, str(camera.node)])
    try:
        until(lambda: any(line["what"] == "session" for line in watching.lines()))
        began = time.monotonic()
        watching.process.send_signal(signal.SIGTERM)
        watching.process.wait(20)
        took = time.monotonic() - began
        history = History(str(tmp_path / "history"))
        (stored,) = history.unfinished()
        history.close()
    finally:
        holder.kill()
        holder.wait()

    assert took < 15
    assert stored.session.process is not None
    assert holder.pid == stored.session.process.pid
    assert "done" == json.loads(watching.log.read_text().splitlines()[-1])["what"]
