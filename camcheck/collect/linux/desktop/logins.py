"""Asks the PipeWire of each logged-in user, as that user, within bounds of time and size."""

import os
import stat
from collections.abc import Iterator

from camcheck.collect.linux.desktop.pipewire import CameraNode, Graph, cameras_of, consumers, parse
from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.opt_in import DesktopFacts
from camcheck.fact import NamedTuple
from camcheck.model import (
    Camera,
    CameraKind,
    Fact,
    Gap,
    Holder,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Process,
    Reason,
    Trust,
)
from camcheck.privilege import is_root, own_uid
from camcheck.typed import Any

SECONDS = 3.0  # for one login; pw-dump needs some 20 ms
LIMIT = 8 * 1024 * 1024  # bytes of answer
LOGINS = 4

_PROGRAMS = ("/usr/bin/pw-dump", "/run/current-system/sw/bin/pw-dump")
# Programs of desktops that show an icon while PipeWire gives a camera to somebody.
_ICONS = {"gnome-shell": "GNOME", "plasmashell": "KDE Plasma"}
_GNOME_FOLDERS = ("/usr/lib/gnome-shell", "/usr/lib64/gnome-shell")
_FIRST_GNOME = 13  # libshell-13.so belongs to GNOME 45, the first that has a camera icon


class Login(NamedTuple):
    """A user who has a PipeWire. ``icon`` is the desktop that would show an icon, None: none."""

    uid: int
    folder: str
    icon: str | None


class NotAnsweredError(Exception):
    """A user's PipeWire gave no usable answer; the text says why."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


def ask_logins(
    roots: Roots,
    cameras: tuple[Camera, ...],
    processes: tuple[Process, ...],
    programs: tuple[str, ...] = _PROGRAMS,
) -> DesktopFacts:
    """Consumers and icons of every login that can be asked.

    root asks for all users, anybody else for themselves. Nothing runs with root's rights in
    another user's environment: the child gives up all rights first.
    """
    holders: list[Holder] = []
    indicators: list[Indicator] = []
    gaps: list[Gap] = []
    for login in logins(roots, processes)[:LOGINS]:
        graph = None
        try:
            graph = parse(ask(login, programs=programs))
            found = list(consumers(graph, cameras, processes))
            holders += found
            gaps += _nameless(graph, login, cameras, found)
        except NotAnsweredError as error:
            detail = (
                f"PipeWire of user {login.uid} could not be asked who receives pictures: {error}."
            )
            gaps.append(Gap(Fact.INDICATORS, f"PipeWire of {login.uid}", error.reason, detail))
        indicators += _icons(graph, login, cameras)
    return DesktopFacts(tuple(sorted(set(holders), key=str)), tuple(indicators), tuple(gaps))


def logins(roots: Roots, processes: tuple[Process, ...]) -> list[Login]:
    """The users with a PipeWire socket who can be asked."""
    own = own_uid() or 0
    folders = _runtime_folders(roots, own)
    found = []
    for uid, folder in folders:
        try:
            is_socket = stat.S_ISSOCK(os.stat(f"{folder}/pipewire-0").st_mode)
        except OSError:
            continue  # this user has no PipeWire
        if is_socket:
            found.append(Login(uid, folder, _icon(uid, processes)))
    return found


def _runtime_folders(roots: Roots, own: int) -> list[tuple[int, str]]:
    base = f"{roots.run}/user"
    if own:
        return [(own, os.environ.get("XDG_RUNTIME_DIR") or f"{base}/{own}")]
    try:
        names = sorted((name for name in os.listdir(base) if name.isdecimal()), key=int)
    except OSError:
        return []
    # A folder that does not belong to its user is a trap, or a leftover.
    return [(int(n), f"{base}/{n}") for n in names if os.lstat(f"{base}/{n}").st_uid == int(n)]


def _icon(uid: int, processes: tuple[Process, ...]) -> str | None:
    for process in processes:
        desktop = _ICONS.get(process.name)
        if desktop and process.uid == uid and (desktop != "GNOME" or _has_icon()):
            return desktop
    return None


def _has_icon(folders: tuple[str, ...] = _GNOME_FOLDERS) -> bool:
    """Whether the installed GNOME has a camera icon; yes when its version is unknown."""
    for folder in folders:
        if os.path.isdir(folder):
            for name in os.listdir(folder):
                number = name.removeprefix("libshell-").removesuffix(".so")
                if number.isdecimal():
                    return int(number) >= _FIRST_GNOME
    return True


def ask(login: Login, *, programs: tuple[str, ...] = _PROGRAMS) -> list[Any]:
    """pw-dump's objects. Raises NotAnsweredError when there are none to be had in time."""
    import json

    program = next((path for path in programs if os.access(path, os.X_OK)), None)
    if program is None:
        text = "the program pw-dump is not installed (package pipewire-bin or pipewire-utils)"
        raise NotAnsweredError(Reason.MISSING, text)
    try:
        objects = json.loads(_run(program, login))
    except ValueError:
        raise NotAnsweredError(Reason.UNPARSED, "its answer could not be understood") from None
    except RecursionError:
        raise NotAnsweredError(Reason.UNPARSED, "its answer is nested too deeply") from None
    if not isinstance(objects, list):
        raise NotAnsweredError(Reason.UNPARSED, "its answer is no list of objects")
    return objects


