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


def history_folder() -> str:
    """The folder of the user's own history; root has the system's, whatever HOME says."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return SYSTEM_FOLDER
    from platformdirs import user_state_dir

    return user_state_dir("camcheck", appauthor=False)
