"""Who uses the camera, out of the system's log; no interface of macOS says it.

The wording changes with releases of the system and is promised to nobody. What looks like a line
about cameras and is not understood is counted, so that "not recognised" never becomes "nobody".
Any program may write any text into the log, so only lines of the system's own programs count, told
by the image path, which the log daemon itself records.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from camcheck.fact import NamedTuple

CONTROL_CENTER = "/System/Library/CoreServices/ControlCenter.app/Contents/MacOS/ControlCenter"
_SYSTEM_FOLDERS = ("/System/", "/usr/libexec/", "/usr/sbin/")
"""Sealed: not even root writes there on a Mac with System Integrity Protection."""


class LogLine(NamedTuple):
    """One entry of ``log show --style ndjson``."""

    at: datetime
    image: str
    subsystem: str
    message: str


class Client(NamedTuple):
    """A program that a line names as using a camera: by bundle id or by process number.

    ``cameras`` are the unique ids of the cameras, empty where the line does not say which.
    """

    bundle: str | None = None
    pid: int | None = None
    cameras: tuple[str, ...] = ()


class Reading(NamedTuple):
    """What one line says: all clients at that time. ``shown``: it is what the green dot shows."""

    at: datetime
    clients: tuple[Client, ...]
    shown: bool
    complete: bool


class LogFacts(NamedTuple):
    """The readings in order of time, and how many lines about cameras have an unknown form."""

    readings: tuple[Reading, ...]
    unrecognised: int
    lines: int


def question(version: tuple[int, int]) -> tuple[str, ...]:
    """The arguments for ``log show`` that find the lines of this release (major, minor).

    Sources: OverSight (58e4a64) for releases before 14; published logs of 14 to 27 for the rest.
    """
    control_center = (
        f'(processImagePath == "{CONTROL_CENTER}" AND (eventMessage CONTAINS "attributions" '
        'OR eventMessage CONTAINS[c] "cameras changed to"))'
    )
    status = '(subsystem == "com.apple.SystemStatus" AND eventMessage CONTAINS "media domain")'
    if version >= (14, 0):
        return ("--predicate", control_center)
    if version >= (13, 3):
        extension = (
            '(subsystem == "com.apple.cmio" AND '
            'eventMessage CONTAINS "CMIOExtensionPropertyDeviceControlPID")'
        )
        return ("--debug", "--predicate", f"{extension} OR {control_center}")
    return ("--predicate", f"{status} OR {control_center}")


def parse_log(text: str) -> LogFacts:
    """What the log says about cameras, from newline-separated JSON.

    Lines of other programs than the system's own count neither as read nor as unrecognised.
    """
    readings: list[Reading] = []
    unrecognised = lines = 0
    for line in _lines(text):
        if line is None:
            unrecognised += 1
            continue
        lines += 1
        for image, beginning, understand in _FORMS:
            if not _is_from(line.image, image) or not beginning.search(line.message):
                continue
            reading = understand(line)
            if reading is None:
                unrecognised += 1
            else:
                readings.append(reading)
            break
    readings.sort(key=lambda reading: reading.at)
    return LogFacts(tuple(readings), unrecognised, lines)


def _is_from(image: str, wanted: str | None) -> bool:
    return image == wanted if wanted else image.startswith(_SYSTEM_FOLDERS)


def _lines(text: str) -> Iterator[LogLine | None]:
    """The entries; None for what is no entry, save the summary that ends the output."""
    for row in text.splitlines():
        if not row.strip():
            continue
        try:
            entry = json.loads(row)
        except (ValueError, RecursionError):  # also a number or a nest that is too much for Python
            yield None
            continue
        if isinstance(entry, dict) and "finished" in entry:
            continue
        yield _line(entry)


def _line(entry: object) -> LogLine | None:
    if not isinstance(entry, dict):
        return None
    words = [entry.get(key) for key in ("timestamp", "processImagePath", "eventMessage")]
    if not all(isinstance(word, str) for word in words):
        return None
    stamp, image, message = map(str, words)
    try:
        at = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S.%f%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return LogLine(at, image, str(entry.get("subsystem") or ""), message)


def _activity(line: LogLine) -> Reading | None:
    """``Active activity attributions changed to ["cam:us.zoom.xos", "mic:us.zoom.xos"]``."""
    try:
        items = json.loads(line.message.partition(" changed to ")[2])
    except (ValueError, RecursionError):
        return None
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return None
    pairs = [item.partition(":") for item in items]
    if not all(colon for _, colon, _ in pairs):
        return None
    return _shown(line, [who for kind, _, who in pairs if kind == "cam"])


_SORTED_ITEM = re.compile(r"\[(\w+)\] (.*?) \(([^()]+)\)(?:, |$)")
"""Identifiers may hold spaces: a program without an application's id is called by its file."""


