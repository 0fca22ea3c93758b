"""The monitor of root tells another user, on a bus that belongs to that user."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from camcheck.collect.linux import collect
from camcheck.collect.linux.watch.watch import LinuxWatch
from camcheck.history.store import History
from camcheck.monitor.clock import Clock
from camcheck.monitor.loop import Eyes, Monitor
from camcheck.monitor.tell.desktop import Desktop, desktops
from camcheck.scan import judge
from tests.collect.linux.watch.test_watch import open_node
from tests.monitor.standin import StandIn
from tests.monitor.tell.test_desktop import a_bus, needs_a_desktop
from tests.waiting import until

NOBODY = 65534
LIBRARIES = ("camcheck", "bidict", "dbus_fast", "desktop_notifier", "packaging")


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="camcheck-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def python(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python with camcheck that other users may run, as an installed one is."""
    if _works(sys.executable):
        return
    base = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    programs, library = place / "env/bin", place / f"env/lib/{Path(base).name}/site-packages"
    programs.mkdir(parents=True)
    library.mkdir(parents=True)
    (place / "env/pyvenv.cfg").write_text("home = /usr/bin\n")
    (programs / "python3").symlink_to(base)
    installed = Path(sysconfig.get_path("purelib"))
    for name in LIBRARIES:
        source = Path(__file__).parents[3] if name == "camcheck" else installed
        shutil.copytree(source / name, library / name, ignore=shutil.ignore_patterns("__pycache__"))
    for module in ("typing_extensions.py", *[path.name for path in installed.glob("*__mypyc*")]):
        shutil.copy(installed / module, library)
    for path in [place / "env", *(place / "env").rglob("*")]:
        path.chmod(0o755)
    if not _works(str(programs / "python3")):
        pytest.skip("there is no Python with camcheck that another user could run")
    monkeypatch.setattr(sys, "executable", str(programs / "python3"))


def _works(python: str) -> bool:
    """Whether another user can run camcheck's messenger with it."""
    code = "import camcheck.monitor.tell.notify, desktop_notifier"
    try:
        done = subprocess.run(
            [python, "-I", "-c", code],
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            check=False,
            cwd="/",
        )
    except OSError:
        return False
    return done.returncode == 0


def test_root_tells_the_user_who_is_logged_in(
    camera: StandIn, place: Path, tmp_path: Path, python: None
):
    """From the opening of the node to the words on the screen of somebody else."""
    needs_a_desktop()
    run = place / "run"
    own = run / str(NOBODY)
    own.mkdir(parents=True)
    own.chmod(0o700)
    os.chown(own, NOBODY, NOBODY)
    with a_bus(own, user=NOBODY) as bus:
        history = History(str(tmp_path))
        listener = Desktop(
            history, is_approved=lambda _: False, recipients=lambda: desktops(str(run))
        )
        eyes = Eyes(LinuxWatch(camera.roots), lambda: collect(camera.roots), judge, Clock())
        monitor = Monitor(eyes, history, [listener])
        try:
            monitor.start()
            with open_node(camera, 1.0):
                until(lambda: (monitor.step(at_most=0.1), bus.shown())[1])
            until(lambda: (monitor.step(at_most=0.1), not listener._children.busy)[1])
        finally:
            eyes.watch.close()
        shown = bus.shown()
        kept = history.kept()
        history.close()

    (told,) = shown
    assert any(word in told["summary"] for word in (" has opened ", " used "))
    assert "(python" in told["summary"]
    assert "Stand-in camera" in told["summary"]
    assert "account of root" in told["body"]
    assert [] == kept
    assert listener.problem is None
