"""Where camcheck keeps what it was asked to remember: cameras, and the history of the monitor."""

import os

SYSTEM_FOLDER = "/var/lib/camcheck"


def data_folder() -> str:
    """The user's own data folder for camcheck; it may not exist yet."""
    from platformdirs import user_data_path

    return str(user_data_path("camcheck", appauthor=False))


def baseline_path() -> str:
    """Where the cameras are remembered when the user asks for it."""
    return os.path.join(data_folder(), "baseline.json")


def selftest_folder() -> str:
    """The folder of what self-tests learned; root has the system's, whatever HOME says."""
    return SYSTEM_FOLDER if _is_root() else data_folder()


def calibration_path() -> str | None:
    """Where a scan finds what self-tests learned; None on systems where it has no use for it.

    The same place as `selftest_folder`, told without a library whose loading costs more than the
    rest of a scan's start.
    """
    from camcheck.collect import system

    if system() != "linux":
        return None
    if _is_root():
        return f"{SYSTEM_FOLDER}/selftest.json"
    base = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
    return f"{base}/camcheck/selftest.json"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def history_folder() -> str:
    """The folder of the user's own history; root has the system's, whatever HOME says."""
    if _is_root():
        return SYSTEM_FOLDER
    from platformdirs import user_state_dir

    return user_state_dir("camcheck", appauthor=False)
