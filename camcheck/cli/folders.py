"""Where camcheck keeps what the user asked it to remember."""

import os


def data_folder() -> str:
    """The user's own data folder for camcheck; it may not exist yet."""
    from platformdirs import user_data_path

    return str(user_data_path("camcheck", appauthor=False))


def baseline_path() -> str:
    """Where the cameras are remembered when the user asks for it."""
    return os.path.join(data_folder(), "baseline.json")
