"""Where camcheck keeps what it was asked to remember: cameras, and the history of the monitor."""

import os

SYSTEM_FOLDER = "/var/lib/camcheck"


def baseline_path() -> str:
    """Where the cameras are remembered when the user asks for it; it may not exist yet."""
    from platformdirs import user_data_path

    return str(user_data_path("camcheck", appauthor=False) / "baseline.json")


def history_folder() -> str:
    """The folder of the user's own history; root has the system's, whatever HOME says."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return SYSTEM_FOLDER
    from platformdirs import user_state_dir

    return user_state_dir("camcheck", appauthor=False)
