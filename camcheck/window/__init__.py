"""The face of camcheck on a desktop: a window and a sign. It shows what others judge, and no more.

Nothing here is loaded by another command. PySide6 is imported when the window opens, so that
camcheck works without it (``pip install 'camcheck[window]'``).
"""

from camcheck.errors import CamcheckError
from camcheck.privilege import asker, is_root


class WindowError(CamcheckError):
    """The window cannot be shown; the text says why and what helps."""


def need_own_desktop() -> None:
    """Raises WindowError for who became root by sudo: another's desktop is no place for that."""
    if is_root() and asker() is not None:
        raise WindowError(
            "The window runs as yourself: start it without sudo. It has a button to look as "
            "administrator, which asks for the password."
        )


def need_qt() -> None:
    """Raises WindowError when PySide6 is not installed."""
    from importlib.util import find_spec

    if find_spec("PySide6") is None:
        raise WindowError(
            "The window needs PySide6. Install it with: pip install 'camcheck[window]' (where "
            "camcheck is a package of Debian or Ubuntu, with the package camcheck-window)."
        )
