"""A real PipeWire with a camera node and a consumer, asked by camcheck; and ones that misbehave."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from camcheck.collect.linux.desktop import logins as asked
from camcheck.collect.linux.desktop.logins import (
    Login,
    NotAnsweredError,
    ask,
    ask_logins,
    logins,
)
from camcheck.collect.linux.kernel.system import Roots
from camcheck.model import IndicatorState, Process, Reason, Trust, Via
from tests.builders import CAMERA, a_camera, a_process

if not hasattr(os, "geteuid"):
    pytest.skip("PipeWire is a matter of Linux", allow_module_level=True)

PROGRAMS = ("pipewire", "wireplumber", "pw-dump", "dbus-run-session", "gst-launch-1.0")
USER = 65534 if os.geteuid() == 0 else os.geteuid()

# A node of PipeWire's own test picture that says of itself what the V4L2 plug-in says of a webcam.
CONFIG = """\
context.spa-libs = { videotestsrc = videotestsrc/libspa-videotestsrc }
context.objects = [ { factory = spa-node-factory args = {
  factory.name = videotestsrc node.name = lab-camera media.class = Video/Source
  media.role = Camera device.api = v4l2 api.v4l2.path = /dev/video0
} } ]
"""


class Desktop:
    """The session of a user (another one than root) with a running PipeWire."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.folder = base / "user" / str(USER)
        config = base / "config/pipewire/pipewire.conf.d"
        for folder in (self.folder, config):
            folder.mkdir(parents=True)
        (config / "lab.conf").write_text(CONFIG)
        for path in (base, *base.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        os.chown(self.folder, USER, USER)
        self.environment = {
            "XDG_RUNTIME_DIR": str(self.folder),
            "XDG_CONFIG_HOME": str(base / "config"),
            "HOME": str(self.folder),
            "PATH": "/usr/bin:/bin",
        }
        brokers = "echo $DBUS_SESSION_BUS_ADDRESS >$XDG_RUNTIME_DIR/address; pipewire & "
        brokers += "while [ ! -S $XDG_RUNTIME_DIR/pipewire-0 ]; do sleep 0.05; done; "
        self._children: list[subprocess.Popen[bytes]] = []
        self.start("dbus-run-session", "sh", "-c", brokers + "exec wireplumber")

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Starts a program in the session; it ends with it at the latest."""
        become = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
        child = subprocess.Popen(
            command,
            env=self.environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **become,
        )
        self._children.append(child)
        return child

    def ask(self, *processes: Process) -> asked.DesktopFacts:
        return ask_logins(Roots(run=str(self.base)), (a_camera(),), processes)

    def graph(self) -> list:
        return ask(Login(USER, str(self.folder), None))

    def wait(self, condition, seconds: float = 300.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := condition():
                return found
            time.sleep(0.02)
        raise TimeoutError("the session did not get there")

    def end(self) -> None:
        """Ends the programs, and what they have started in sessions of its own, as browsers do."""
        for child in self._children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self.wait(lambda: not self._end_the_rest())

    def _end_the_rest(self) -> list[int]:
        left = self._left()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return left

    def _left(self) -> list[int]:
        """Every process that has this session's folder in its environment."""
        mine = f"XDG_RUNTIME_DIR={self.folder}\0".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):  # it has ended, or is somebody else's
                if mine in path.read_bytes() + b"\0":
                    found.append(int(path.parent.name))
        return found


def need(programs):
    """Skips without these programs; in CI that is an error."""
    missing = [name for name in programs if not shutil.which(name)]
    if missing and os.environ.get("CI"):
        pytest.fail(f"not installed: {missing}; see tests/packages-capture.txt")
    if missing:
        pytest.skip(f"not installed: {missing}; see tests/packages-capture.txt")


@pytest.fixture(scope="module")
def desktop():
    """A session, which on a busy machine may take its time to answer."""
    need(PROGRAMS)
    # pytest's own folders are closed to other users
    base = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True).stdout.strip())
    running = Desktop(base)
    patient = pytest.MonkeyPatch()
    patient.setattr(asked, "SECONDS", 120.0)
    try:
        running.wait(lambda: logins(Roots(run=str(base)), ()))
        yield running
    finally:
        patient.undo()
        running.end()
        shutil.rmtree(base)


def camera_node(graph):
    for item in graph:
        if item.get("info", {}).get("props", {}).get("node.name") == "lab-camera":
            return item["id"]
    return None


@pytest.fixture(scope="module")
def call(desktop):
    """A program that receives the camera's pictures."""
    number = desktop.wait(lambda: camera_node(desktop.graph()))
    program = desktop.start(
        "gst-launch-1.0", "-q", "pipewiresrc", f"path={number}", "!", "video/x-raw", "!", "fakesink"
    )
    process = a_process(pid=program.pid, uid=USER)
    desktop.wait(lambda: desktop.ask(process).holders)
    return process


