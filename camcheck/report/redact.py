"""Replaces names, serial numbers and secrets by tokens, the same one for the same thing."""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from camcheck.findings import CheckRun, Finding, Report, Signature
from camcheck.printable import printable
from camcheck.report import secrets

# Written by camcheck and by rules, never by the machine, and needed to compare reports.
_OURS = {
    Finding: {"check"},
    CheckRun: {"check", "title"},
    Signature: {"id"},
    Report: {"camcheck_version", "rules_version"},
}
# Accounts of systems, and names under which nobody in particular works.
_NOBODY = frozenset(
    """
    root system daemon bin sys nobody public shared default guest user users admin administrator
    ubuntu debian pi vagrant localhost local service network messagebus polkitd gdm sddm lightdm
    avahi rtkit colord geoclue www-data authority nt font window manager video audio
    """.split()  # noqa: SIM905 (forty quotes would hide the words)
)
# Words that stand in names of cameras whatever the computer is called.
_TRADE = frozenset(
    """
    acer apple asus cam camera canon capture chromebook computer dell desktop hd home hp imac
    integrated lab laptop lenovo linux logitech macbook microsoft notebook obs office pc sony studio
    surface test thinkpad usb video virtual web webcam
    """.split()  # noqa: SIM905
)
_HOME = re.compile(
    r"(?:/(?:var/|export/|usr/)?home|/Users)/([^/\s\"'<>|:;,()]{1,64})"
    r"|\b[A-Z]:[\\/]+(?:Users|Documents and Settings)[\\/]+([^\\/:*?\"<>|\r\n]{1,64})",
    re.IGNORECASE,
)
_TOKEN = r"\{(?:user|host|serial|secret)-\d+\}"  # noqa: S105
_SHORT = 5  # letters; what is shorter is replaced as a whole word only


def redact(report: Report) -> Report:
    """``report`` without user names, home folders, host name, serial numbers and secrets.

    The same name becomes the same token (``{user-1}``) everywhere in it, so that what belongs
    together can still be seen; paths keep their shape. A report that was redacted stays as it is.
    """
    if report.redacted:
        return report
    tokens = _tokens(report)
    pattern = _pattern(tokens, kept=_kept(report, tokens))

    def token(match: re.Match[str]) -> str:
        if match["kept"]:
            return match["kept"]
        # what only another way of folding letters finds is a secret as well
        return match["token"] or tokens.get(match[0].lower(), "{secret-0}")

    def replaced(text: str) -> str:
        return pattern.sub(token, text)

    result: Report = _mapped(report, replaced)
    return _without_serials(result, tokens)._replace(redacted=True)


def _tokens(report: Report) -> dict[str, str]:
    """What is to be replaced, in lower case, and by what."""
    texts = list(_texts(report))
    tokens: dict[str, str] = {}
    for kind, names in (
        ("host", _hosts(report)),
        ("user", _users(report, texts)),
        ("serial", [camera.serial for camera in report.snapshot.cameras if camera.serial]),
        ("secret", _secrets(report, texts)),
    ):
        numbers: dict[str, int] = {}
        for name in names:
            number = numbers.setdefault(name.lower(), len(numbers) + 1)
            # a text may hold a name as it is, or already made visible
            for form in (name, printable(name, limit=None)):
                tokens.setdefault(form.lower(), f"{{{kind}-{number}}}")
    return {name: token for name, token in tokens.items() if len(name) > 1}


def _kept(report: Report, tokens: dict[str, str]) -> list[str]:
    """Names of cameras in which only the host's name stands by chance ("Lab Webcam" on a host
    "lab"): a token in so well known a name would give away what it stands for.
    """
    hosts = {name for name, token in tokens.items() if token.startswith("{host-")} & _TRADE
    other = [name for name in tokens if name not in hosts]
    names = {camera.name for camera in report.snapshot.cameras}
    return sorted(
        name
        for name in names
        if any(host in name.lower() and host != name.lower() for host in hosts)
        and not any(secret in name.lower() for secret in other)
    )


