"""What starts by itself on Linux: login entries, units, timetables, profiles and device rules.

Sources: the XDG autostart specification; systemd.unit(5) and systemd.service(5) for the folders of
the administrator and of users (what packages install below /usr is left out); crontab(5); bash(1),
zsh(1) for profiles; udev(7) for RUN; ld.so(8) for ld.so.preload.
"""

import os
from collections.abc import Callable, Iterable, Iterator

from camcheck.collect.files import Home, list_folder, read_small
from camcheck.fact import NamedTuple
from camcheck.model import Fact, Gap, PersistenceEntry, Reason

_RUNS_A_PROGRAM = ("nohup ", "setsid ", "exec ", "(", "~/", "/", "$HOME/", "${HOME}/")
_MAX_LINES = 1_000

Reader = Callable[[str], Iterable[tuple[str, str]]]


class _Place(NamedTuple):
    """A file, or a folder whose files with an ending count, and how to read the commands in it."""

    kind: str
    path: str
    ending: str | None
    read: Reader


def collect_persistence(
    home: Home | None = None, *, root: str = "/"
) -> tuple[tuple[PersistenceEntry, ...], tuple[Gap, ...]]:
    """What starts by itself for the user of a home, or (None) for the whole system."""
    entries: set[PersistenceEntry] = set()
    gaps: list[Gap] = []
    folder, user = (root, None) if home is None else (home.path, home.user)
    for place in _SYSTEM if home is None else _USER:
        entries.update(_look(place, os.path.join(folder, place.path), user, gaps))
    order = sorted(entries, key=lambda entry: (entry.path, entry.name, entry.command))
    return tuple(order), _merged(gaps)


def _look(
    place: _Place, path: str, user: str | None, gaps: list[Gap]
) -> Iterator[PersistenceEntry]:
    try:
        files = [path] if place.ending is None else list_folder(path, ending=place.ending)
        for file in files:
            text = read_small(file)
            if text is None:
                continue
            owner = os.path.basename(file) if place.read is _crontab and user is None else user
            for name, command in place.read(text):
                yield PersistenceEntry(
                    place.kind, file, name or os.path.basename(file), command, owner
                )
    except PermissionError as error:
        gaps.append(Gap(Fact.PERSISTENCE, error.filename or path, Reason.DENIED, ""))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        gaps.append(Gap(Fact.PERSISTENCE, path, Reason.FAILED, f"It could not be read: {error}"))


def _merged(gaps: list[Gap]) -> tuple[Gap, ...]:
    """All denied places as one gap: they hide the same and need the same."""
    denied = sorted({gap.subject for gap in gaps if gap.reason is Reason.DENIED})
    others = [gap for gap in gaps if gap.reason is not Reason.DENIED]
    if denied:
        detail = "What starts by itself from there was not seen. Run camcheck as administrator."
        others.append(Gap(Fact.PERSISTENCE, ", ".join(denied), Reason.DENIED, detail))
    return tuple(others)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines()[:_MAX_LINES]:
        if line.strip() and not line.lstrip().startswith("#"):
            yield line


def _desktop_entry(text: str) -> Iterator[tuple[str, str]]:
    for line in _lines(text):
        key, _, value = line.partition("=")
        if key.strip() == "Exec":
            yield "", value.strip()


def _unit(text: str) -> Iterator[tuple[str, str]]:
    for line in _lines(text):
        key, _, value = line.partition("=")
        if key.strip() in ("ExecStart", "ExecStartPre", "ExecStartPost"):
            yield "", value.strip().lstrip("@-:+!")


def _crontab(text: str) -> Iterator[tuple[str, str]]:
    for line in _lines(text):
        times = 1 if line.lstrip().startswith("@") else 5
        fields = line.split(None, times)
        if len(fields) == times + 1 and "=" not in fields[0]:
            yield "", fields[-1].strip()


def _system_crontab(text: str) -> Iterator[tuple[str, str]]:
    """Like a crontab of a user, with the user's name before the command."""
    for name, command in _crontab(text):
        yield name, command.partition(" ")[2].strip()


def _profile(text: str) -> Iterator[tuple[str, str]]:
    """Lines that run a program by its path or in the background, out of hundreds of others."""
    for line in _lines(text):
        command = line.strip()
        in_background = command.endswith("&") and not command.endswith("&&")
        if in_background or command.startswith(_RUNS_A_PROGRAM):
            yield "", command.rstrip("&").strip()


def _device_rules(text: str) -> Iterator[tuple[str, str]]:
    for line in _lines(text):
        for part in line.split("RUN")[1:]:
            operator, _, rest = part.partition('"')
            if operator.removeprefix("{program}").strip() in ("=", "+=", ":="):
                yield "", rest.partition('"')[0]


def _libraries(text: str) -> Iterator[tuple[str, str]]:
    for line in _lines(text):
        for library in line.replace(":", " ").split():
            yield "", library


_SYSTEM = (
    _Place("autostart", "etc/xdg/autostart", ".desktop", _desktop_entry),
    _Place("systemd", "etc/systemd/system", ".service", _unit),
    _Place("systemd", "etc/systemd/user", ".service", _unit),
    _Place("cron", "etc/crontab", None, _system_crontab),
    _Place("cron", "etc/cron.d", "", _system_crontab),
    _Place("cron", "var/spool/cron/crontabs", "", _crontab),
    _Place("profile", "etc/profile", None, _profile),
    _Place("profile", "etc/profile.d", ".sh", _profile),
    _Place("profile", "etc/rc.local", None, _profile),
    _Place("udev", "etc/udev/rules.d", ".rules", _device_rules),
    _Place("preload", "etc/ld.so.preload", None, _libraries),
)
_USER = (
    _Place("autostart", ".config/autostart", ".desktop", _desktop_entry),
    _Place("systemd", ".config/systemd/user", ".service", _unit),
    _Place("systemd", ".local/share/systemd/user", ".service", _unit),
    *(
        _Place("profile", name, None, _profile)
        for name in (
            ".profile",
            ".bash_profile",
            ".bash_login",
            ".bashrc",
            ".zprofile",
            ".zshrc",
            ".xprofile",
            ".xsessionrc",
        )
    ),
)
