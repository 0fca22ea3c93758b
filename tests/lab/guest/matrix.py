"""Plays ways of holding a camera and says in JSON what everybody saw.

Call: python -m tests.lab.guest.matrix [WAY...]; the ways are those of tests.lab.ways.
"""

import json
import os
import platform
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.lab.ways import WAYS, Way

from . import observers, warm
from .cameras import Webcam, find, plug, settle, wait_for
from .people import PEOPLE, start_as

LOOPBACK = "/lab/modules/v4l2loopback.ko"
FORCED = Path("/etc/ld.so.preload")  # the guest's own: changes stay in its memory
READY_WITHIN = 120.0  # seconds


class NotReadyError(Exception):
    """A holder did not come to hold the camera."""


def main() -> int:
    """Plays the ways named in the arguments, all without any."""
    names = sys.argv[1:] or list(WAYS)
    rows: dict[str, Any] = {}
    prepare()
    warm.load()
    for mode in ("iso", "bulk"):
        ways = [WAYS[name] for name in names if WAYS[name].webcam == mode]
        if ways:
            webcam = the_webcam(mode)
        for way in ways:
            began = time.monotonic()
            rows[way.name] = row = play(way, webcam)
            told = {viewer: seen["status"] for viewer, seen in row.get("views", {}).items()}
            said = row.get("skipped") or row.get("error") or told
            sys.stderr.write(f"{way.name}: {said} {time.monotonic() - began:.1f} s\n")
            if way.node == "usb":  # the driver does not come back by itself
                webcam.unplug()
                webcam = the_webcam(mode)
    told = {"kernel": platform.release(), "pointed_to": observers.is_pointed_to(), "rows": rows}
    json.dump(told, sys.stdout)
    return 0


def prepare() -> None:
    """Files and modules that single ways need."""
    home = Path(PEOPLE["alice"].home)
    (home / "video0").touch()
    shutil.copy("/lab/bin/libhook.so", home / "libhook.so")
    for path in home.iterdir():
        os.chown(path, 1000, 1000)
    if os.path.exists(LOOPBACK):
        subprocess.run(["/sbin/modprobe", "-aq", "videodev", "fuse"], check=True)
        subprocess.run(["/sbin/insmod", LOOPBACK, "video_nr=20", "card_label=Loopback"], check=True)
        settle()


def the_webcam(mode: str) -> Webcam:
    """The webcam in that mode, and no other; alice may use it by raw USB too."""
    webcam = find()
    if webcam and webcam.truth()["mode"] != mode:
        webcam.unplug()
        webcam = None
    webcam = webcam or plug("--mode", mode)
    os.chown(webcam.usb, PEOPLE["alice"].uid, -1)
    return webcam


def play(way: Way, webcam: Webcam) -> dict[str, Any]:
    """Starts a holder for real, asks everybody, stops it."""
    if way.node == "loopback" and not os.path.exists("/dev/video20"):
        return {"skipped": "v4l2loopback is built for this machine's own release only"}
    node = node_of(way, webcam)
    before = webcam.truth()["streams"]
    holder = None
    try:
        if not way.command:
            return ask(way, webcam, node=node, pid=None)
        holder, pid = start(way, node)
        if way.everywhere:
            FORCED.write_text(f"/lab/bin/{way.everywhere}\n", encoding="ascii")
        if way.name == "ended":
            stop(holder, webcam)
            holder = None
        elif way.streams and webcam.truth()["streams"] == before:
            return {"error": "the webcam did not stream"}
        return ask(way, webcam, node=node, pid=pid)
    except NotReadyError as error:
        return {"error": str(error)}
    finally:
        FORCED.unlink(missing_ok=True)
        if holder:
            stop(holder, webcam)


def node_of(way: Way, webcam: Webcam) -> str:
    """The device node that a way opens."""
    match way.node:
        case "vivid":
            return vivid_node()
        case "loopback":
            return "/dev/video20"
        case path if path.startswith("/"):
            return path
        case name:
            return str(getattr(webcam, name))


def vivid_node() -> str:
    """The capture node of the first vivid camera."""
    nodes = Path("/sys/devices/platform/vivid.0/video4linux")
    return f"/dev/{min(path.name for path in nodes.iterdir())}"


def start(way: Way, node: str) -> tuple[subprocess.Popen[str], int]:
    """Starts a holder and waits until it says that it holds: the process and the holder's id."""
    program, *how = way.command
    environment = {"LD_PRELOAD": f"{PEOPLE['alice'].home}/{way.preload}"} if way.preload else {}
    holder = start_as(
        way.user,
        [f"/lab/bin/{program}", "-d", node, *how],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=environment,
    )
    assert holder.stdout
    said = ""
    if select.select([holder.stdout], [], [], READY_WITHIN)[0]:
        said = holder.stdout.readline()
    if not said.startswith("READY "):
        os.killpg(holder.pid, signal.SIGKILL)
        holder.wait()
        raise NotReadyError(
            f"{program} {' '.join(how)} did not get ready: {said.strip() or 'silence'}"
        )
    facts = dict(part.split("=") for part in said.split()[1:])
    return holder, int(facts["pid"])


def stop(holder: subprocess.Popen[str], webcam: Webcam) -> None:
    """Ends a holder and all its processes, and waits until the camera is at rest."""
    os.killpg(holder.pid, signal.SIGKILL)
    holder.wait()
    if holder.stdout:
        holder.stdout.close()
    wait_for(lambda: not webcam.truth()["streaming"])
    wait_for(lambda: observers.references("uvcvideo") == 0)


def ask(way: Way, webcam: Webcam, *, node: str, pid: int | None) -> dict[str, Any]:
    """What everybody says now. The ordinary tools are asked about every node of the camera."""
    nodes = [path for path in webcam.nodes if os.path.exists(path)]
    if node not in nodes:
        nodes = [node] if node.startswith("/dev/") else nodes
    truth = webcam.truth()
    return {
        "pid": pid,
        "nodes": nodes,
        "streaming": truth["streaming"],
        "references": observers.references("uvcvideo"),
        "views": observers.camcheck(started=bool(way.everywhere)),
        "lsof": pid in observers.lsof(nodes),
        "fuser": pid in observers.fuser(nodes),
        "psutil": pid is not None and observers.psutil_open_files(pid, nodes),
    }


if __name__ == "__main__":
    sys.exit(main())
