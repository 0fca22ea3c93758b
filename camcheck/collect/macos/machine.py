"""What is asked of a Mac, each question with the function that answers it."""

import os
import platform
from collections.abc import Callable

from camcheck.collect.macos.cameras import CoreMedia, Device
from camcheck.collect.macos.codesign import COMMAND, Signature, parse_codesign
from camcheck.collect.macos.launchd import folders, launch_entries
from camcheck.collect.macos.log import question
from camcheck.collect.macos.processes import processes
from camcheck.collect.macos.tcc import SYSTEM, permissions
from camcheck.fact import NamedTuple
from camcheck.model import Fact, Gap, Host, Permission, PersistenceEntry, Process, Reason
from camcheck.privilege import is_root

LOG = "/usr/bin/log"
_WINDOW = "1h"
_PATIENCE_SECONDS = 60
_USERS = "/Users"


class CommandError(Exception):
    """A command of the system did not answer; ``reason`` says in which way."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class Machine(NamedTuple):
    """Everything that a scan asks of a Mac; a test gives answers of its own.

    ``devices`` raises CoreMediaError, ``log`` CommandError; ``log`` is given the release of macOS.
    """

    host: Callable[[], Host]
    elevated: Callable[[], bool]
    devices: Callable[[], tuple[Device, ...]]
    log: Callable[[tuple[int, int]], str]
    processes: Callable[[], tuple[tuple[Process, ...], tuple[Gap, ...]]]
    sign: Callable[[str], Signature | None]
    jobs: Callable[[], tuple[tuple[PersistenceEntry, ...], tuple[Gap, ...]]]
    permissions: Callable[[], tuple[tuple[Permission, ...], tuple[Gap, ...]]]


def this_machine() -> Machine:
    """The machine that camcheck runs on."""
    return Machine(
        host=_host,
        elevated=is_root,
        devices=lambda: CoreMedia().devices(),
        log=_log,
        processes=processes,
        sign=_sign,
        jobs=lambda: launch_entries(folders(library="/Library", users=_USERS)),
        permissions=_permissions,
    )


def release(version: str) -> tuple[int, int]:
    """Major and minor number of a release ("14.2.1"); (0, 0) for what is none."""
    numbers = [int(part) for part in version.split(".")[:2] if part.isdecimal()]
    major, minor = (*numbers, 0, 0)[:2]
    return major, minor


def _host() -> Host:
    version = platform.mac_ver()[0]
    return Host("macos", version, platform.version(), platform.machine(), platform.node())


def _log(version: tuple[int, int]) -> str:
    words = (LOG, "show", "--style", "ndjson", "--last", _WINDOW, *question(version))
    out, _ = run(words)
    if not out.strip():
        raise CommandError(Reason.FAILED, "log(1) wrote nothing, not even its closing line")
    return out


def _sign(path: str) -> Signature | None:
    try:
        # What codesign says about a program goes to its standard error.
        out, said = run((COMMAND, "--display", "--verbose=2", path), expect_success=False)
    except CommandError:
        return None
    return parse_codesign(f"{out}\n{said}")


def run(words: tuple[str, ...], *, expect_success: bool = True) -> tuple[str, str]:
    """A command's output and complaints. Raises CommandError.

    It gets an environment of nothing but the language, so that no variable of the user steers it.
    """
    import subprocess

    try:
        result = subprocess.run(  # noqa: S603 - absolute paths of the system's own commands
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        text = f"{words[0]} gave no answer within {_PATIENCE_SECONDS} seconds"
        raise CommandError(Reason.TIMED_OUT, text) from None
    except OSError as error:
        raise CommandError(Reason.MISSING, f"{words[0]} could not be run: {error}") from error
    out = result.stdout.decode("utf-8", "replace")
    said = result.stderr.decode("utf-8", "replace")
    if expect_success and result.returncode:
        text = f"{words[0]} failed ({result.returncode}): {said.strip()[:200]}"
        raise CommandError(Reason.FAILED, text)
    return out, said


def _permissions() -> tuple[tuple[Permission, ...], tuple[Gap, ...]]:
    places: list[tuple[str, str | None]] = [(SYSTEM, None)]
    gaps: list[Gap] = []
    try:
        names = sorted(os.listdir(_USERS))
    except OSError as error:
        names = []
        detail = f"The users' folders could not be listed: {error.strerror}."
        gaps.append(Gap(Fact.PERMISSIONS, _USERS, Reason.FAILED, detail))
    places += [(f"{_USERS}/{name}{SYSTEM}", name) for name in names]
    found: list[Permission] = []
    for path, user in places:
        some, missed = permissions(path, user=user)
        found += some
        gaps += missed
    return tuple(sorted(found, key=str)), tuple(gaps)
