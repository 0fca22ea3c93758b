"""Where the lab keeps what it downloads and builds: always outside the repository."""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


class LabError(Exception):
    """The lab cannot be used; the text says what to do."""


def cache_folder() -> Path:
    """The cache: CAMCHECK_LAB_CACHE, or camcheck-lab in the user's cache folder."""
    if named := os.environ.get("CAMCHECK_LAB_CACHE"):
        return Path(named).resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).resolve() / "camcheck-lab"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lets one process at a time prepare the cache; others wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint(paths: Iterable[Path], *, salt: str = "") -> str:
    """A short name for the contents of files of the repository: changes when one of them does."""
    digest = hashlib.sha256(salt.encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(REPOSITORY)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
