"""Plays the rows of the capture matrix and the doings around it, and says in JSON what was seen.

Call: python -m tests.lab.guest.capture [ROW...]; the rows are those of tests.lab.capture_rows.
"""

import ctypes
import fcntl
import json
import os
import platform
import select
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.lab.capture_rows import ROWS, Row
from tests.lab.ways import WAYS
from tests.lab.webcam.descriptors import EXTENSION_UNIT

from . import observers, warm
from .cameras import Webcam, wait_for
from .desktop import Desktop
from .matrix import start, stop, the_webcam, vivid_node

PICTURES = 45  # that a program must have had the chance to get
KEPT = ("verdict", "cameras", "captures", "indicators", "holders", "findings", "gaps")
LED = "/lab/modules/camlab_led.ko"
LIT = Path("/sys/module/camlab_led/parameters/lit")


def main() -> int:
    """Plays the rows named in the arguments (all without any), and the other doings."""
    names = sys.argv[1:] or [row.name for row in ROWS]
    warm.load()
    record: dict[str, Any] = {"kernel": platform.release(), "rows": {}}
    for mode in ("iso", "bulk"):
        rows = [row for row in ROWS if row.name in names and row.webcam == mode]
        webcam = the_webcam(mode)
        desktop = None
        for row in sorted(rows, key=lambda row: row.icon is not None):
            began = time.monotonic()
            if row.icon is not None and desktop is None:
                desktop = Desktop(webcam)
            record["rows"][row.name] = seen = play(row, webcam, desktop)
            sys.stderr.write(f"{row.name}: {seen['status']} {time.monotonic() - began:.1f} s\n")
            if row.node == "usb":  # the driver does not come back by itself
                switch_light(webcam, None)
                webcam.unplug()
                webcam = the_webcam(mode)
        switch_light(webcam, None)
        if desktop:
            desktop.end()
        wait_for_streaming(webcam, on=False)
        record[mode] = {
            "asleep": asleep(webcam),
            "short": short_film(webcam),
            "probe": probes(webcam),
        }
    record["vivid"] = virtual_films()
    record["undisturbed"] = undisturbed(webcam)
    json.dump(record, sys.stdout)
    return 0


def scan(*options: str) -> dict[str, Any]:
    """One `camcheck scan` of root: its exit status, complaints and what matters of its report."""
    ended = warm.ask(("root",), "scan", "--format", "json", *options)
    status, said, complained = ended["root"]
    return {"status": status, "stderr": complained[-2000:], "report": observers.kept(said, KEPT)}


def switch_light(webcam: Webcam, lit: bool | None) -> None:
    """A light that belongs to the webcam and shows this; None takes it away."""
    if lit is None:
        subprocess.run(["/sbin/rmmod", "camlab_led"], check=False, capture_output=True)
        return
    if not LIT.exists():
        name, parent = "lab::privacy_led", os.path.basename(webcam.sysfs)
        subprocess.run(["/sbin/insmod", LED, f"name={name}", f"parent={parent}"], check=True)
    LIT.write_text("1" if lit else "0", encoding="ascii")


def play(row: Row, webcam: Webcam, desktop: Desktop | None) -> dict[str, Any]:
    """One row: the scan of root, and what the webcam itself did meanwhile."""
    switch_light(webcam, row.light)
    webcam.tell(f"led {row.policy}")
    wait_for(lambda: webcam.truth()["policy"] == row.policy)
    caller = desktop.show(row.call) if desktop else None
    wait_for_streaming(webcam, on=row.call == "camera")
    node = getattr(webcam, row.node)
    way = WAYS["stream_mmap"]._replace(user="root")
    commands = filter(None, (row.filmed_by, row.command))
    holders = [start(way._replace(command=command), node)[0] for command in commands]
    try:
        # Who films past the driver says that it is ready before the first transfer.
        wait_for_streaming(webcam, on=row.state == "active")
        before = webcam.truth()
        seen = scan()
        after = webcam.truth()
        return {
            **seen,
            "streaming": [before["streaming"], after["streaming"]],
            "lit": after["led"],
            "caller": caller,
        }
    finally:
        end(*holders)
        wait_for_streaming(webcam, on=row.call == "camera")


def wait_for_streaming(webcam: Webcam, *, on: bool) -> None:
    """Waits until the webcam's own record says so; a broker ends a stream seconds late."""
    wait_for(lambda: webcam.truth()["streaming"] is on)


def end(*holders: subprocess.Popen[str]) -> None:
    """Ends holders at once."""
    for holder in holders:
        os.killpg(holder.pid, signal.SIGKILL)
        holder.wait()
        if holder.stdout:
            holder.stdout.close()


