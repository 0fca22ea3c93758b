"""The first process of the guest: sets the machine up, runs the command, switches off."""

import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

from .cameras import plug, settle
from .people import create_people

OUT = Path("/mnt/out")
PATH = "/lab/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

LAUNCHER = """\
#!/lab/environment/bin/python
import sys
from camcheck.cli import main
from camcheck.collect.linux.desktop import logins as sessions
sessions.SECONDS = 60.0  # what PipeWire tells in 20 ms takes a second on an emulated processor
sys.exit(main())
"""

libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Never returns: the machine goes off."""
    worker = os.fork()
    if not worker:
        os._exit(_work())
    while os.wait()[0] != worker:
        pass  # orphans of the command: somebody has to bury them
    os.sync()
    libc.reboot(0x4321FEDC)  # RB_POWER_OFF


def _work() -> int:
    try:
        config = json.loads((OUT / "config.json").read_text(encoding="utf-8"))
        os.umask(0o022)
        os.environ.clear()
        os.environ.update(
            PATH=PATH, HOME="/root", LANG="C.UTF-8", OUT=str(OUT), PYTHONPATH="/lab/python"
        )
        _lay_out(config)
        _set_host_up()
        _load("vhci-hcd", "uinput")
        _start_udev()
        _plug_cameras(config["cameras"])
        status = _run(config)
        (OUT / "status").write_text(str(status), encoding="ascii")
    except Exception:  # the console is the only place left to say it
        traceback.print_exc()
        return 1
    return 0


def mount(source: str, target: str, *, kind: str | None = None, flags: int = 0x1000) -> None:
    """mount(2); a bind mount unless told otherwise."""
    arguments = (source.encode(), target.encode(), kind.encode() if kind else None, flags, None)
    if libc.mount(*arguments):
        raise OSError(ctypes.get_errno(), f"mount {source} on {target}")


def _lay_out(config: dict[str, Any]) -> None:
    """Puts what the host has built where every user of the guest can reach it."""
    places = {
        "/lab/environment": config["environment"],
        "/lab/bin": config["holders"],
        "/lab/modules": config["modules"],
        "/lab/python/tests/lab": f"{config['repository']}/tests/lab",
        "/lab/python/tests/monitor": f"{config['repository']}/tests/monitor",
    }
    for target, source in places.items():
        if source:
            os.makedirs(target, exist_ok=True)
            mount(f"/host{source}", target)
    for folder in sorted(set(config["shown"])):  # what is above comes first
        if not os.path.isdir(folder):  # hidden by the guest's own /tmp and /run
            os.makedirs(folder, exist_ok=True)
            mount(f"/host{folder}", folder)
    libc.umount2(b"/host", 2)  # MNT_DETACH: nobody in the guest needs a second way to the files
    launcher = Path("/usr/local/bin/camcheck")
    launcher.write_text(LAUNCHER, encoding="ascii")
    launcher.chmod(0o755)


def _set_host_up() -> None:
    socket.sethostname("lab")
    Path("/etc/machine-id").unlink(missing_ok=True)
    Path("/etc/machine-id").write_text("cafe" * 8 + "\n", encoding="ascii")
    with socket.socket() as any_socket:  # SIOCSIFFLAGS: IFF_UP | IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x41))
    create_people()


def _load(*modules: str) -> None:
    subprocess.run(["/sbin/modprobe", "-aq", *modules], check=False)


def _start_udev() -> None:
    os.makedirs("/run/udev", exist_ok=True)
    subprocess.run(
        ["/lib/systemd/systemd-udevd", "--daemon"], check=True, stderr=subprocess.DEVNULL
    )


def _plug_cameras(wanted: dict[str, Any]) -> None:
    if wanted["webcam"] != "none":
        plug("--mode", wanted["webcam"], "--led", wanted["led"], *wanted["options"])
    if wanted["vivid"]:
        count = wanted["vivid"]
        # Capture nodes alone: vivid's other devices take seconds to make.
        kinds = ",".join(["0x1"] * count)
        options = [f"n_devs={count}", f"node_types={kinds}"]
        subprocess.run(["/sbin/modprobe", "vivid", *options], check=True)
    settle()


def _run(config: dict[str, Any]) -> int:
    ports = {}
    for name in os.listdir("/sys/class/virtio-ports"):
        label = Path(f"/sys/class/virtio-ports/{name}/name").read_text(encoding="ascii").strip()
        ports[label] = f"/dev/{name}"
    os.environ.update(config["variables"])
    with open(ports["lab.stdout"], "wb") as out, open(ports["lab.stderr"], "wb") as err:
        (OUT / "started").touch()
        try:
            done = subprocess.run(
                config["command"],
                cwd=config["cwd"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                check=False,
            )
        except (FileNotFoundError, PermissionError) as error:
            err.write(f"lab: {error}\n".encode())
            return 127
    # As a shell has it: 128 and the number of the signal that ended the command.
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


if __name__ == "__main__":
    sys.exit("this is the first process of the lab's guest; see scripts/lab")
