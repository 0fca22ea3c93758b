"""Parts of Windows that look at the camera for ordinary reasons, told by where they are installed.

Only folders that need administrator rights to write to count: a program may call itself anything.
"""

import os

from camcheck.model import Process

_FRAME_SERVER = "camera"
_FRAME_SERVER_MONITOR = "cameramonitor"
_BIOMETRICS = "wbiosvcgroup"

_GROUPS = {
    _FRAME_SERVER: "Windows Camera Frame Server: reads the camera for other programs",
    _FRAME_SERVER_MONITOR: "Windows Camera Frame Server Monitor: watches over the camera service",
    _BIOMETRICS: "Windows Hello: looks at the camera when you unlock with your face",
}

_PROGRAMS = {
    "devicecensus.exe": "Windows Device Census: lists the hardware for Microsoft from time to time",
    "wudfhost.exe": "Windows driver host: Windows Hello's face recognition runs in one",
    "bioiso.exe": "Windows Hello: looks at the camera when you unlock with your face",
    "sensordataservice.exe": "Windows Hello: looks at the camera when you unlock with your face",
    "bioenrollmenthost.exe": "Windows Hello: learns your face when you set it up",
    "logonui.exe": "Windows sign-in screen: looks at the camera when you unlock with your face",
}


def role(process: Process) -> str | None:
    """What part of Windows a process is, in a sentence; None for everything else."""
    exe = (process.exe or "").casefold()
    folder, _, name = exe.rpartition("\\")
    # Anybody may make a folder Windows on another drive. Windows sets this variable itself.
    windows = os.environ.get("SYSTEMROOT", r"C:\Windows")
    if folder != f"{windows}\\System32".casefold():
        return None
    if name == "svchost.exe":
        return _GROUPS.get((process.unit or "").casefold())
    return _PROGRAMS.get(name)


def is_frame_server(process: Process) -> bool:
    """Whether a process is the service that reads cameras on behalf of its clients."""
    return role(process) == _GROUPS[_FRAME_SERVER]
