"""What signatures need of a Mac beyond cameras and processes: files."""

import os

from camcheck.collect.files import Home, Wanted, find_files
from camcheck.model import Snapshot


def with_traces(snapshot: Snapshot, wanted: Wanted, *, root: str = "/") -> Snapshot:
    """The snapshot with the wanted files that are there, in all users' folders."""
    users = os.path.join(root, "Users")
    names = sorted(os.listdir(users)) if os.path.isdir(users) else []
    homes = tuple(Home(os.path.join(users, name), name) for name in names if name != "Shared")
    files, gaps = find_files(wanted.files, homes, root=root)
    return snapshot._replace(artifacts=files, gaps=tuple(sorted({*snapshot.gaps, *gaps})))
