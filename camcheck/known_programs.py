"""Programs that are known to use cameras: what they are called, and what they are for.

A name proves nothing: a program counts as what its installed path says, or its installed script,
and where packages put their files, a package has to vouch for it. What lies in a folder that its
user can write to, in a container or in a view of its own is nothing that is known here. Of Windows,
only what lies in its own folder counts, and of its services only what an account of the system
runs, because anybody may start the host of services by hand.
"""

import re

from camcheck.fact import NamedTuple
from camcheck.model import ExeState, Process
from camcheck.program import base_name, is_interpreter, is_service_account

_BY_HAND = ("/usr/local/bin/", "/opt/", "/nix/store/")
"""Where an administrator puts programs that no package vouches for."""
_INSTALLED = (
    *_BY_HAND, "/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib64/", "/usr/libexec/",
    "/usr/share/", "/lib/", "/lib64/", "/bin/",
)  # fmt: skip
"""Folders that an administrator alone can write to."""


class Known(NamedTuple):
    """What a program is for, and what people call it; ``name`` None: as its file is called.

    ``signs_in``: it is a part of the system that looks at faces, and at nothing else.
    """

    role: str
    name: str | None = None
    signs_in: bool = False


_RELAY = Known(
    "it makes the pictures of a built-in camera fit for other programs, as a virtual camera (relay)"
)
_NETWORK = "it shows a camera over the network, as printers and home servers do"
_PHOTOGRAPHS = "it is for photographs, and talks to still cameras"
_MACHINE = "it runs another computer (a virtual machine), to which the camera can be given"
_PICTURES = "it is a program for taking pictures and films"
_DESKTOP = "the desktop opens still cameras by itself, to show their pictures"
_LOGIN = "it looks for your face when you log in or use sudo"
_LIGHT = "it fits the screen to the light around you"

_BY_END: tuple[tuple[tuple[str, ...], Known], ...] = (
    (("/pipewire",), Known("it hands cameras to programs that you allow", "PipeWire")),
    (("/wireplumber",),
     Known("it looks after cameras and microphones for PipeWire", "WirePlumber")),
    (("/v4l2-relayd", "/icamerasrc-relay", "/camera-relay", "/camera-relay-monitor"), _RELAY),
    (("/droidcam", "/droidcam-cli"),
     Known("it shows a phone's camera as a virtual camera", "DroidCam")),
    (("/obs",), Known("it records or streams video and can feed a virtual camera", "OBS Studio")),
    (("/howdy/compare.py", "/howdy/cli.py", "/bin/howdy", "/howdy-auth", "/howdy/recorders"),
     Known(_LOGIN, "Howdy", signs_in=True)),
    (("/linux-enable-ir-emitter",), Known("it switches on the infrared light for login by face")),
    (("/motion", "/motionplus"),
     Known("it watches a camera for movement (surveillance)", "Motion")),
    (("/meyectl", "/motioneye"), Known("it shows and records cameras (surveillance)", "motionEye")),
    (("/frigate", "/frigate/__main__.py"), Known("it records cameras (surveillance)", "Frigate")),
    (("/zmc", "/zma"), Known("it records cameras (surveillance)", "ZoneMinder")),
    (("/go2rtc", "/mediamtx"), Known("it passes cameras on over the network")),
    (("/mjpg_streamer", "/ustreamer", "/camera-streamer", "/crowsnest"), Known(_NETWORK)),
    (("/gphoto2",),
     Known("it controls still cameras: it copies their pictures or films live", "gphoto2")),
    (("/gvfsd-gphoto2", "/gvfs-gphoto2-volume-monitor", "/kiod5", "/kiod6", "/kio_camera.so"),
     Known(_DESKTOP)),
    (("/entangle", "/digikam", "/darktable", "/shotwell"), Known(_PHOTOGRAPHS)),
    (("/qemu-system-x86_64", "/qemu-system-aarch64", "/qemu-kvm", "/qemu-system-i386"),
     Known(_MACHINE, "QEMU")),
    (("/VBoxHeadless", "/VirtualBoxVM", "/VBoxSVC"), Known(_MACHINE, "VirtualBox")),
    (("/vmware-vmx",), Known(_MACHINE, "VMware")),
    (("/fwupd", "/fwupdtool"), Known("it keeps the firmware of devices up to date", "fwupd")),
    (("/adb",), Known("it talks to phones, and looks at every USB device for one")),
    (("/lsusb", "/usb-devices", "/v4l2-ctl", "/media-ctl"), Known("it lists devices")),
    (("/udevd", "/systemd-udevd", "/v4l_id"), Known("with it the system looks at new devices")),
    (("/cheese",), Known(_PICTURES, "Cheese")),
    (("/snapshot",), Known(_PICTURES, "Camera (Snapshot)")),
    (("/guvcview", "/kamoso", "/qcam", "/rpicam-hello", "/rpicam-vid", "/libcamera-hello"),
     Known(_PICTURES)),
    (("/wluma", "/clight", "/clightd"), Known(_LIGHT)),
    (("/hyperhdr", "/hyperiond"), Known("it colours lamps after what a screen shows")),
)  # fmt: skip
ENDS = {end: known for ends, known in _BY_END for end in ends}
"""Programs of Linux by the end of their path, or of their script's."""

