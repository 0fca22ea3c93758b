"""A data set on the disk: what is there, and how a part is added as a whole or not at all.

    DATASET/_camcheck.json                 the version of the schema
    DATASET/table=NAME/day=DAY/*.parquet   the data, in the layout of Hive
    DATASET/_staging/PART/...              a part in the making; engines skip names with _
    DATASET/_staging/PART/commit.json      its files: from now on it counts

A part is written in the staging folder and flushed to the disk. Then ``commit.json`` appears by
renaming, the files are renamed to their places, and the folder is removed. What is found there
by the next who comes is moved on when it has a ``commit.json``, and removed when it has none.
"""

import contextlib
import glob
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from typing import Any

from camcheck.errors import ReportError
from camcheck.fleet.schema import TABLES, VERSION

_MARK, _STAGING, _COMMIT = "_camcheck.json", "_staging", "commit.json"
_PART = re.compile(rf"table=({'|'.join(TABLES)})/day=[\d-]+/[\w.-]+\.parquet")
_ADDING, _MOVING = "_adding.lock", "_moving.lock"


class Dataset:
    """The data set in the folder ``path``."""

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        if set("*?[]{}'") & set(self.path):
            raise ReportError("The path of a data set cannot have any of *?[]{}' in it.")

    @contextlib.contextmanager
    def adding(self) -> Iterator[None]:
        """Makes the data set where there is none, and lets one add at a time.

        What an interrupted run has left is finished or removed. Raises ReportError when the
        folder is something else, or when somebody adds to it just now.
        """
        if not os.path.exists(os.path.join(self.path, _MARK)):
            self._make()
        self._check()
        with _lock(os.path.join(self.path, _ADDING), wait=False) as got:
            if not got:
                raise ReportError(f"Somebody adds to {self.path} just now; try again later.")
            self._recover()
            yield

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """While this lasts no part is half there. Raises ReportError for what is no data set."""
        self._check()
        with _lock(os.path.join(self.path, _MOVING), shared=True):
            if not self._unfinished():
                yield
                return
        try:
            with self.adding():
                pass
        except OSError:
            raise ReportError(
                f"Adding to {self.path} was interrupted. Whoever may write there should run "
                "camcheck fleet add once more."
            ) from None
        with _lock(os.path.join(self.path, _MOVING), shared=True):
            yield

    def files(self, table: str, *, day: str = "*") -> str:
        """A pattern for the files of ``table``."""
        return os.path.join(self.path, f"table={table}", f"day={day}", "*.parquet")

    def has(self, table: str, *, day: str = "*") -> bool:
        """Whether there is a file of ``table``; a folder stays when its days are forgotten."""
        return next(glob.iglob(self.files(table, day=day)), None) is not None

    def stage(self) -> str:
        """A new folder for a part, in which ``table=NAME/day=DAY`` are to be made."""
        folder = os.path.join(self.path, _STAGING, f"{secrets.token_hex(8)}")
        os.makedirs(folder)
        return folder

    def commit(self, folder: str) -> None:
        """The part in ``folder`` is whole: it belongs to the data set from now on."""
        files = sorted(
            os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")
            for place, _, names in os.walk(folder)
            for name in names
            if name.endswith(".parquet")
        )
        # machines last: who reads without asking us then misses a report, and never half of one
        files.sort(key=lambda file: file.startswith("table=machines"))
        for file in files:
            _flush(os.path.join(folder, file))
        for place, _, _ in os.walk(folder):
            _flush(place)
        _flush(os.path.dirname(folder))
        with _lock(os.path.join(self.path, _MOVING)):
            _write(os.path.join(folder, _COMMIT), files)
            self._move(folder, files)

    def _move(self, folder: str, files: list[str]) -> None:
        """Renames what is not yet in its place."""
        touched = set()
        for file in files:
            place = os.path.join(self.path, file)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with contextlib.suppress(FileNotFoundError):  # moved before the interruption
                os.replace(os.path.join(folder, file), place)
            touched |= {os.path.dirname(place), os.path.dirname(os.path.dirname(place))}
        for place in (*touched, self.path):
            _flush(place)
        shutil.rmtree(folder)

    def _recover(self) -> None:
        with _lock(os.path.join(self.path, _MOVING)):
            for name in self._staged():
                folder = os.path.join(self.path, _STAGING, name)
                try:
                    with open(os.path.join(folder, _COMMIT), encoding="utf-8") as file:
                        text = file.read()
                except FileNotFoundError:
                    shutil.rmtree(folder)
                else:
                    self._move(folder, _committed(text, folder))

    def _staged(self) -> list[str]:
        try:
            with os.scandir(os.path.join(self.path, _STAGING)) as found:
                return [one.name for one in found if one.is_dir(follow_symlinks=False)]
        except FileNotFoundError:
            return []

    def _unfinished(self) -> bool:
        return any(
            os.path.exists(os.path.join(self.path, _STAGING, name, _COMMIT))
            for name in self._staged()
        )

    def _make(self) -> None:
        if os.path.exists(self.path) and os.listdir(self.path):
            raise ReportError(f"{self.path} is no data set of camcheck; name a new folder.")
        os.makedirs(self.path, mode=0o700, exist_ok=True)
        _write(os.path.join(self.path, _MARK), {"schema": VERSION, "tables": list(TABLES)})

    def _check(self) -> None:
        try:
            with open(os.path.join(self.path, _MARK), encoding="utf-8") as file:
                version = json.load(file)["schema"]
        except (OSError, ValueError, KeyError, TypeError):
            raise ReportError(
                f"{self.path} is no data set; camcheck fleet add makes one."
            ) from None
        if version != VERSION:
            raise ReportError(
                f"{self.path} has schema version {version}, this camcheck knows {VERSION}."
            )


