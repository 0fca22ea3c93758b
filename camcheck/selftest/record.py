"""What the self-test remembers: the last result of each camera, and the last code. No picture."""

import json
import os
from typing import Any

from camcheck.selftest import SelftestError
from camcheck.selftest.code import Code, Span
from camcheck.selftest.course import Result

_FILE = "selftest.json"
_CODE = "selftest-code.json"
_LONGEST = 600.0  # seconds


def remember(folder: str, result: Result, *, at: str, kernel: str) -> None:
    """Keeps the result as the camera's newest. ``at`` is the time in ISO 8601.

    Scans use what it says of the witnesses, on this ``kernel`` alone.
    """
    known = recall(folder)
    known[result.camera] = {
        "at": at,
        "kernel": kernel,
        "verdict": result.verdict.value,
        "rounds": [[one.filmed, one.answer.value] for one in result.rounds],
        "changed": list(result.witnesses.changed),
        "silent": list(result.witnesses.silent),
        "pictures": list(result.pictures),
    }
    _write(folder, _FILE, known)


def recall(folder: str) -> dict[str, Any]:
    """The newest result of each camera; none when there is no record or it is damaged."""
    try:
        with open(os.path.join(folder, _FILE), encoding="utf-8") as file:
            known = json.load(file)
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def remember_code(folder: str, code: Code, *, camera: str, at: str) -> str:
    """Keeps the code for the film that is looked at later; returns the path."""
    spans = [[span.start, span.end] for span in code.spans]
    content = {"at": at, "camera": camera, "length": code.length, "spans": spans}
    return _write(folder, _CODE, content)


def recall_code(path: str) -> Code:
    """The code of a file. Raises SelftestError when there is none or it makes no sense."""
    try:
        with open(path, encoding="utf-8") as file:
            stored = json.load(file)
        spans = tuple(Span(float(start), float(end)) for start, end in stored["spans"])
        code = Code(spans, float(stored["length"]))
    except OSError:
        raise SelftestError(
            "There is no code to compare the film with. Run `camcheck selftest --code` while "
            "a phone films the light, then come back with the film."
        ) from None
    except (ValueError, TypeError, KeyError):
        raise SelftestError(f"The code in {path} is damaged. Record a new one.") from None
    ordered = all(0 <= span.start < span.end <= code.length + 1 for span in code.spans)
    if not code.spans or not ordered or not 1 <= code.length <= _LONGEST:
        raise SelftestError(f"The code in {path} makes no sense. Record a new one.")
    return code


def code_path(folder: str) -> str:
    """Where `remember_code` keeps the code."""
    return os.path.join(folder, _CODE)


def _write(folder: str, name: str, content: Any) -> str:
    from camcheck.output import write_whole

    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, name)
    # As root it stays root's, whoever called sudo: a scan of root believes nobody else's.
    write_whole(path, json.dumps(content, indent=1) + "\n", for_caller=False)
    return path
