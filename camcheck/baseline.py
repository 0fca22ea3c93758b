"""The cameras as they were when the user asked to remember them: a file, and the way back."""

import json
import os
from typing import Any

from camcheck.errors import ReportError
from camcheck.model import CameraPrint

VERSION = 1


def write_baseline(path: str, prints: tuple[CameraPrint, ...]) -> None:
    """Remembers these cameras. Raises OutputError."""
    from camcheck.output import write_whole
    from camcheck.serial import to_plain

    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    content = {"version": VERSION, "cameras": to_plain(prints)}
    # As root it stays root's, whoever called sudo: a scan of root believes nobody else's.
    write_whole(path, json.dumps(content, indent=1) + "\n", for_caller=False)


def read_baseline(path: str) -> tuple[CameraPrint, ...]:
    """The remembered cameras. Raises ReportError when there are none, or the file is damaged."""
    from camcheck.serial import from_plain

    try:
        with open(path, encoding="utf-8") as file:
            content: Any = json.load(file)
    except FileNotFoundError:
        raise ReportError(
            "No cameras are remembered yet. `camcheck baseline` remembers those of today."
        ) from None
    except (OSError, ValueError):
        raise ReportError(f"{path} cannot be read. Make it anew: camcheck baseline") from None
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise ReportError(f"{path} is of another version. Make it anew: camcheck baseline")
    try:
        known: tuple[CameraPrint, ...] = from_plain(
            tuple[CameraPrint, ...], content.get("cameras"), where="baseline"
        )
    except ReportError as error:
        raise ReportError(f"{path} is damaged ({error}). Make it anew: camcheck baseline") from None
    return known
