"""Linux: who has a camera open, and what a camera is."""

import functools
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

from camcheck.collect.linux import _unreadable
from camcheck.collect.linux.cameras import collect_cameras
from camcheck.collect.linux.capture.look import CaptureLook
from camcheck.collect.linux.holders.driver_count import counted, silent_driver_gaps
from camcheck.collect.linux.kernel.system import Kernel
from camcheck.findings import Report
from camcheck.model import CameraKind, ExeState, Process, Role, Snapshot, Via
from camcheck.scan import judge
from tests.builders import a_camera, a_holder, a_process, a_snapshot
from tests.collect.linux.listing import names, plant, read_listing
from tests.honest.table import Row, Side

WHO = "Linux: who has a camera open"
WHAT = "Linux: what a camera is"
RAW = {"via": Via.USBFS, "node": "/dev/bus/usb/001/002"}
CLAIMED = {"interfaces": ("1-1:1.0=usbfs", "1-1:1.1=usbfs")}
STILL = {"kind": CameraKind.STILL, "driver": None, "name": "Canon EOS 7D"}
SHIM = "/usr/bin/containerd-shim-runc-v2"
SCRIPT = "/usr/bin/python3.12"


def program(exe: str, *arguments: str, **changes: Any) -> Process:
    """A running program by its path."""
    name = exe.rpartition("/")[2]
    return a_process(exe=exe, name=name[:15], cmdline=(name, *arguments), **changes)


def packaged(exe: str, *arguments: str, **changes: Any) -> Process:
    """A program that the system's packages brought."""
    return program(exe, *arguments, package=exe.rpartition("/")[2], **changes)


def contained(exe: str, name: str, engine: str, **changes: Any) -> Process:
    """A program in a container that an engine runs."""
    return program(exe, container=name, own_dev=True, supervisor=engine, **changes)


def _judged(who: Process, hold: dict[str, Any], camera: dict[str, Any], others: Any) -> Report:
    processes = [who, *(process for process, _ in others)]
    holders = [a_holder(**hold), *(a_holder(pid=p.pid, **more) for p, more in others if more)]
    facts = {"cameras": [a_camera(**camera)], "processes": processes, "holders": holders}
    return judge(a_snapshot(asker="erika", **facts))


def held(
    who: Process,
    *others: tuple[Process, dict[str, Any]],
    camera: dict[str, Any] | None = None,
    **hold: Any,
) -> functools.partial[Report]:
    """The report of a machine on which that program has the webcam open in that way."""
    return functools.partial(_judged, who, hold, camera or {}, others)


def _idle(camera: dict[str, Any]) -> Report:
    return judge(a_snapshot(cameras=[a_camera(**camera)]))


def _without_camera() -> Report:
    sandbox = a_process(pid=1, name="init", exe=None, unknown=("exe",))
    with patch("os.geteuid", return_value=0):
        gaps = _unreadable((sandbox,), ())
    return judge(a_snapshot(cameras=[], processes=[sandbox], gaps=gaps))


def honest(situation: str, source: str, report: functools.partial[Report]) -> Row:
    return Row(WHO, situation, source, report)


def imitation(situation: str, imitates: str, report: functools.partial[Report]) -> Row:
    return Row(WHO, situation, f"imitates {imitates}", report, Side.IMITATION)


OTHER = {"node": "/dev/video7", "foreign": True}
PLACED = {"node": "/dev/video0", "foreign": True}
PANEL = program("/usr/bin/noctalia")
CHILD = program("/usr/bin/python3", "/home/erika/panel/clock.py", pid=7, ppid=4242)
ZOOM = "/tmp/.mount_ZoomAb/usr/bin/zoom"
OWN_LIBRARY = ("/tmp/.mount_ZoomAb/usr/lib/libgui.so",)
UNPACKED = f"/tmp/appimage_extracted_{'0' * 32}/usr/bin/app"
IN_HOME = "appimage:/home/erika/Zoom.AppImage"

