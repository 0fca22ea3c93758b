"""What people call a program."""

import re

from camcheck.known_programs import known_program
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
    "obs64": "OBS Studio",
    "vlc": "VLC",
    "facetime": "FaceTime",
    "photo booth": "Photo Booth",
    "windowscamera": "Camera",
}
"""Names of programs by the name of their file, in lower case and without .exe.

Anybody can choose such a name, so it says no more than the file's own would; what programs are
proven to be is told by `camcheck.known_programs`.
"""


_MODULE = r"-m ([A-Za-z_][\w.]*)"


def name_of(process: Process) -> str:
    """What a person calls it: the name of what it is proven to be, the script, or the file's."""
    known = known_program(process)
    if known is not None and known.name is not None:
        return known.name
    given = script(process)
    module = re.match(_MODULE, given or "")
    if module is not None:
        return module[1]
    if given is not None:
        return base_name(given.partition(" ")[0] if "\n" in given else given) or process.name
    if process.exe is None:
        return process.name
    file = base_name(process.exe)
    plain = file[:-4] if file.lower().endswith(".exe") else file
    return _NAMES.get(plain.lower(), plain)