def gnome(**changes):
    return a_process(pid=999, name="gnome-shell", uid=USER)._replace(**changes)


def test_who_receives_pictures_is_named(desktop, call):
    """Root sees the consumer of another user's session, by the kernel's word; not PipeWire."""
    (holder,) = desktop.ask(call).holders

    assert (CAMERA, call.pid, Via.PIPEWIRE) == (holder.camera, holder.pid, holder.via)


def test_the_icon_is_on_while_somebody_receives_pictures(desktop, call, monkeypatch):
    """GNOME of the same user shows it."""
    monkeypatch.setattr(asked, "_has_icon", lambda: True)
    (icon,) = desktop.ask(call, gnome()).indicators

    assert (IndicatorState.ON, Trust.SOFTWARE) == (icon.state, icon.trust)


@pytest.mark.parametrize("desk", [(), (gnome(uid=USER + 1),), (gnome(name="xfce4-panel"),)])
def test_without_a_desktop_nobody_shows_an_icon(desktop, call, desk):
    """No GNOME or KDE, or another user's: there is no icon to trust."""
    (icon,) = desktop.ask(call, *desk).indicators

    assert (IndicatorState.OFF, Trust.NONE) == (icon.state, icon.trust)


def test_the_icon_is_off_for_a_camera_that_pipewire_does_not_hand_out(desktop, call, monkeypatch):
    """The near miss: PipeWire runs, with another camera."""
    monkeypatch.setattr(asked, "_has_icon", lambda: True)
    other = a_camera(nodes=())
    facts = ask_logins(Roots(run=str(desktop.base)), (other,), (gnome(),))

    assert [(IndicatorState.OFF, Trust.SOFTWARE)] == [(i.state, i.trust) for i in facts.indicators]
    assert () == facts.holders


@pytest.mark.skipif(os.geteuid() != 0, reason="only root looks into another user's session")
def test_the_child_has_given_up_the_rights_of_root(tmp_path, monkeypatch):
    """What is run for another user has that user's rights, and nothing of our environment."""
    monkeypatch.setenv("SECRET", "x")
    program = tmp_path / "who"
    program.write_text('#!/bin/sh\necho "[\\"$(id -u) $(id -G) $SECRET $HOME $(pwd)\\"]"\n')
    program.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    os.chown(tmp_path, USER, USER)
    said = ask(Login(USER, str(tmp_path), None), programs=(str(program),))

    assert [f"{USER} {USER}  / /"] == said


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exec sleep 60", Reason.TIMED_OUT),
        ("echo '['; exec sleep 60", Reason.TIMED_OUT),
        ("exit 1", Reason.FAILED),
        ("echo nonsense", Reason.UNPARSED),
        ("echo '{}'", Reason.UNPARSED),
        ("head -c 100000 /dev/zero | tr '\\0' '['", Reason.UNPARSED),
        ("exec cat /dev/zero", Reason.UNPARSED),
    ],
)
def test_a_pipewire_that_misbehaves_is_a_gap(tmp_path, monkeypatch, script, reason):
    """Hanging, silent, endless or nonsense: no answer in time, never a hanging scan."""
    monkeypatch.setattr(asked, "SECONDS", 1.0)
    program = tmp_path / "pw-dump"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    with socket.socket(socket.AF_UNIX) as server:
        folder = tmp_path / "user" / str(os.geteuid())
        folder.mkdir(parents=True)
        server.bind(str(folder / "pipewire-0"))
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
        began = time.monotonic()
        facts = ask_logins(
            Roots(run=str(tmp_path)), (a_camera(),), (gnome(),), programs=(str(program),)
        )

    assert [reason] == [gap.reason for gap in facts.gaps]
    assert () == facts.holders
    assert IndicatorState.ON not in {icon.state for icon in facts.indicators}
    assert 5 > time.monotonic() - began


def test_without_pw_dump_the_session_is_a_gap():
    """The reason names the package."""
    with pytest.raises(NotAnsweredError, match="pipewire-bin") as caught:
        ask(Login(os.geteuid(), "/nowhere", None), programs=("/nowhere/pw-dump",))

    assert Reason.MISSING is caught.value.reason


def test_without_pipewire_there_is_no_session(tmp_path, monkeypatch):
    """No socket, or a file in its place: nothing is asked."""
    folder = tmp_path / "user" / str(os.geteuid())
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))

    assert [] == logins(Roots(run=str(tmp_path)), ())
    (folder / "pipewire-0").write_text(json.dumps([]))
    assert [] == logins(Roots(run=str(tmp_path)), ())


@pytest.mark.parametrize(("library", "icon"), [("11", False), ("13", True), ("17", True)])
def test_gnome_has_an_icon_from_45_on(tmp_path, library, icon):
    """libshell-13 is that of GNOME 45; before, there was no camera icon."""
    (tmp_path / f"libshell-{library}.so").touch()

    assert icon is asked._has_icon((str(tmp_path),))