def _sorted(line: LogLine) -> Reading | None:
    """``Sorted active attributions from SystemStatus update: [[cam] Zoom (us.zoom.xos)]``."""
    text = line.message.partition(": ")[2].strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    rest, found = text[1:-1], []
    while rest:
        item = _SORTED_ITEM.match(rest)
        if item is None:
            return None
        found.append((item[1], item[3]))
        rest = rest[item.end() :]
    return _shown(line, [who for kind, who in found if kind == "cam"])


def _shown(line: LogLine, bundles: list[str]) -> Reading:
    clients = tuple(Client(bundle=bundle) for bundle in sorted(set(bundles)))
    return Reading(line.at, clients, shown=True, complete=True)


_PUBLISHER_ITEM = re.compile(r'([^\[\]":,]+): \[((?:"[^"]*"(?:, )?)*)\](?:, |$)')


def _publisher(line: LogLine) -> Reading | None:
    """``Frame publisher cameras changed to [us.zoom.xos: ["0x1000002e1a4c01"]]``, empty ``[:]``."""
    text = line.message.partition(" changed to ")[2].replace(" ", "")
    if text in ("[:]", "[]"):
        return Reading(line.at, (), shown=False, complete=True)
    text = line.message.partition(" changed to ")[2].strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    rest, clients = text[1:-1], []
    while rest:
        item = _PUBLISHER_ITEM.match(rest)
        if item is None:
            return None
        clients.append(Client(bundle=item[1], cameras=tuple(re.findall(r'"([^"]*)"', item[2]))))
        rest = rest[item.end() :]
    return Reading(line.at, tuple(clients), shown=False, complete=True)


_STATUS_CLIENT = re.compile(
    r"cameraIdentifier: (?P<camera>[^;>]+).*?<BSAuditToken: [^>]*?\bPID: (?P<pid>\d+)", re.DOTALL
)


def _status(line: LogLine) -> Reading | None:
    """``Server data changed for media domain: <...cameraAttributions = <...> {...}>`` (to 13.2)."""
    _, begins, rest = line.message.partition("cameraAttributions = ")
    if not begins:
        _, begins, rest = line.message.partition("cameraCaptureAttributions = ")
    if not begins:
        return None
    # The list of another sensor may follow; it begins with a name of that same form.
    rest = re.split(r"\w+Attributions = ", rest)[0]
    found = [(int(item["pid"]), item["camera"]) for item in _STATUS_CLIENT.finditer(rest)]
    if not found and "Attribution:" in rest:
        return None
    clients = tuple(Client(pid=pid, cameras=(camera,)) for pid, camera in sorted(set(found)))
    return Reading(line.at, clients, shown=False, complete=True)


_CONTROL_PID = re.compile(r"CMIOExtensionPropertyDeviceControlPID = (\d+);")


def _extension(line: LogLine) -> Reading | None:
    """``CMIOExtensionPropertyDeviceControlPID = 90429;`` (13.3 to 13.x, debug level)."""
    found = _CONTROL_PID.search(line.message)
    if found is None:
        return None
    return Reading(line.at, (Client(pid=int(found[1])),), shown=False, complete=False)


_FORMS: tuple[tuple[str | None, "re.Pattern[str]", Callable[[LogLine], Reading | None]], ...] = (
    (CONTROL_CENTER, re.compile("^Active activity attributions"), _activity),
    (CONTROL_CENTER, re.compile("^Sorted active attributions"), _sorted),
    (CONTROL_CENTER, re.compile("[Cc]ameras changed to"), _publisher),
    (None, re.compile("^Server data changed for media domain"), _status),
    (None, re.compile("CMIOExtensionPropertyDeviceControlPID"), _extension),
)


def latest(readings: Iterable[Reading], *, shown: bool) -> Reading | None:
    """The last complete reading of one kind: each replaces the one before."""
    matching = [reading for reading in readings if reading.shown is shown and reading.complete]
    return matching[-1] if matching else None
