"""What schema version 1 wrote, as version 2 has it: for stored reports and the monitor's history.

Version 1 told in sentences what version 2 has fields for. Everything here works on plain data
(dicts, lists, texts) that may come from a stranger; what is not understood is left as it is, for
the strict reader to refuse.
"""

from collections.abc import Iterable
from typing import Any

_FEEDS = "it feeds this virtual camera with pictures"
_SEVERAL = "which camera of several, the kernel does not say"
_CLOSED = "opened and closed again before camcheck could look"
_ROLES = {_FEEDS: "feeds", _SEVERAL: "one-of-several", _CLOSED: "closed"}
_HIDDEN = "hidden process"
_OUR_AUTHOR = "camcheck contributors"
_PLACES = ("led", "led-mode", "led-protection", "desktop-icon", "on-screen-notice")


def upgraded_report(document: dict[str, Any]) -> dict[str, Any]:
    """A report of version 1 as one of version 2."""
    cameras = [one.get("id") for one in _dicts(document.get("cameras"))]
    programs = [one.get("exe") or one.get("name") for one in _dicts(document.get("processes"))]
    return {
        **document,
        "holders": [_holder(one) for one in _items(document.get("holders"))],
        "references": [_references(one) for one in _items(document.get("references"))],
        "findings": [
            upgraded_finding(one, cameras=cameras, programs=programs)
            for one in _items(document.get("findings"))
        ],
    }


def upgraded_session(session: Any) -> Any:
    """A session of the monitor's history of version 1 as one of version 2."""
    if not isinstance(session, dict):
        return session
    process = session.get("process")
    program = process.get("exe") or process.get("name") if isinstance(process, dict) else None
    return {
        **session,
        "findings": [
            upgraded_finding(one, cameras=[session.get("camera")], programs=[program])
            for one in _items(session.get("findings"))
        ],
    }


def upgraded_finding(finding: Any, *, cameras: Iterable[Any], programs: Iterable[Any]) -> Any:
    """A finding of version 1, whose subject was one text, as one of version 2."""
    if not isinstance(finding, dict) or not isinstance(finding.get("subject"), str):
        return finding
    signature = finding.get("signature")
    if isinstance(signature, dict) and "provenance" not in signature:
        ours = signature.get("author") == _OUR_AUTHOR
        signature = {**signature, "provenance": "built-in" if ours else "unknown"}
    known = {one for one in programs if isinstance(one, str)}
    subject = _subject(
        finding["subject"], [one for one in cameras if isinstance(one, str) and one], known
    )
    return {**finding, "subject": subject, "signature": signature}


def _subject(text: str, cameras: list[str], programs: set[str]) -> dict[str, Any]:
    """The parts of a subject: a camera, a camera and a program, a driver and cameras, or a place.

    A camera's id counts only as a whole word, because one can be the beginning of another.
    """
    if text in programs:
        return _made(programs=[text])
    if text == _HIDDEN or text.startswith(f"{_HIDDEN} "):
        rest = text.removeprefix(_HIDDEN).strip()
        return _made(programs=[rest] if rest else [], place=_HIDDEN)
    words = text.split(" ")
    for camera in sorted(cameras, key=len, reverse=True):
        if text == camera:
            return _made(cameras=[camera])
        if text.startswith(f"{camera} "):
            rest = text.removeprefix(f"{camera} ")
            is_place = rest in _PLACES
            return _made([camera], [] if is_place else [rest], rest if is_place else None)
    held = [camera for camera in cameras if camera in words[1:]]
    if held and len(held) == len(words) - 1:
        return _made(cameras=held, place=words[0])
    return _made(place=text)


def _made(
    cameras: Iterable[str] = (), programs: Iterable[str] = (), place: str | None = None
) -> dict[str, Any]:
    return {"cameras": list(cameras), "programs": list(programs), "user": None, "place": place}


def _holder(holder: Any) -> Any:
    if not isinstance(holder, dict) or holder.get("detail") not in _ROLES:
        return holder
    return {**holder, "role": _ROLES[holder["detail"]], "detail": None}


def _references(entry: Any) -> Any:
    if not isinstance(entry, dict) or "calibrated" not in entry:
        return entry
    rest = {name: value for name, value in entry.items() if name != "calibrated"}
    return {**rest, "measured": entry["calibrated"]}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in _items(value) if isinstance(one, dict)]