def _committed(text: str, folder: str) -> list[str]:
    """The files that a commit names: a data set from a stranger must have us move nothing else."""
    with contextlib.suppress(ValueError):
        files = json.loads(text)
        if isinstance(files, list) and all(
            isinstance(x, str) and _PART.fullmatch(x) for x in files
        ):
            return files
    raise ReportError(f"{folder} was not written by camcheck; remove it.")


def _write(path: str, value: Any) -> None:
    with open(f"{path}.part", "w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.part", path)
    _flush(os.path.dirname(path))


def _flush(path: str) -> None:
    """To the disk: a file, or the names in a folder."""
    try:
        descriptor = os.open(path, os.O_RDONLY if os.path.isdir(path) else os.O_RDWR)
    except PermissionError:
        if os.path.isdir(path):
            return  # Windows opens no folders, and writes renames in their order
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _lock(path: str, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """A lock on ``path``, which ends with the process, however that ends. False: not got.

    ``shared`` locks need no permission to write; Windows has none and goes without.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT, 0o666)
    except FileNotFoundError:  # nobody has ever moved anything there
        yield True
        return
    try:
        yield _taken(descriptor, shared=shared, wait=wait)
    finally:
        os.close(descriptor)


def _taken(descriptor: int, *, shared: bool, wait: bool) -> bool:
    try:
        import fcntl
    except ImportError:
        return shared or _taken_on_windows(descriptor, wait=wait)
    how: int = fcntl.LOCK_SH if shared else fcntl.LOCK_EX  # type: ignore[attr-defined,unused-ignore]
    if not wait:
        how |= fcntl.LOCK_NB  # type: ignore[attr-defined,unused-ignore]
    try:
        fcntl.flock(descriptor, how)  # type: ignore[attr-defined,unused-ignore]
    except BlockingIOError:
        return False
    return True


def _taken_on_windows(descriptor: int, *, wait: bool) -> bool:
    import msvcrt

    mode = "LK_LOCK" if wait else "LK_NBLCK"
    try:
        msvcrt.locking(descriptor, getattr(msvcrt, mode), 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True
