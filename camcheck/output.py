"""Files that are written whole or not at all, for the person who asked, through no link."""

import os
import secrets
import stat
import sys

from camcheck.errors import OutputError


def write_whole(path: str, text: str) -> None:
    """Writes ``text`` to ``path`` as UTF-8, mode 0600, replacing a regular file or a link.

    The file appears complete, by renaming. As root it is given to the person who called sudo, and
    a path that leads through another user's link is refused. Raises OutputError.
    """
    if not path:
        raise OutputError("The output has no name; name a file, or - for the screen.")
    folder, name = os.path.split(os.path.abspath(path))
    try:
        _refuse_special(path)
        _refuse_foreign_links(folder)
        temporary = os.path.join(folder, f".{name[:100]}.{secrets.token_hex(6)}.part")
        _write(temporary, text)
        try:
            os.replace(temporary, os.path.join(folder, name))
        except BaseException:  # also when interrupted: no part of a file is left behind
            os.unlink(temporary)
            raise
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror}.") from error


def _write(path: str, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _give_to_caller(file.fileno())
            file.write(text.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:  # also when interrupted: no part of a file is left behind
        os.unlink(path)
        raise


def _give_to_caller(descriptor: int) -> None:
    """A file that root writes belongs to the person who became root by sudo or pkexec."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    import pwd

    for name in ("SUDO_UID", "PKEXEC_UID"):
        value = os.environ.get(name, "")
        if value.isdecimal() and len(value) < 11:
            try:
                caller = pwd.getpwuid(int(value))
            except KeyError:
                continue  # an invented number gets no file
            os.fchown(descriptor, caller.pw_uid, caller.pw_gid)
            return


def _refuse_special(path: str) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise OutputError(f"{path} is a folder; name a file in it.")
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
        raise OutputError(
            f"{path} is no ordinary file, so it is not replaced; use - for the screen."
        )


def _refuse_foreign_links(folder: str) -> None:
    """Root does not follow a link that somebody else made."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return
    while folder != os.path.dirname(folder):
        found = os.lstat(folder)
        if stat.S_ISLNK(found.st_mode) and found.st_uid != 0:
            raise OutputError(f"{folder} is a link made by another user; name the real folder.")
        folder = os.path.dirname(folder)