FRAME_SERVER = Known("it reads the camera for other programs", "Windows Camera Frame Server")
_HELLO = Known(
    "it looks at the camera when you unlock with your face", "Windows Hello", signs_in=True
)
_SERVICES_OF_WINDOWS = {
    "camera": FRAME_SERVER,
    "cameramonitor": Known(
        "it watches over the camera service", "Windows Camera Frame Server Monitor"
    ),
    "wbiosvcgroup": _HELLO,
}
"""By the group of services that a host of services (svchost.exe) was started for."""
_PARTS_OF_WINDOWS = {
    "bioiso.exe": _HELLO,
    "sensordataservice.exe": _HELLO,
    "logonui.exe": Known(_HELLO.role, "Windows sign-in screen", signs_in=True),
    "wudfhost.exe": Known("Windows Hello's face recognition runs in one", "Windows driver host"),
    "bioenrollmenthost.exe": Known(
        "it learns your face when you set it up", "Windows Hello", signs_in=True
    ),
    "devicecensus.exe": Known(
        "it lists the hardware for Microsoft from time to time", "Windows Device Census"
    ),
}
_BY_THE_USER = "bioenrollmenthost.exe"  # runs for the person who sets up the sign-in
_SYSTEM32 = r"(?i)[a-z]:\\windows\\system32\\[^\\]+"


_SYSTEM_ACCOUNT = 1000  # below it: accounts of the system, not of people (login.defs(5), UID_MIN)


def known_program(process: Process) -> Known | None:
    """What the program is, when it is proven to be one that is known; else None.

    Of an interpreter, its script counts (Howdy, motionEye), but only where the system started it:
    any program can write another name over its own arguments.
    """
    odd = process.preload or process.tracer_pid or process.exe_writable_by or process.concealed
    apart = process.container or process.application or process.own_dev
    updated = process.exe_state is ExeState.REPLACED and process.package is not None
    there = process.exe_state is ExeState.PRESENT or updated
    if not there or "preload" in process.unknown or odd or apart:
        return None
    exe = process.exe or ""
    if re.fullmatch(_SYSTEM32, exe):
        own = is_service_account(process) or base_name(exe).casefold() == _BY_THE_USER
        return part_of_windows(process) if own else None
    path = _installed(exe, process) if _is_installed(exe) else None
    if path is None:
        return None
    if path.endswith("/gst-launch-1.0"):
        return _RELAY if _relays(process.cmdline) else None
    return next((known for end, known in ENDS.items() if path.endswith(end)), None)


def known_role(process: Process) -> str | None:
    """What the program is for, in plain words, when it is one that is known; else None."""
    known = known_program(process)
    if known is None:
        return None
    return known.role if known.name is None else f"{known.name}: {known.role}"


def part_of_windows(process: Process) -> Known | None:
    """What a program in the folder of Windows is, by its file and its group of services."""
    name = base_name(process.exe or "").casefold()
    if name == "svchost.exe":
        return _SERVICES_OF_WINDOWS.get((process.unit or "").casefold())
    return _PARTS_OF_WINDOWS.get(name)


def _installed(exe: str, process: Process) -> str | None:
    """The path that the program is known by; None where anybody can have chosen it."""
    arguments = process.cmdline[1:]
    script = arguments[0] if arguments and is_interpreter(exe) else ""
    by_system = process.uid is not None and process.uid < _SYSTEM_ACCOUNT
    if script:
        return script if by_system and _is_installed(script) else None
    return exe if process.package or exe.startswith(_BY_HAND) else None


def _relays(arguments: tuple[str, ...]) -> bool:
    """Whether a pipeline takes pictures from a sensor and feeds a virtual camera with them."""
    return bool({"icamerasrc", "libcamerasrc"} & {*arguments}) and "v4l2sink" in arguments


def _is_installed(path: str) -> bool:
    return path.startswith(_INSTALLED) and "/../" not in path
