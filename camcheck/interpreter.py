"""Which Python runs camcheck, from whose files, and how another one is started beside it.

A Python takes modules from the folder where it is started (``-m``, ``-c``), from every folder in
PYTHONPATH and from the user's own packages, and runs a ``sitecustomize`` that lies there before
anything of camcheck: docs.python.org, "Command line and environment", -I, -E, -P and -s.
"""

import os
import stat
import sys

from camcheck.privilege import is_root

ISOLATED = ("-I",)
"""For root, and for others than who starts it: nothing of the environment, of the user, of here."""
OWN = ("-E", "-P")
"""For ordinary users: as ISOLATED, but packages may be installed for that user alone."""

_LOADER = ("LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH")  # ld.so(8)
_START = (
    "import sys; sys.path.append(sys.argv.pop(1)); "
    "__import__('runpy').run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)
_MODULE = "--own-module"  # what a single file is told in place of Python's -m
_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def isolation(*, as_root: bool | None = None) -> tuple[str, ...]:
    """The options of a Python that runs camcheck; ``as_root`` None: as whoever runs this.

    Who was started in isolation starts others so, too.
    """
    as_root = is_root() if as_root is None else as_root
    return ISOLATED if as_root or sys.flags.isolated else OWN


def own_module(module: str, *arguments: str, as_root: bool | None = None) -> list[str]:
    """The command that runs a module of this camcheck in a process of its own."""
    if is_single_file():
        return [sys.executable, _MODULE, module, *arguments]
    options = isolation(as_root=as_root)
    return [sys.executable, *options, "-c", _START, _ROOT, module, *arguments]


def own_command(*words: str, as_root: bool | None = None) -> list[str]:
    """This camcheck's command line as a process of its own; a single file is its own Python."""
    if is_single_file():
        return [sys.executable, *words]
    return [sys.executable, *isolation(as_root=as_root), "-m", "camcheck", *words]


def run_own_module() -> None:
    """In a single file that `own_module` has started: runs that module, and ends with it."""
    if not is_single_file() or sys.argv[1:2] != [_MODULE]:
        return
    import runpy

    module = "".join(sys.argv[2:3])
    if module.partition(".")[0] != "camcheck":
        sys.exit(f"camcheck: {module} is none of its modules")
    sys.argv[:] = [sys.argv[0], *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()


def is_single_file() -> bool:
    """Whether this process is the file that scripts/package.py makes: its own Python."""
    return bool(getattr(sys, "frozen", False))


def leave_foreign_folders() -> None:
    """As root, starts anew in isolation when a search path leads where others may write.

    What Python itself took from there at its start has run by then: that only the way camcheck is
    started can prevent (``python -I -m camcheck``). Returns where there is nothing to leave, and
    where this camcheck itself lies there alone: that is for `foreign_part` to tell.
    """
    if not is_root() or sys.flags.isolated or is_single_file():
        return
    if not any(changeable_by(folder) for folder in _given_folders()) or not _is_installed():
        return
    kept = {name: value for name, value in os.environ.items() if name not in _LOADER}
    arguments = [sys.executable, *ISOLATED, "-m", "camcheck", *sys.argv[1:]]
    os.execve(sys.executable, arguments, kept)  # noqa: S606 our own interpreter


def _given_folders() -> list[str]:
    """Where this process looks for code because of how, where and by whom it was started."""
    import site

    folders = [] if sys.flags.safe_path else sys.path[:1]
    folders += [sys.pycache_prefix] if sys.pycache_prefix else []
    folders += [str(site.USER_SITE)] if site.ENABLE_USER_SITE else []
    for name in ("PYTHONHOME", "PYTHONPATH", *_LOADER):
        if value := os.environ.get(name):
            folders += value.replace(" ", os.pathsep).split(os.pathsep)
    return [folder or os.curdir for folder in folders]


def _is_installed() -> bool:
    """Whether an isolated Python finds this camcheck, too: not by the environment alone."""
    fixed = sys.path[0 if sys.flags.safe_path else 1 :]
    by_chance = [os.path.abspath(folder) for folder in _given_folders()]
    by_chance = by_chance[0 if sys.flags.safe_path else 1 :]
    return fixed.count(_ROOT) > by_chance.count(_ROOT)


def foreign_part() -> tuple[str, str] | None:
    """Something this camcheck runs from that others than root may change, and who they are.

    Looks at the interpreter, the folders of its search path and every module loaded so far.
    """
    places = [sys.executable, *sys.path, _ROOT]
    modules = (getattr(module, "__file__", None) for module in tuple(sys.modules.values()))
    places += [path for path in modules if path]
    seen: set[tuple[str, bool]] = set()
    for place in places:
        if found := changeable_by(place, seen=seen):
            return found
    return None


def changeable_by(
    path: str, *, seen: set[tuple[str, bool]] | None = None
) -> tuple[str, str] | None:
    """The part of a path that somebody other than root may change, and who; None: nobody.

    A name in a folder like /tmp (sticky) is its owner's alone, but new names anybody may make
    there. What is not there is judged by the folder that it would lie in. ``seen`` are parts that
    were looked at before, and is added to.
    """
    seen = set() if seen is None else seen
    path, is_folder_of_one = os.path.abspath(path), False
    while (path, is_folder_of_one) not in seen:
        seen.add((path, is_folder_of_one))
        try:
            status = os.lstat(path)
        except OSError:
            path = os.path.dirname(path)
            continue
        if who := _writer(status, sticky_protects=is_folder_of_one):
            return path, who
        if stat.S_ISLNK(status.st_mode) and (
            found := changeable_by(os.path.realpath(path), seen=seen)
        ):
            return found
        path, is_folder_of_one = os.path.dirname(path), True
    return None


def _writer(status: os.stat_result, *, sticky_protects: bool) -> str | None:
    """Who other than root may change it, in words."""
    if status.st_uid:
        return _name_of(status.st_uid)
    if stat.S_ISLNK(status.st_mode) or (sticky_protects and status.st_mode & stat.S_ISVTX):
        return None
    if status.st_mode & 0o002:
        return "everybody"
    return f"the group {_group(status.st_gid)}" if status.st_mode & 0o020 else None


def _name_of(uid: int) -> str:
    import pwd

    try:
        return str(pwd.getpwuid(uid).pw_name)  # type: ignore[attr-defined,unused-ignore]
    except KeyError:
        return f"user {uid}"


def _group(gid: int) -> str:
    import grp

    try:
        return str(grp.getgrgid(gid).gr_name)  # type: ignore[attr-defined,unused-ignore]
    except KeyError:
        return str(gid)
