"""Where a history is: apart from the store, which brings a database that most scans never need."""

import os

FILE = "history.db"


def exists(folder: str) -> bool:
    """Whether a monitor ever kept a history in this folder."""
    return os.path.exists(os.path.join(folder, FILE))