def asleep(webcam: Webcam) -> dict[str, Any]:
    """A scan of a camera that sleeps: its own record of being awake, before and after."""
    power = Path(webcam.sysfs, "power")
    wait_for(lambda: (power / "runtime_status").read_text(encoding="ascii") == "suspended\n")
    files = [power / "runtime_active_time", Path(webcam.sysfs, "urbnum")]
    before = [path.read_text(encoding="ascii") for path in files]
    seen = scan()
    return {**seen, "before": before, "after": [path.read_text(encoding="ascii") for path in files]}


def short_film(webcam: Webcam) -> dict[str, Any]:
    """A film that begins and ends between the two looks at the camera."""
    from camcheck.collect.linux import collect_cameras
    from camcheck.collect.linux.capture.look import CaptureLook
    from camcheck.collect.linux.kernel.system import Roots

    opener, _ = start(WAYS["open_only"]._replace(user="root"), webcam.video)
    cameras, _ = collect_cameras(Roots())
    look = CaptureLook(Roots(), cameras)
    films = webcam.truth()["streams"]
    holder, _ = start(WAYS["stream_mmap"]._replace(user="root"), webcam.video)
    end(holder)
    wait_for_streaming(webcam, on=False)
    look.look_again()
    captures, _ = look.judge({})
    stop(opener, webcam)
    mine = next(capture for capture in captures if webcam.serial in capture.camera)
    films = webcam.truth()["streams"] - films
    return {"films": films, "state": mine.state.value, "reason": mine.reason}


def probes(webcam: Webcam) -> dict[str, Any]:
    """Scans with --probe: of an idle camera, of a filming one, and of one with a dark setting."""
    told: dict[str, Any] = {"idle": scan("--probe")}
    holder, _ = start(WAYS["stream_mmap"]._replace(user="root"), webcam.video)
    told["film"] = scan("--probe")
    guard = Path("/sys/module/uvcvideo/parameters/allow_privacy_override")
    if guard.exists():
        told["refused"] = not darken(webcam)
        guard.write_text("Y", encoding="ascii")
    told["dark"] = darken(webcam) and {**scan("--probe"), "truth": webcam.truth()}
    if guard.exists():
        guard.write_text("N", encoding="ascii")
    end(holder)
    wait_for_streaming(webcam, on=False)
    return told


def virtual_films() -> dict[str, Any]:
    """Scans while vivid is at rest, open beside a program of its thread's name, and films."""
    told = {"idle": scan()}
    impostor = Path("/tmp/vivid-000-vid-cap")
    impostor.symlink_to("/usr/bin/sleep")
    pretender = subprocess.Popen([impostor, "600"])
    for name, way in (("open", "open_only"), ("film", "stream_mmap")):
        holder, _ = start(WAYS[way]._replace(user="root"), vivid_node())
        told[name] = scan()
        end(holder)
    pretender.kill()
    pretender.wait()
    return told


def darken(webcam: Webcam) -> bool:
    """Sets the webcam's light to off by its extension unit (UVCIOC_CTRL_QUERY, SET_CUR)."""
    mode = ctypes.create_string_buffer(bytes(3), 3)
    query = struct.pack("=BBBxHxxQ", EXTENSION_UNIT, 1, 1, 3, ctypes.addressof(mode))
    with open(webcam.video, "rb+", buffering=0) as node:
        try:
            fcntl.ioctl(node, 0xC0107521, query)
        except PermissionError:
            return False
    return True


def undisturbed(webcam: Webcam) -> dict[str, Any]:
    """A program that counts its pictures, alone for some seconds and under scans of both kinds."""
    told = {}
    count = WAYS["stream_mmap"]._replace(command=("count",), user="root")
    for name, options in (("alone", None), ("scan", []), ("probe", ["--probe"])):
        before = frames(webcam)
        holder, _ = start(count, webcam.video)
        scans = 0
        begun = time.monotonic()
        while (now := time.monotonic()) < begun + 8 or (
            frames(webcam) < before + PICTURES and now < begun + 120
        ):
            if options is None:
                select.select([], [], [], 1)
                continue
            subprocess.run(["camcheck", "scan", *options], capture_output=True, check=False)
            scans += 1
        holder.send_signal(signal.SIGTERM)
        said, _ = holder.communicate(timeout=30)
        wait_for_streaming(webcam, on=False)
        told[name] = {"scans": scans, **dict(part.split("=") for part in said.split())}
    return told


def frames(webcam: Webcam) -> int:
    """How many pictures the webcam has made, by its own record of this moment."""
    asked = time.time() - 0.001  # the record is in milliseconds
    webcam.tell("note")
    told = wait_for(lambda: (truth := webcam.truth())["wall"] > asked and truth)
    return int(told["frames"])


if __name__ == "__main__":
    sys.exit(main())
