"""What people call a program, whose it is, and whether it is known where it comes from."""

from camcheck.answer import Whose
from camcheck.model import ExeState, Process, Snapshot
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

_SERVICES = frozenset({"system", "local service", "network service"})  # accounts of Windows
_FIRST_PERSON = 1000  # login.defs(5): UID_MIN
_LAST_PERSON = 60_000  # login.defs(5): UID_MAX; above are containers' and systemd's own accounts
_FIRST_MAC = 500  # macOS gives people numbers from 501


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


def whose(snapshot: Snapshot, process: Process) -> Whose:
    """Whose program it is. Who asked as root without saying who they are owns nothing by that."""
    if process.user is None and process.uid is None:
        return Whose.UNKNOWN
    if _is_same(process.user, snapshot.asker):
        return Whose.YOURS
    if process.uid is None:  # Windows
        name = (process.user or "").rpartition("\\")[2].lower()
        return Whose.SERVICE if name in _SERVICES else Whose.ANOTHER
    if process.uid == 0:
        return Whose.SERVICE if process.unit else Whose.ADMINISTRATOR
    mac = snapshot.host.system.lower() in ("macos", "darwin")
    if process.uid < (_FIRST_MAC if mac else _FIRST_PERSON) or process.uid > _LAST_PERSON:
        return Whose.SERVICE
    return Whose.ANOTHER


def _is_same(user: str | None, asker: str | None) -> bool:
    """Whether two names are one account; Windows puts the domain before it."""
    if not user or not asker:
        return False
    return user.casefold() == asker.casefold() or (
        user.rpartition("\\")[2].casefold() == asker.rpartition("\\")[2].casefold()
    )


def origin(process: Process, approved: tuple[str, ...]) -> str | None:
    """Who vouches for the program: its package, its signer, or the user; None: nobody.

    A path in a file system view of the process's own proves nothing about this machine's packages.
    """
    if process.exe in approved:
        return "you approved it"
    if script(process) is not None:
        return None  # the interpreter's package does not vouch for what it runs
    if process.exe_state is ExeState.PRESENT and process.package:
        return f"package {process.package}"
    if process.application:
        return f"app {process.application}"
    return f"signed by {process.signer}" if process.signer else None
