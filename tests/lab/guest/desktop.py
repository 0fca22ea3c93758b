"""Alice's desktop in the guest: a real PipeWire and WirePlumber, and programs that use them.

Only the desktop that draws the icon is a stand-in, a process of its name: the icon is told by what
PipeWire says, and that is real. WirePlumber offers the webcam; a second node, the decoy, is
PipeWire's own test picture and calls itself by the webcam's name.
"""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

from .cameras import Webcam, wait_for
from .people import PEOPLE, start_as

ALICE = PEOPLE["alice"]
RUNTIME = Path(f"/run/user/{ALICE.uid}")
LOGIND = [Path("/run/systemd") / name for name in ("seats", "sessions", "users", "machines")]
DECOY = """\
context.spa-libs = {{ videotestsrc = videotestsrc/libspa-videotestsrc }}
context.objects = [ {{ factory = spa-node-factory args = {{
  factory.name = videotestsrc node.name = decoy media.class = Video/Source
  media.role = Camera device.api = v4l2 api.v4l2.path = {node}
}} }} ]
"""
BROKERS = """\
pipewire & while [ ! -S $XDG_RUNTIME_DIR/pipewire-0 ]; do sleep 0.05; done
exec wireplumber
"""
FORMATS = {"camera": "YUY2", "decoy": "RGB,width=32,height=32,framerate=5/1"}
# All plug-ins of GStreamer together take half a minute to load where the processor is emulated.
PLUGINS = ("libgstcoreelements.so", "libgstpipewire.so")
PATIENCE = 240.0  # seconds: programs of a desktop start slowly there


class Desktop:
    """A session that runs; `end` ends all of it."""

    def __init__(self, webcam: Webcam) -> None:
        self._webcam = webcam
        config = Path(ALICE.home, ".config/pipewire/pipewire.conf.d")
        for folder in (RUNTIME, config, *LOGIND):
            folder.mkdir(parents=True, exist_ok=True)
        (config / "decoy.conf").write_text(DECOY.format(node=webcam.video), encoding="utf-8")
        os.chown(RUNTIME, ALICE.uid, ALICE.uid)
        RUNTIME.chmod(0o700)
        self._plugins = Path(ALICE.home, "plugins")
        self._plugins.mkdir(exist_ok=True)
        for name in PLUGINS:
            (found,) = Path("/usr/lib").glob(f"*/gstreamer-1.0/{name}")
            if not (self._plugins / name).is_symlink():
                (self._plugins / name).symlink_to(found)
        shell = Path(ALICE.home, "gnome-shell")
        if not shell.is_symlink():
            shell.symlink_to("/usr/bin/sleep")
        self._calls: dict[str, subprocess.Popen[str]] = {}
        self._parts = [
            self._start("dbus-run-session", "sh", "-c", BROKERS),
            self._start(str(shell), "3600"),
        ]
        wait_for(lambda: self._node("camera") and self._node("decoy"), seconds=PATIENCE)

    def _start(self, *command: str) -> subprocess.Popen[str]:
        log = open(f"{os.environ['OUT']}/desktop.log", "ab")  # noqa: SIM115 the child's
        with log:
            return start_as(
                "alice",
                list(command),
                env={
                    "XDG_RUNTIME_DIR": str(RUNTIME),
                    "GST_PLUGIN_SYSTEM_PATH_1_0": str(self._plugins),
                },
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _graph(self) -> list[dict[str, Any]]:
        told = start_as(
            "alice",
            ["pw-dump"],
            env={"XDG_RUNTIME_DIR": str(RUNTIME)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ).communicate()[0]
        try:
            graph: list[dict[str, Any]] = json.loads(told)
        except ValueError:
            return []  # not up yet, or changing under its feet
        return graph

    def _node(self, source: str) -> dict[str, Any] | None:
        """The node of the camera, or of the decoy."""
        for item in self._graph():
            props = item.get("info", {}).get("props", {})
            node = item["type"].endswith(":Node")
            mine = node and props.get("api.v4l2.path") == self._webcam.video
            if mine and (props.get("node.name") == "decoy") is (source == "decoy"):
                return item
        return None

    def show(self, source: str | None) -> int | None:
        """Lets a program receive the pictures of this source, and of no other; returns its id."""
        for name in [name for name in self._calls if name != source]:
            self._kill(self._calls.pop(name))
            wait_for(lambda name=name: not self._runs(name), seconds=PATIENCE)
        if source and source not in self._calls:
            node = self._node(source)
            assert node, f"PipeWire has no {source}"
            program = ["gst-launch-1.0", "-q", "pipewiresrc", f"path={node['id']}"]
            pictures = f"video/x-raw,format={FORMATS[source]}"
            call = self._start(*program, "!", pictures, "!", "fakesink")
            self._calls[source] = call
            wait_for(
                lambda: self._runs(source), seconds=PATIENCE, unless=lambda: call.poll() is not None
            )
        return self._calls[source].pid if source else None

    def _runs(self, source: str) -> bool:
        node = self._node(source)
        return node is not None and node["info"].get("state") == "running"

    def _kill(self, part: subprocess.Popen[str]) -> None:
        os.killpg(part.pid, signal.SIGKILL)
        part.wait()

    def end(self) -> None:
        for part in [*self._calls.values(), *self._parts]:
            self._kill(part)
        shutil.rmtree(RUNTIME)
