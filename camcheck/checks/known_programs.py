"""Programs that are known to use cameras, and what they are, in plain words.

A name proves nothing: a program counts as what its installed path says, or its installed script.
What lies in a folder that its user can write to, in a container or in a view of its own is
nothing that is known here.
"""

from typing import NamedTuple

from camcheck.model import ExeState, Process
from camcheck.program import is_interpreter

_INSTALLED = (
    "/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib64/", "/usr/libexec/", "/usr/local/bin/",
    "/usr/share/", "/lib/", "/lib64/", "/opt/", "/snap/", "/nix/store/", "/bin/",
)  # fmt: skip
"""Folders that an administrator alone can write to."""


class Known(NamedTuple):
    """A program by the end of its path (or its script's), and what it is."""

    ends: tuple[str, ...]
    role: str


_RELAY = (
    "it makes the pictures of a built-in camera fit for ordinary programs: it takes them from the "
    "camera and feeds a virtual camera with them (relay)"
)
KNOWN = (
    Known(("/pipewire",), "PipeWire hands cameras to programs that you allow"),
    Known(("/wireplumber",), "WirePlumber looks after cameras and microphones for PipeWire"),
    Known(("/v4l2-relayd", "/icamerasrc-relay", "/camera-relay", "/camera-relay-monitor"), _RELAY),
    Known(("/droidcam", "/droidcam-cli"), "DroidCam shows a phone's camera as a virtual camera"),
    Known(("/obs", "/obs64"), "OBS Studio records or streams video and can feed a virtual camera"),
    Known(("/howdy/compare.py", "/howdy/cli.py", "/bin/howdy", "/howdy-auth", "/howdy/recorders"),
          "Howdy looks for your face when you log in or use sudo"),
    Known(("/linux-enable-ir-emitter",), "it switches on the infrared light for login by face"),
    Known(("/motion", "/motionplus"), "Motion watches a camera for movement (surveillance)"),
    Known(("/meyectl", "/motioneye"), "motionEye shows and records cameras (surveillance)"),
    Known(("/frigate", "/frigate/__main__.py"), "Frigate records cameras (surveillance)"),
    Known(("/zmc", "/zma"), "ZoneMinder records cameras (surveillance)"),
    Known(("/go2rtc", "/mediamtx"), "it passes cameras on over the network"),
    Known(("/mjpg_streamer", "/ustreamer", "/camera-streamer", "/crowsnest"),
          "it shows a camera over the network, as printers and home servers do"),
    Known(("/gphoto2",), "gphoto2 controls still cameras: it copies their pictures or films live"),
    Known(("/gvfsd-gphoto2", "/gvfs-gphoto2-volume-monitor", "/kiod5", "/kiod6", "/kio_camera.so"),
          "the desktop opens still cameras by itself, to show their pictures"),
    Known(("/entangle", "/digikam", "/darktable", "/shotwell"),
          "it is for photographs, and talks to still cameras"),
    Known(("/qemu-system-x86_64", "/qemu-system-aarch64", "/qemu-kvm", "/qemu-system-i386"),
          "QEMU runs another computer (a virtual machine), to which the camera can be given"),
    Known(("/VBoxHeadless", "/VirtualBoxVM", "/VBoxSVC", "/vmware-vmx"),
          "it runs another computer (a virtual machine), to which the camera can be given"),
    Known(("/fwupd", "/fwupdtool"), "fwupd keeps the firmware of devices up to date"),
    Known(("/adb",), "adb talks to phones, and looks at every USB device for one"),
    Known(("/lsusb", "/usb-devices", "/v4l2-ctl", "/media-ctl"), "it lists devices"),
    Known(("/udevd", "/systemd-udevd", "/v4l_id"), "the system looks at new devices"),
    Known(("/cheese", "/snapshot", "/guvcview", "/kamoso", "/qcam", "/rpicam-hello",
           "/rpicam-vid", "/libcamera-hello"), "it is a program for taking pictures and films"),
    Known(("/wluma", "/clight", "/clightd"), "it fits the screen to the light around you"),
    Known(("/hyperhdr", "/hyperiond"), "it colours lamps after what a screen shows"),
)  # fmt: skip


_SYSTEM_ACCOUNT = 1000  # below it: accounts of the system, not of people (login.defs(5), UID_MIN)


def known_role(process: Process) -> str | None:
    """What the program is, in plain words, when it is one that is known; else None.

    Of an interpreter, its script counts (Howdy, motionEye), but only where the system started it:
    any program can write another name over its own arguments.
    """
    odd = process.preload or process.tracer_pid or process.exe_writable_by or process.concealed
    apart = process.container or process.application or process.own_dev
    if process.exe_state is not ExeState.PRESENT or "preload" in process.unknown or odd or apart:
        return None
    exe, arguments = process.exe or "", process.cmdline[1:]
    if not _is_installed(exe):
        return None
    if exe.endswith("/gst-launch-1.0"):
        from_sensor = {"icamerasrc", "libcamerasrc"} & set(arguments)
        return _RELAY if from_sensor and "v4l2sink" in arguments else None
    script = arguments[0] if arguments and is_interpreter(exe) else ""
    by_system = process.uid is not None and process.uid < _SYSTEM_ACCOUNT
    if script and not (by_system and _is_installed(script)):
        return None
    path = script or exe
    return next((known.role for known in KNOWN if path.endswith(known.ends)), None)


def _is_installed(path: str) -> bool:
    return path.startswith(_INSTALLED) and "/../" not in path