ROWS = (
    honest("docker, the camera under its own name", "docs.docker.com/engine/containers/run", held(contained("/usr/bin/motion", "docker-1", SHIM), **PLACED)),
    honest("docker, the camera under another name", "motioneye#2136", held(contained("/usr/bin/motion", "docker-1", SHIM), **OTHER)),
    honest("docker with a virtual background", "Linux-Fake-Background-Webcam#24", held(contained("/usr/bin/fakecam", "docker-2", SHIM), **OTHER)),
    honest("balena", "balena-os/balena-engine", held(contained("/usr/bin/ustreamer", "balena/1", "/usr/bin/balena-engine"), **OTHER)),
    honest("kubernetes (cgroupfs)", "kubernetes.io/docs/concepts/workloads", held(contained("/usr/bin/go2rtc", "kubepods/pod1/1", SHIM), **OTHER)),
    honest("podman without root", "containers/podman", held(contained("/usr/bin/cheese", "libpod-1", "/usr/bin/conmon"), **PLACED)),
    honest("podman below a group of its own (libpod_parent)", "containers/podman", held(contained("/usr/bin/cheese", "libpod-2", "/usr/bin/conmon"), **OTHER)),
    honest("crun without a control group that is known", "containers/crun", held(program("/usr/bin/zmc", own_dev=True, supervisor="/usr/bin/crun"), **OTHER)),
    honest("systemd-nspawn", "systemd.io/CONTAINER_INTERFACE", held(contained("/usr/bin/motion", "systemd-nspawn@web", "/usr/bin/systemd-nspawn"), **OTHER)),
    honest("a task of Amazon ECS", "aws/amazon-ecs-agent", held(contained("/usr/bin/gst-launch-1.0", "ecs/task/1", SHIM), **OTHER)),
    honest("LXC, the camera under another name", "lxc/lxc", held(contained("/usr/bin/motion", "lxc/web", "/usr/bin/lxc-start"), **OTHER)),
    honest("a flatpak that may use all devices", "flatpak/flatpak", held(program("/app/bin/zoom", application="flatpak:us.zoom.Zoom", own_dev=True, supervisor="/usr/bin/bwrap"))),
    honest("a snap", "snapcraft.io/zoom-client", held(program("/snap/zoom-client/1/zoom", application="snap:zoom-client"))),
    honest("a chroot with the machine's /dev (schroot)", "manpages.debian.org/schroot", held(program("/usr/bin/cheese", exe_state=ExeState.ELSEWHERE))),
    honest("a chroot with the machine's /dev (crouton)", "dnschneid/crouton", held(program("/usr/bin/guvcview", exe_state=ExeState.ELSEWHERE))),
    imitation("a device file in /tmp, with the control group of a container", "docker", held(program("/usr/bin/motion", container="docker-1"), node="/tmp/.x/cam", foreign=True)),
    imitation("another device file in the machine's own /dev, with such a control group", "docker", held(program("/usr/bin/motion", container="docker-1"), node="/dev/.x", foreign=True)),
    imitation("a /dev of its own, and no engine that made it", "podman", held(program("/usr/bin/motion", container="libpod-1", own_dev=True), **OTHER)),
    imitation("a device file made over the camera's own name", "a chroot", held(program("/usr/bin/cheese"), **PLACED)),
    imitation("a device file that was deleted after opening, in a container", "LXC", held(contained("/usr/bin/motion", "lxc/web", "/usr/bin/lxc-start"), node="/dev/video7 (deleted)", foreign=True)),
    honest("an AppImage", "opensnitch#408", held(program(ZOOM, application=IN_HOME))),
    honest("an AppImage with a library of its own forced into it", "AppRun#30", held(program(ZOOM, application=IN_HOME, preload=OWN_LIBRARY))),
    honest("an AppImage that unpacks itself (--appimage-extract-and-run)", "AppImageKit#841", held(program(UNPACKED, application=IN_HOME))),
    imitation("a folder in /tmp that is called like the mount of an AppImage", "an AppImage", held(program(ZOOM))),
    imitation("a folder in /tmp that is called like an unpacked AppImage", "an unpacked AppImage", held(program(UNPACKED))),
    imitation("an AppImage that lies in /tmp", "an AppImage", held(program(ZOOM, application="appimage:/tmp/Zoom.AppImage"))),
    imitation("a mount in user space, and no AppImage that made it", "an AppImage", held(program(ZOOM, application="appimage:Zoom.AppImage"))),
    imitation("an AppImage with a library from another folder of /tmp", "AppRun", held(program(ZOOM, application=IN_HOME, preload=("/tmp/.mount_Other/lib.so",)))),
    imitation("a program that exists in memory only", "AppImageLauncher#380", held(program("/memfd:app", exe_state=ExeState.MEMORY))),
    honest("a browser was updated while it runs", "release notes of Debian's browsers", held(packaged("/usr/lib/firefox-esr/firefox-esr", exe_state=ExeState.REPLACED))),
    imitation("a program that put another file in its own place, and no package did", "an update", held(program("/home/erika/firefox/firefox", exe_state=ExeState.REPLACED))),
    imitation("a program that deleted itself from a temporary folder", "an update", held(program("/tmp/firefox", exe_state=ExeState.DELETED))),
    honest("LD_PRELOAD of an installed library, for old programs", "zoneminder#1218", held(program("/usr/bin/zmc", preload=("/usr/lib/x86_64-linux-gnu/libv4l/v4l2convert.so",)))),
    honest("LD_PRELOAD of a library of NixOS", "nixpkgs#62622", held(program("/nix/store/a-obs/bin/obs", preload=("/nix/store/a-v4l/lib/libv4l/v4l1compat.so",)))),
    imitation("LD_PRELOAD of a library from a shared folder", "an old program", held(program("/usr/bin/zmc", preload=("/dev/shm/v4l2convert.so",)))),
    honest("children of a program inherit what it has open", "blink1#35", held(PANEL, (CHILD, {"inherited": True}))),
    honest("a panel's child inherits the camera", "noctalia#3212", held(PANEL, (program("/usr/bin/sleep", "1", pid=7, ppid=4242), {"inherited": True}))),
    imitation("a child that inherits the camera and maps its pictures", "a panel's child", held(PANEL, (CHILD, {"inherited": True}), (CHILD._replace(pid=8), {"via": Via.MAPPING}))),
    imitation("a script that a shell started with the camera open", "a panel's child", held(program("/usr/bin/dash"), (CHILD, {"inherited": True}))),
    honest("fwupd looks at the USB device, and takes nothing", "fwupd/fwupd", held(packaged("/usr/libexec/fwupd/fwupd", user="root", uid=0), **RAW)),
    honest("adb looks for phones", "android.googlesource.com/platform/packages/modules/adb", held(packaged("/usr/bin/adb"), **RAW)),
    honest("lsusb reads what the device says of itself", "gregkh/usbutils", held(packaged("/usr/bin/lsusb"), access="read", **RAW)),
    honest("lsusb, while another program has the camera over USB", "gregkh/usbutils", held(packaged("/usr/bin/lsusb"), access="read", camera={**STILL, **CLAIMED}, **RAW)),
    imitation("a program that takes the camera from its driver", "fwupd", held(packaged("/usr/libexec/fwupd/fwupd"), camera=CLAIMED, **RAW)),
    honest("the desktop shows the pictures of a still camera", "gphoto2#181", held(packaged("/usr/libexec/gvfsd-gphoto2"), camera={**STILL, **CLAIMED}, **RAW)),
    honest("gphoto2 films with a still camera", "gphoto2#406", held(packaged("/usr/bin/gphoto2", "--capture-movie"), camera={**STILL, **CLAIMED}, **RAW)),
    Row(WHO, "QEMU has the camera for a virtual machine", "qemu.org/docs/master/system/devices/usb", held(packaged("/usr/bin/qemu-system-x86_64"), camera=CLAIMED, **RAW), Side.TOLD, "another computer films, and nothing here shows it"),
    honest("PipeWire offers the camera", "pipewire.org", held(packaged("/usr/bin/pipewire"))),
    honest("Howdy looks at a face", "boltgolt/howdy", held(program(SCRIPT, "/lib/security/howdy/compare.py", "erika", user="root", uid=0), camera={"kind": CameraKind.INFRARED})),
    imitation("a script that is called like Howdy's, in a home folder", "Howdy", held(program(SCRIPT, "/home/erika/howdy/compare.py"))),
    honest("a relay feeds the virtual camera of an IPU6 laptop", "samsung-galaxy-book-linux-fixes#2", held(packaged("/usr/bin/v4l2-relayd", user="root", uid=0), camera={"kind": CameraKind.VIRTUAL, "name": "Intel MIPI Camera"}, role=Role.FEEDS)),
    honest("a relay has the sensor of an IPU6 laptop open", "ipu6-drivers#172", held(packaged("/usr/bin/gst-launch-1.0", "icamerasrc", "!", "v4l2sink"))),
    honest("DroidCam feeds its virtual camera", "dev47apps/droidcam-linux-client", held(program("/usr/local/bin/droidcam"), camera={"kind": CameraKind.VIRTUAL}, role=Role.FEEDS)),
    honest("OBS feeds its virtual camera", "obs-studio#3733", held(packaged("/usr/bin/obs"), camera={"kind": CameraKind.VIRTUAL}, role=Role.FEEDS)),
    imitation("a program called like OBS, that feeds its virtual camera from a shared folder", "OBS", held(program("/dev/shm/obs"), camera={"kind": CameraKind.VIRTUAL}, role=Role.FEEDS)),
    imitation("a program called like the relay, in a shared folder", "a relay", held(program("/tmp/v4l2-relayd"))),
    honest("motion watches the door", "motion-project#1128", held(packaged("/usr/bin/motion", unit="motion.service", user="motion", uid=110))),
    honest("motionEye in a virtual environment", "motioneye#2136", held(program(SCRIPT, "/usr/local/bin/meyectl", "startserver", user="motion", uid=110))),
    honest("Frigate in docker", "blakeblackshear/frigate", held(contained("/usr/bin/python3.11", "docker-3", SHIM, pid=4242)._replace(cmdline=("python3", "-m", "frigate")))),
    honest("a printer's camera (OctoPrint)", "guysoft/OctoPi#849", held(program("/home/pi/oprint/bin/python3", "/home/pi/oprint/bin/octoprint", "serve"))),
    honest("crowsnest's streamer", "crowsnest#85", held(program("/home/pi/crowsnest/bin/ustreamer", "--device", "/dev/video0"))),
    honest("a notebook of Jupyter", "ipython/ipykernel", held(program("/home/erika/venv/bin/python3", "-m", "ipykernel_launcher"))),
    honest("a program that brings its own Python", "80 of 32,000 paths of Debian's packages", held(program("/usr/lib/libreoffice/program/python3.11"))),
    imitation("a script of one's own, run by a Python that a program brought", "a bundled Python", held(program("/usr/lib/libreoffice/program/python3.11", "/home/erika/cam.py", "/usr/bin/"))),
    honest("a program fits the screen to the light", "wluma#41", held(packaged("/usr/bin/wluma"))),
    honest("lamps follow a grabber's picture", "HyperHDR#459", held(program("/usr/bin/hyperhdr"), camera={"kind": CameraKind.GRABBER, "name": "USB Video"})),
    honest("a status bar asks whether the camera is used", "i3status-rust#2007", held(program("/usr/bin/i3status-rs"))),
    honest("home automation watches the camera's node", "ha-mqtt-iot#44", held(program("/usr/bin/ha-mqtt-iot"))),
    honest("the program that draws the screen shares a call's pictures", "gnome.org/mutter", held(program("/usr/bin/gnome-shell"), via=Via.DMA_BUF, node="/dmabuf")),
    honest("a laptop's infrared part has no driver", "howdy#88", functools.partial(_idle, {"interfaces": ("1-5:1.0=uvcvideo", "1-5:1.1=uvcvideo", "1-5:1.2=none")})),
    honest("a camera that its owner switched off by taking its driver away", "wiki.archlinux.org/title/Webcam_setup", functools.partial(_idle, {"driver": None, "interfaces": ("1-5:1.0=none",)})),
    honest("a server without a camera, in a sandbox whose first process cannot be read", "field report", functools.partial(_without_camera)),
)  # fmt: skip


def _listed(name: str) -> Report:
    """The report of a published machine on which nobody uses a camera."""
    with tempfile.TemporaryDirectory() as folder:
        sysfs = plant(Path(folder), read_listing(name))
        roots = sysfs.roots()
        cameras, gaps = collect_cameras(roots)
        for driver in {camera.driver for camera in cameras if camera.driver}:
            sysfs.driver_counts(driver, 0)
        look = CaptureLook(roots, cameras)
        look.look_again()
        captures, blind = look.judge({})
        silent = silent_driver_gaps(counted(roots, Kernel(), cameras, []), cameras, captures)
    facts: Snapshot = a_snapshot(
        cameras=cameras, processes=[], captures=captures, gaps=[*gaps, *blind, *silent]
    )
    return judge(facts)


def _machine(name: str) -> Row:
    listing = read_listing(name)
    found = ", ".join(f"{title} [{kind}]" for kind, title in listing.cameras) or "no camera"
    return Row(WHAT, f"{listing.title}: {found}", listing.source, functools.partial(_listed, name))


ROWS += tuple(map(_machine, names()))
