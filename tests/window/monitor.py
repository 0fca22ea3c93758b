"""A real monitor on the stand-in camera, which tells the desktop as `camcheck monitor` does.

Usage: python -m tests.window.monitor STAND-IN-FOLDER HISTORY
"""

import sys
from pathlib import Path

from camcheck.approval import recogniser
from camcheck.collect.linux import Roots, collect
from camcheck.collect.linux.watch.watch import LinuxWatch
from camcheck.monitor.clock import Clock
from camcheck.monitor.loop import Eyes
from camcheck.monitor.run import run
from camcheck.monitor.tell.desktop import Desktop, own_desktop
from camcheck.scan import judge

folder = Path(sys.argv[1])
roots = Roots(sys=str(folder / "sys"), dev=str(folder / "dev"), run=str(folder / "run"))
run(
    sys.argv[2],
    Eyes(LinuxWatch(roots), lambda: collect(roots), judge, Clock()),
    lambda history: [Desktop(history, is_approved=recogniser(history), recipients=own_desktop)],
    ready=lambda _: print("ready", flush=True),
)