def _pattern(tokens: dict[str, str], *, kept: list[str]) -> re.Pattern[str]:
    longest_first = sorted(tokens, key=lambda name: (-len(name), name))
    names = (
        re.escape(name) if len(name) >= _SHORT else rf"(?<![^\W_]){re.escape(name)}(?![^\W_])"
        for name in longest_first
    )
    # a name of a camera is kept as it is written there, and in no other writing
    whole = "|".join(re.escape(name) for name in sorted(kept, key=len, reverse=True)) or "(?!)"
    parts = [f"(?P<token>{_TOKEN})", f"(?P<kept>(?-i:{whole}))", *names]
    return re.compile("|".join(parts), re.IGNORECASE)


def _hosts(report: Report) -> list[str]:
    name = report.snapshot.host.name
    hosts = [name, name.partition(".")[0]]
    return [host for host in hosts if host and host.lower() not in _NOBODY]


def _users(report: Report, texts: list[str]) -> list[str]:
    """User names: of processes by number (the first user stays the first), then the others."""
    numbered = {
        (item.uid or 0, item.user)
        for item in (
            *report.snapshot.processes,
            *(one.process for one in report.past if one.process),
        )
        if item.user
    }
    names = [name for _, name in sorted(numbered)]
    names += [report.snapshot.asker] if report.snapshot.asker else []
    snapshot = report.snapshot
    named: set[str] = set()
    for facts in (
        snapshot.persistence,
        snapshot.permissions,
        snapshot.history,
        snapshot.artifacts,
        snapshot.presence,
    ):
        named.update(fact.user for fact in facts if fact.user)
    named.update(one.subject.user for one in report.findings if one.subject.user)
    for text in texts:
        named.update((match[1] or match[2]).rstrip(". ") for match in _HOME.finditer(text))
    names += sorted(named)
    # Windows says DOMAIN\user, mail and Kerberos say user@REALM
    parts = [part for name in names for part in (*re.split(r"[\\@]", name), name)]
    return [part for part in parts if part and part.lower() not in _NOBODY]


def _secrets(report: Report, texts: list[str]) -> list[str]:
    found: dict[str, None] = {}
    past = (session.process for session in report.past if session.process)
    for process in (*report.snapshot.processes, *past):
        found.update(dict.fromkeys(secrets.in_command(process.cmdline)))
    for text in texts:
        found.update(dict.fromkeys(secrets.in_text(text)))
    return list(found)


def _texts(value: Any) -> Iterator[str]:
    """Every text in ``value`` that the machine could have written."""
    if type(value) is str:
        yield value
    elif isinstance(value, tuple):
        ours = _OURS.get(type(value), set())
        names = getattr(value, "_fields", range(len(value)))
        for name, item in zip(names, value, strict=True):
            if name not in ours:
                yield from _texts(item)


def _mapped(value: Any, replaced: Callable[[str], str]) -> Any:
    if type(value) is str:
        return replaced(value)
    if not isinstance(value, tuple) or isinstance(value, Enum):
        return value
    if not hasattr(value, "_fields"):
        return tuple(_mapped(item, replaced) for item in value)
    ours = _OURS.get(type(value), set())
    return type(value)._make(  # type: ignore[attr-defined]
        item if name in ours else _mapped(item, replaced)
        for name, item in zip(value._fields, value, strict=True)
    )


def _without_serials(report: Report, tokens: dict[str, str]) -> Report:
    """A serial number too short to be replaced in texts still leaves its own field."""
    cameras = tuple(
        camera._replace(serial=camera.serial if camera.serial in tokens.values() else "{serial-0}")
        if camera.serial
        else camera
        for camera in report.snapshot.cameras
    )
    return report._replace(snapshot=report.snapshot._replace(cameras=cameras))
