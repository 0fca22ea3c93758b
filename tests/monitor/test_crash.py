"""The monitor's process ends at a bad moment."""

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from camcheck.history.store import History
from tests.waiting import until

from .measure import Watching, crash
from .standin import StandIn


@contextmanager
def holding(node: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that has the node open until it is ended."""
    code = "import sys; f = open(sys.argv[1], 'rb'); sys.stdin.read()"
    command = [sys.executable, "-S", "-c", code, node]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as holder:
        try:
            yield holder
        finally:
            holder.kill()


@pytest.mark.whole_run("twenty monitors that are killed")
def test_kill_at_random_moments_loses_nothing_that_was_told(camera: StandIn, capsys):
    """Twenty kills while sessions come and go; docs/monitor.md tells of a thousand."""
    crash(argparse.Namespace(times=20))

    assert capsys.readouterr().out.startswith("20 kills: 0 damaged, 0 of ")


def test_a_signal_ends_it_at_once_and_everything_is_written(camera: StandIn, tmp_path: Path):
    """SIGTERM in the middle of a use: the session is there, open, for the next run."""
    arguments = ["tests.monitor.watcher", str(tmp_path / "history"), "LOG", str(camera.folder)]
    with Watching(arguments, tmp_path) as watching, holding(str(camera.node)) as holder:
        until(lambda: any(line["what"] == "session" for line in watching.lines()))
        watching.process.send_signal(signal.SIGTERM)
        watching.process.wait(60)  # systemd would kill it after 90 (TimeoutStopSec)
        history = History(str(tmp_path / "history"))
        (stored,) = history.unfinished()
        history.close()

    assert stored.session.process is not None
    assert holder.pid == stored.session.process.pid
    assert "done" == json.loads(watching.log.read_text().splitlines()[-1])["what"]
