"""Installs, removes and asks for the service."""

import os
import subprocess
from collections.abc import Iterable

from camcheck.errors import MonitorError
from camcheck.monitor.service import Plan, is_installed

_PATIENCE = 60.0  # seconds


def install(plan: Plan) -> list[str]:
    """Writes the files and starts the service. Returns what was done, in sentences.

    Raises MonitorError; then nothing of it is left.
    """
    done = []
    try:
        for path, text in plan.files:
            if plan.path == plan.shipped and _says(plan.path, text):
                continue  # what a package brought does the same
            _write(path, text)
            done.append(f"Wrote {path}.")
        for command in plan.start:
            _run(command)
    except MonitorError:
        uninstall(plan)
        raise
    return [*done, f"Started {plan.name}; it starts by itself from now on."]


def uninstall(plan: Plan) -> list[str]:
    """Stops the service and removes its files. Returns what was done; nothing: it was not there.

    Raises MonitorError when a file cannot be removed.
    """
    present = [path for path, _ in plan.files if os.path.lexists(path)]
    done = []
    if present or is_installed(plan):
        for command in plan.stop:
            try:
                _run(command)
            except MonitorError as error:
                done.append(f"{error}")  # it did not run, or its manager is not there
        if not present:
            done.append(f"Stopped {plan.name}; it starts no more by itself.")
    for path in present:
        try:
            os.unlink(path)
        except OSError as error:
            raise MonitorError(f"{path} could not be removed: {error.strerror}.") from error
        done.append(f"Removed {path}.")
    if present:
        _reload(plan.start)
    return done


def _reload(commands: Iterable[tuple[str, ...]]) -> None:
    """systemd forgets a unit when it reads its folders anew; the others need nothing."""
    for command in commands:
        if command[-1] == "daemon-reload" and os.path.exists(command[0]):
            subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 our own


def _says(path: str, text: str) -> bool:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1 << 16) == text
    except OSError:
        return False


def _write(path: str, text: str) -> None:
    """A new file in a folder of ours; a link in its place is replaced, never followed."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = f"{path}.part"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(temporary, flags, 0o644)
        encoding = "utf-16" if text.startswith('<?xml version="1.0" encoding="UTF-16"') else "utf-8"
        with os.fdopen(descriptor, "w", encoding=encoding) as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError as error:
        raise MonitorError(f"{path} could not be written: {error.strerror}.") from error


def _run(command: tuple[str, ...]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 full paths of the system's own programs
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError:
        raise MonitorError(f"{command[0]} is not there, so no service can be installed.") from None
    except subprocess.TimeoutExpired:
        raise MonitorError(f"{' '.join(command)} did not end.") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().partition("\n")[0]
        raise MonitorError(f"{' '.join(command)} failed: {said or done.returncode}")