def _run(program: str, login: Login) -> bytes:
    import subprocess

    become: dict[str, Any] = {}
    if is_root() and login.uid:
        become = {"user": login.uid, "group": _group(login), "extra_groups": []}
    try:
        child = subprocess.Popen(  # noqa: S603 a fixed path, and no argument
            [program],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"XDG_RUNTIME_DIR": login.folder, "HOME": "/", "PATH": "/usr/bin", "LANG": "C"},
            start_new_session=True,
            **become,
        )
    except OSError as error:
        text = f"{program} could not be started ({error.strerror})"
        raise NotAnsweredError(Reason.FAILED, text) from None
    try:
        data = _read_within(child.stdout)
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()
    return data


def _group(login: Login) -> int:
    return os.stat(login.folder).st_gid


def _read_within(pipe: Any) -> bytes:
    """Everything until the end; raises NotAnsweredError when it takes too long or is too much."""
    import select
    import time

    data = bytearray()
    end = time.monotonic() + SECONDS
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            text = f"it did not answer within {SECONDS:.0f} seconds"
            raise NotAnsweredError(Reason.TIMED_OUT, text)
        part = os.read(pipe.fileno(), 65536)
        if not part:
            break
        data += part
        if len(data) > LIMIT:
            raise NotAnsweredError(Reason.UNPARSED, "its answer does not end")
    if not data:
        raise NotAnsweredError(Reason.FAILED, "it gave no answer")
    return bytes(data)


def _nameless(
    graph: Graph, login: Login, cameras: tuple[Camera, ...], found: list[Holder]
) -> Iterator[Gap]:
    """Streams of a camera that no visible process belongs to."""
    nodes = {node.id: node for node in graph.nodes}
    wanted = [stream for stream in graph.streams if cameras_of(nodes[stream.node], cameras)]
    if len({holder.pid for holder in found}) >= len({stream.pid for stream in wanted}):
        return
    detail = (
        "PipeWire gives pictures of a camera to a program that is not in the list of processes: "
        "it has just ended, or belongs to somebody else."
    )
    yield Gap(Fact.HOLDERS, f"a consumer in PipeWire of {login.uid}", Reason.MISSING, detail)


def _icons(graph: Graph | None, login: Login, cameras: tuple[Camera, ...]) -> Iterator[Indicator]:
    for camera in cameras:
        if camera.kind is CameraKind.VIRTUAL:
            continue
        nodes = [n for n in (graph.nodes if graph else ()) if camera.id in cameras_of(n, cameras)]
        state, trust, reason = _shown(graph, login, nodes)
        source = f"{login.folder}/pipewire-0"
        yield Indicator(camera.id, IndicatorKind.DESKTOP_ICON, state, source, trust, reason)


def _shown(
    graph: Graph | None, login: Login, nodes: list[CameraNode]
) -> tuple[IndicatorState, Trust, str]:
    if login.icon is None:
        why = f"user {login.uid} runs no desktop that shows an icon while a camera is in use"
        return IndicatorState.OFF, Trust.NONE, why
    if graph is None:
        why = f"{login.icon} shows an icon by PipeWire's word, and PipeWire could not be asked"
        return IndicatorState.NOT_OBSERVABLE, Trust.SOFTWARE, why
    if any(node.running and node.role for node in nodes):
        why = f"{login.icon} of user {login.uid} shows its camera icon"
        return IndicatorState.ON, Trust.SOFTWARE, why
    why = (
        f"{login.icon} of user {login.uid} shows no icon for this camera: it looks only at "
        "cameras that PipeWire hands out"
    )
    return IndicatorState.OFF, Trust.SOFTWARE, why
