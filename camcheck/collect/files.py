"""Files that rules ask for: whether they are there, how large they are, what their digest is.

Somebody else's files are looked at with care: nothing but regular files is opened, because opening
a device can act on it (a camera wakes up) and opening a pipe can wait for ever. A file system can
be a program of a user that never answers (FUSE): who calls these bounds the time (`in_time`).
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator

from camcheck.fact import NamedTuple
from camcheck.model import Artifact, ArtifactKind, Fact, Gap, Reason
from camcheck.privilege import own_uid

MAX_HASHED = 64 * 1024 * 1024
MAX_HOLDER_HASHED = 16 * 1024 * 1024
_MAX_READ = 64 * 1024
_MAX_FOUND = 200
_SMALL_ENOUGH = 4_096


class Wanted(NamedTuple):
    """What rules ask for: path templates, registry keys and values, sizes worth a digest."""

    files: tuple[str, ...] = ()
    registry: tuple[str, ...] = ()
    sizes: frozenset[int] = frozenset()


class Home(NamedTuple):
    """A user's folder; ``user`` is the name, ``uid`` the number where there is one."""

    path: str
    user: str
    uid: int | None = None


def may_be_folder(path: str) -> bool:
    """False only for what is surely none: a folder that refuses to be looked at is still one."""
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def homes(*, root: str = "/", is_folder: Callable[[str], bool] = may_be_folder) -> tuple[Home, ...]:
    """The folders of people, of root and of whoever runs camcheck (passwd(5)). Raises OSError."""
    own = own_uid()
    found = []
    with open(os.path.join(root, "etc/passwd"), encoding="utf-8", errors="replace") as file:
        for line in file:
            fields = line.rstrip("\n").split(":")
            if len(fields) < 7 or not fields[2].isdecimal():
                continue
            uid = int(fields[2])
            path = os.path.join(root, fields[5].lstrip("/"))
            if (uid in (0, own) or 1000 <= uid < 65534) and is_folder(path):
                found.append(Home(path, fields[0], uid))
    return tuple(dict.fromkeys(found))


def readable(everyone: Iterable[Home]) -> tuple[Home, ...]:
    """Those homes that may be looked into: one's own, or all for the administrator."""
    own = own_uid()
    return tuple(home for home in everyone if own in (None, 0, home.uid))


def list_folder(path: str, *, ending: str) -> list[str]:
    """The files of a folder with an ending, in order. Raises OSError as os.listdir does."""
    names = sorted(name for name in os.listdir(path) if name.endswith(ending))
    return [os.path.join(path, name) for name in names[:_SMALL_ENOUGH]]


def read_small(path: str) -> str | None:
    """The beginning of a regular file as text; None for anything else. Raises OSError."""
    descriptor = _open_regular(path)
    if descriptor is None:
        return None
    with open(descriptor, "rb", buffering=0) as file:
        return (file.read(_MAX_READ) or b"").decode("utf-8", "surrogateescape")


def _open_regular(path: str) -> int | None:
    """A descriptor of a regular file. With O_PATH (Linux) nothing is opened before it is known."""
    o_path = getattr(os, "O_PATH", None)
    if o_path is None:
        regular = stat.S_ISREG(os.stat(path).st_mode)
        return os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0)) if regular else None
    handle = os.open(path, o_path)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        return os.open(f"/proc/self/fd/{handle}", os.O_RDONLY)
    finally:
        os.close(handle)


def digest(path: str, *, limit: int) -> str | None:
    """SHA-256 of a regular file; None for what is none or larger than ``limit``. Raises OSError."""
    import hashlib

    descriptor = _open_regular(path)
    if descriptor is None:
        return None
    with open(descriptor, "rb") as file:
        if os.fstat(descriptor).st_size > limit:
            return None
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_files(
    templates: Iterable[str], owners: Iterable[Home], *, root: str = "/"
) -> tuple[tuple[Artifact, ...], tuple[Gap, ...]]:
    """The files and folders that the templates of rules name and that are there.

    Templates begin with ``/`` or with ``~/`` for each home; see `camcheck.signatures.rule.Lookups`.
    """
    found: dict[str, Artifact] = {}
    denied: set[str] = set()
    broken: set[str] = set()
    owners = tuple(owners)
    for template in templates:
        for start, rest, user in _starts(template, owners, root):
            try:
                for path in _expanded(start, rest):
                    found.setdefault(path, _artifact(path, user))
            except PermissionError as error:
                denied.add(os.path.dirname(str(error.filename)))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:  # links in a circle, a broken disk or server
                broken.add(f"{error.filename or start} ({error.strerror})")
    gaps = []
    if broken:
        detail = "Whether files of known spying programs lie there could not be seen."
        gaps.append(Gap(Fact.SIGNATURES, ", ".join(sorted(broken)), Reason.FAILED, detail))
    if denied:
        detail = "Whether files of known spying programs lie there was not seen."
        gaps.append(Gap(Fact.SIGNATURES, ", ".join(sorted(denied)), Reason.DENIED, detail))
    return tuple(found[path] for path in sorted(found)[:_MAX_FOUND]), tuple(gaps)


def _starts(
    template: str, owners: tuple[Home, ...], root: str
) -> Iterator[tuple[str, list[str], str | None]]:
    parts = template.strip("/").split("/")
    if parts[0] == "~":
        for home in owners:
            yield home.path, parts[1:], home.user
    elif template.startswith("/"):
        yield root, parts, None


def _expanded(start: str, parts: list[str]) -> Iterator[str]:
    """The existing paths of a template below a folder. Raises OSError where it does not go on."""
    for index, part in enumerate(parts):
        if "*" not in part and "?" not in part:
            continue
        folder = os.path.join(start, *parts[:index])
        for name in sorted(os.listdir(folder)):
            if _fits(name, part):
                yield from _expanded(os.path.join(folder, name), parts[index + 1 :])
        return
    path = os.path.join(start, *parts)
    os.lstat(path)
    yield path


def _fits(name: str, part: str) -> bool:
    """As fnmatch; most templates have one star, for which no pattern has to be compiled."""
    begin, _, end = part.partition("*")
    if part.count("*") == 1 and not set("?[") & set(part):
        return len(name) >= len(part) - 1 and name.startswith(begin) and name.endswith(end)
    from fnmatch import fnmatchcase

    return fnmatchcase(name, part)


def _artifact(path: str, user: str | None) -> Artifact:
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        return Artifact(ArtifactKind.FILE, path, user=user)
    try:
        sha256 = digest(path, limit=MAX_HASHED)
    except PermissionError:
        sha256 = None  # that it is there is known all the same
    return Artifact(ArtifactKind.FILE, path, None, status.st_size, sha256, user)
