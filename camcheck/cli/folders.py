"""Where camcheck keeps the history of the monitor."""

import os

SYSTEM_FOLDER = "/var/lib/camcheck"


def history_folder() -> str:
    """The folder of the user's own history; root has the system's, whatever HOME says."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return SYSTEM_FOLDER
    from platformdirs import user_state_dir

    return user_state_dir("camcheck", appauthor=False)
