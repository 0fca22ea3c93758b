"""Where things are: what camcheck was asked to remember, the history, and a new report."""

import os

from camcheck.output import calling_user
from camcheck.privilege import is_root

SYSTEM_FOLDER = "/var/lib/camcheck"


def remembered_folder() -> str:
    """The folder of remembered cameras and self-tests; root has the system's, whatever HOME says.

    It may not exist yet.
    """
    if is_root():
        return SYSTEM_FOLDER
    from platformdirs import user_data_path

    return str(user_data_path("camcheck", appauthor=False))


def baseline_path() -> str:
    """Where the cameras are remembered when the user asks for it."""
    return os.path.join(remembered_folder(), "baseline.json")


def selftest_record_path() -> str | None:
    """Where a scan finds what self-tests learned; None on systems where it has no use for it.

    The same place as `remembered_folder`, without the library, whose loading costs more than the
    rest of a scan's start.
    """
    from camcheck.collect import system

    if system() != "linux":
        return None
    if is_root():
        return f"{SYSTEM_FOLDER}/selftest.json"
    base = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
    return f"{base}/camcheck/selftest.json"


def history_folder() -> str:
    """The folder of the user's own history; root has the system's, whatever HOME says."""
    if is_root():
        return SYSTEM_FOLDER
    from camcheck.collect import system

    if system() == "linux":  # every scan asks, and the library costs more than the rest
        base = os.environ.get("XDG_STATE_HOME", "").strip() or os.path.expanduser("~/.local/state")
        return f"{base}/camcheck"
    from platformdirs import user_state_dir

    return user_state_dir("camcheck", appauthor=False)


def runtime_folder() -> str:
    """A folder of this login alone, mode 0700, for what lives no longer than it."""
    given = os.environ.get("XDG_RUNTIME_DIR", "").strip()
    if given:
        return os.path.join(given, "camcheck")
    return os.path.join(history_folder(), "run")


def report_path() -> str:
    """A place where the person who asked finds the file: the documents, or the home folder."""
    from datetime import UTC, datetime

    from camcheck.report.earlier import name_of_report

    name = f"{name_of_report(datetime.now(UTC))}.html"
    caller = calling_user()
    if caller is not None:
        # root takes the folder from the system, never from that user's settings
        return os.path.join(caller.home, name)
    from platformdirs import user_documents_dir

    folders = [user_documents_dir(), os.path.expanduser("~")]
    return os.path.join(next((item for item in folders if os.path.isdir(item)), "."), name)
