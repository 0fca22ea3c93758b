"""What people call a program."""

from camcheck.model import Process
from camcheck.program import base_name, script

_NAMES = {
    "chrome": "Google Chrome",
    "chromium": "Chromium",
    "firefox": "Firefox",
    "firefox-bin": "Firefox",
    "firefox-esr": "Firefox",
    "msedge": "Microsoft Edge",
    "brave": "Brave",
    "opera": "Opera",
    "zoom": "Zoom",
    "zoom.us": "Zoom",
    "teams": "Microsoft Teams",
    "ms-teams": "Microsoft Teams",
    "skype": "Skype",
    "skypeforlinux": "Skype",
    "discord": "Discord",
    "slack": "Slack",
    "signal-desktop": "Signal",
    "telegram-desktop": "Telegram",
    "obs": "OBS Studio",
    "obs64": "OBS Studio",
    "cheese": "Cheese",
    "snapshot": "Camera (Snapshot)",
    "guvcview": "guvcview",
    "vlc": "VLC",
    "facetime": "FaceTime",
    "photo booth": "Photo Booth",
    "windowscamera": "Camera",
    "pipewire": "PipeWire",
    "wireplumber": "WirePlumber",
}
"""Names of programs by the name of their file, in lower case and without .exe."""


def name_of(process: Process) -> str:
    """What a person calls it: the known name of the program, the script, or the file's name."""
    given = script(process)
    if given is not None:
        return base_name(given.partition(" ")[0] if "\n" in given else given) or process.name
    if process.exe is None:
        return process.name
    file = base_name(process.exe)
    plain = file[:-4] if file.lower().endswith(".exe") else file
    return _NAMES.get(plain.lower(), plain)
