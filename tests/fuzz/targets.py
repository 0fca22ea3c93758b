"""Readers of what strangers write: what each must do with any bytes, and what it begins with.

A target gets bytes and returns, or raises: an error is one that its reader does not promise. What
came out and reaches a screen must be printable there.
"""

from collections.abc import Callable
from pathlib import Path

from camcheck.collect.linux.kernel.usb import firmware, interfaces, light_control, parts
from camcheck.collect.macos.log import parse_log
from camcheck.collect.windows.offline import collect_offline
from camcheck.collect.windows.shortcut import shortcut_commands
from camcheck.errors import OfflineError, ReportError
from camcheck.printable import printable
from camcheck.render import html, markdown
from camcheck.render import json as render_json
from camcheck.render.text import render as as_text
from camcheck.report.compare import compare
from camcheck.report.read import parse
from camcheck.report.redact import redact
from camcheck.report.verify import verify
from camcheck.scan import judge
from camcheck.signatures.feed import read_feeds
from tests.collect.macos import fake
from tests.collect.windows.hives import merge, registry_text, write_empty
from tests.collect.windows.shortcuts import a_shortcut
from tests.lab.webcam.descriptors import Model, configuration, device
from tests.report.sample import a_clear_report, a_report, a_snapshot, an_incomplete_report

_place = Path()
_RULE_FILES = (".yml", ".csv", ".json", ".txt")
_RULES = Path(__file__).resolve().parents[2] / "rules"
_SNAPSHOT = a_snapshot()


def begin(name: str, place: Path) -> Callable[[bytes], None]:
    """A target that may write into a folder; with the folder ``corpus`` in there, if it is new."""
    global _place
    _place = place
    corpus = place / "corpus"
    if not corpus.exists():
        corpus.mkdir()
        for number, data in enumerate(_SEEDS[name]()):
            (corpus / f"seed-{number}").write_bytes(data)
    return TARGETS[name]


def report(data: bytes) -> None:
    """What a technician does with a file: read, verify, show, compare, paste."""
    try:
        stored = parse(data)
    except ReportError:
        return
    verify(stored)
    _shown(as_text(stored.report))
    markdown.render(stored.report)
    compare(stored.report, redact(stored.report))


def rule(data: bytes) -> None:
    """A file of rules, of the kind that the first byte says: read, and used on a report's facts."""
    path = _place / f"rules{_RULE_FILES[data[0] % len(_RULE_FILES)] if data else '.yml'}"
    path.write_bytes(data[1:])
    rules, refused = read_feeds([str(path)], elevated=False)
    for one in refused:
        _shown(printable(str(one)))
    _shown(as_text(judge(_SNAPSHOT, rules)))


def hive(data: bytes) -> None:
    """A registry hive, or a usage database, from the disk of a machine that nobody trusts."""
    path = _place / "NTUSER.DAT"
    path.write_bytes(data)
    try:
        snapshot = collect_offline([str(path)])
    except OfflineError:
        return
    _shown(as_text(judge(snapshot)))


def log(data: bytes) -> None:
    """What the log of macOS says: every row is understood, counted, or another program's."""
    text = data.decode("utf-8", "replace")
    facts = parse_log(text)
    if facts.unrecognised + len(facts.readings) > len(text.splitlines()):
        raise AssertionError("a row was counted twice")


def shortcut(data: bytes) -> None:
    """A shortcut of Windows that starts a program at logon."""
    for command in shortcut_commands(data):
        _shown(printable(command))


def descriptor(data: bytes) -> None:
    """What a USB device says of itself."""
    if sum(map(len, parts(data))) > len(data):
        raise AssertionError("descriptors are longer than what was read")
    light_control(data)
    _shown(" ".join(interfaces(data)) + (firmware(data) or ""))


def _shown(text: str) -> None:
    if not all(line.isprintable() for line in text.split("\n")):
        raise AssertionError("something unprintable was shown")


def _reports() -> list[bytes]:
    reports = a_report(), a_clear_report(), an_incomplete_report()
    pages = [html.render(one).encode() for one in reports]
    return [render_json.render(one).encode() for one in reports] + pages


def _rules() -> list[bytes]:
    sigma = [b"\0" + path.read_bytes() for path in sorted(_RULES.rglob("*.yml"))[:40]]
    listed = b"\1" + (_RULES / "hashes/camera_malware.csv").read_bytes()[:4000]
    bundle = (
        b'\2{"type": "bundle", "objects": [{"type": "identity", "id": "i", "name": "n"}, '
        b'{"type": "indicator", "id": "a", "created_by_ref": "i", "name": "spy", '
        b"\"pattern\": \"[file:hashes.'SHA-256' = '" + b"a" * 64 + b"' OR file:name = 'x'] "
        b"OR [domain-name:value = 'bad.example']\"}]}"
    )
    hosts = b"\3# a list\n0.0.0.0 bad.example\n" + b"c" * 64 + b";spy\nother.example, spy\n"
    return [*sigma, listed, bundle, hosts]


def _hives() -> list[bytes]:
    store = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"
    began, ended = 133_000_000_000_000_000, 133_000_000_600_000_000
    keys: dict[str, dict[str, object]] = {
        rf"{store}\NonPackaged\C:#spy.exe": {
            "LastUsedTimeStart": began,
            "LastUsedTimeStop": ended,
        },
        rf"{store}\Vendor.App_8wekyb3d8bbwe": {"Value": "Deny"},
        r"Software\Microsoft\Windows\CurrentVersion\Run": {"Spy": r"C:\spy.exe"},
    }
    bare = write_empty(_place / "bare").read_bytes()
    user = "HKEY_CURRENT_USER"
    full = merge(write_empty(_place / "full"), registry_text(user, keys), root=user)
    return [bare, full.read_bytes()]


def _logs() -> list[bytes]:
    lines = [
        fake.a_line('Active activity attributions changed to ["cam:us.zoom.xos", "mic:a"]'),
        fake.a_line(
            "Sorted active attributions from SystemStatus update: [[cam] Zoom (us.zoom.xos)]"
        ),
        fake.a_line('Frame publisher cameras changed to [us.zoom.xos: ["0x1000002e1a4c01"]]'),
        fake.a_line("Frame publisher cameras changed to [:]"),
        fake.a_line(fake.SYSTEM_STATUS, image=fake.STATUS_DAEMON),
        fake.a_line(fake.EXTENSION, image=fake.ASSISTANT),
        fake.END,
    ]
    return [line.encode() for line in lines] + ["\n".join(lines).encode()]


def _shortcuts() -> list[bytes]:
    spy = r"C:\Users\zoe\spy.exe"
    return [
        a_shortcut(items=spy, arguments="-s"),
        a_shortcut(plain=spy, wide=False, folder="C:\\"),
        a_shortcut(variables=r"%APPDATA%\spy.exe", relative=r".\spy.exe", plain=spy),
        a_shortcut(share=r"\\server\share"),
    ]


def _descriptors() -> list[bytes]:
    models = (Model(bulk=bulk, extension=unit) for bulk in (False, True) for unit in ("v1", "v3"))
    return [device(model) + configuration(model) for model in models]


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (report, rule, hive, log, shortcut, descriptor)
}
_SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "report": _reports,
    "rule": _rules,
    "hive": _hives,
    "log": _logs,
    "shortcut": _shortcuts,
    "descriptor": _descriptors,
}
