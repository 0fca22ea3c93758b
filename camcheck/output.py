"""Files that are written whole or not at all, for the person who asked, through no link."""

import os
import stat
import sys

from camcheck.errors import OutputError
from camcheck.fact import NamedTuple
from camcheck.privilege import is_root

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)


class Caller(NamedTuple):
    """The person who became root by sudo or pkexec."""

    uid: int
    gid: int
    home: str


def write_whole(path: str, text: str, *, for_caller: bool = True) -> None:
    """Writes ``text`` to ``path`` as UTF-8, mode 0600, replacing a regular file or a link.

    The file appears complete, by renaming. As root it is given to the person who called sudo,
    unless ``for_caller`` is false, and no link is followed that somebody else could have made, not
    even one made while we write: the folder is opened once, part by part, and all else happens in
    it. Raises OutputError.
    """
    if not path:
        raise OutputError("The output has no name; name a file, or - for the screen.")
    folder, name = os.path.split(os.path.abspath(path))
    try:
        with _opened(folder) as place:
            _refuse_special(place(name), path=path)
            temporary = place(f".{name[:100]}.{os.urandom(6).hex()}.part")
            _write(temporary, text, owner=calling_user() if for_caller else None)
            try:
                os.replace(
                    temporary.name,
                    place(name).name,
                    src_dir_fd=temporary.folder,
                    dst_dir_fd=temporary.folder,
                )
            except OSError:
                os.unlink(temporary.name, dir_fd=temporary.folder)
                raise
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror}.") from error


def calling_user() -> Caller | None:
    """Who became root by sudo or pkexec; None for anybody else, and for an invented number."""
    if sys.platform == "win32" or not is_root():
        return None
    import pwd

    for name in ("SUDO_UID", "PKEXEC_UID"):
        value = os.environ.get(name, "")
        if value.isdecimal() and len(value) < 11:
            try:
                found = pwd.getpwuid(int(value))
            except (KeyError, OverflowError):
                continue
            return Caller(found.pw_uid, found.pw_gid, found.pw_dir)
    return None


class _Place(NamedTuple):
    """A name in an open folder; without a folder the name is a whole path."""

    name: str
    folder: int | None


class _Folder(NamedTuple):
    """Used with ``with``. Where folders cannot be opened, on Windows, there is no descriptor."""

    path: str
    descriptor: int | None

    def __enter__(self) -> "_Folder":
        return self

    def __exit__(self, *_: object) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)

    def __call__(self, name: str) -> _Place:
        if self.descriptor is None:
            return _Place(os.path.join(self.path, name), None)
        return _Place(name, self.descriptor)


def _opened(folder: str) -> _Folder:
    if sys.platform == "win32":
        return _Folder(folder, None)
    return _Folder(folder, _opened_by_root(folder) if is_root() else os.open(folder, _FOLDER))


def _opened_by_root(folder: str) -> int:
    """The folder, reached through links only where nobody but root could have made them."""
    current = os.open("/", _FOLDER)
    for part in folder.strip("/").split("/"):
        try:
            found = os.fstat(current)
            ours = found.st_uid == 0 and not found.st_mode & 0o022
            following = os.open(part or ".", _FOLDER | (0 if ours else _NOFOLLOW), dir_fd=current)
        except NotADirectoryError:
            raise OutputError(
                f"{part} in {folder} is no folder, or a link that somebody else could have made; "
                "name the real folder."
            ) from None
        finally:
            os.close(current)
        current = following
    return current


def _write(place: _Place, text: str, *, owner: Caller | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW
    flags |= getattr(os, "O_BINARY", 0)
    descriptor = os.open(place.name, flags, 0o600, dir_fd=place.folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if owner and sys.platform != "win32":
                os.fchown(file.fileno(), owner.uid, owner.gid)
            file.write(text.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:  # also when interrupted: no part of a file is left behind
        os.unlink(place.name, dir_fd=place.folder)
        raise


def _refuse_special(place: _Place, *, path: str) -> None:
    try:
        mode = os.lstat(place.name, dir_fd=place.folder).st_mode
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise OutputError(f"{path} is a folder; name a file in it.")
    if not stat.S_ISREG(mode) and not stat.S_ISLNK(mode):
        raise OutputError(
            f"{path} is no ordinary file, so it is not replaced; use - for the screen."
        )
