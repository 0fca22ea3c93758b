"""What self-tests have shown of the witnesses on this machine (camcheck/selftest/record.py).

A record can only be believed if nobody but the asking user could have written it: who hides a film
would like to choose what counts. So its folder and file must be the user's own, closed to others,
and no links. And it is used in one direction alone: a witness that stayed silent while the camera
filmed no longer speaks *against* a film; none can be made to speak for one.
"""

import os
import stat
from collections.abc import Iterable

from camcheck.bounded import in_time
from camcheck.collect.linux.capture.rules import Signs
from camcheck.fact import NamedTuple
from camcheck.model import Capture, CaptureState, Fact, Gap, Reason, Witness
from camcheck.privilege import own_uid
from camcheck.typed import Any

_LIMIT = 1 << 20  # bytes


class WitnessRecord(NamedTuple):
    """What a self-test showed of a camera: ``changed`` are the witnesses that followed it each time
    that it filmed, ``silent`` those that did not."""

    changed: frozenset[str]
    silent: frozenset[str]


NONE = WitnessRecord(frozenset(), frozenset())


class NotBelievedError(Exception):
    """The record cannot be used; the text says why."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(reason, text)
        self.reason, self.text = reason, text

    def __str__(self) -> str:
        return self.text


def read_records(
    path: str | None, *, kernel: str
) -> tuple[dict[str, WitnessRecord], tuple[Gap, ...]]:
    """The records by camera, of this kernel alone; nothing when there was no self-test."""
    if path is None:
        return {}, ()
    try:
        content = _content(path)
        known = {} if content is None else _parsed(content)
    except NotBelievedError as error:
        detail = f"What a self-test learned of this machine's cameras was not used: {error}."
        return {}, (Gap(Fact.CAPTURE, path, error.reason, detail),)
    found = {
        str(camera): WitnessRecord(_names(entry.get("changed")), _names(entry.get("silent")))
        for camera, entry in known.items()
        if isinstance(entry, dict) and entry.get("kernel") == kernel
    }
    return found, ()


def _content(path: str) -> bytes | None:
    """The record; None when there is none. Raises NotBelievedError."""

    def look() -> bytes | NotBelievedError | None:
        try:
            return _believed(path) if os.path.lexists(path) else None
        except NotBelievedError as error:
            return error

    try:
        seen = in_time(look, f"record/{path}")
    except TimeoutError:
        text = f"the file system of {path} does not answer"
        raise NotBelievedError(Reason.TIMED_OUT, text) from None
    if isinstance(seen, NotBelievedError):
        raise seen
    return seen


def _believed(path: str) -> bytes:
    """The content of a file that only this user could have written. Raises NotBelievedError."""
    folder, name = os.path.split(path)
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            _refuse_foreign(place, f"its folder {folder}")
            # O_NONBLOCK: a pipe in its place must not hold the scan.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            file = os.open(name, flags, dir_fd=place)
        finally:
            os.close(place)
        with os.fdopen(file, "rb") as opened:
            _refuse_foreign(file, path)
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise NotBelievedError(Reason.FAILED, f"{path} is no ordinary file")
            return opened.read(_LIMIT)
    except OSError as error:
        text = f"{path} could not be read ({error.strerror})"
        raise NotBelievedError(Reason.DENIED, text) from None


def _refuse_foreign(descriptor: int, what: str) -> None:
    found = os.fstat(descriptor)
    if found.st_uid != own_uid() or found.st_mode & 0o022:
        text = f"others could have written {what}; remove it and test again"
        raise NotBelievedError(Reason.FAILED, text)


def _parsed(data: bytes) -> dict[str, Any]:
    import json

    try:
        known = json.loads(data)
    except (ValueError, RecursionError):
        known = None
    if not isinstance(known, dict):
        raise NotBelievedError(Reason.UNPARSED, "the record is damaged; test again")
    return known


def _names(value: Any) -> frozenset[str]:
    return frozenset(str(name) for name in value) if isinstance(value, list) else frozenset()


def without_silent(seen: Signs, known: WitnessRecord) -> Signs:
    """The signs without what silent witnesses would say against a film."""
    silent = known.silent
    if "usb-alternate-setting" in silent and seen.reserved is False:
        # It films with a closed channel, as bulk cameras do: its transfers decide.
        seen = seen._replace(reserved=None, bulk=True)
    if "usb-transfers" in silent and seen.transfers == 0:
        seen = seen._replace(transfers=None)
    if "usb-power" in silent and seen.suspended:
        seen = seen._replace(suspended=None)
    if "driver-references" in silent and seen.references == 0:
        seen = seen._replace(references=None)
    if "sensor-power" in silent and seen.sensor is False:
        seen = seen._replace(sensor=None)
    if "picture-thread" in silent and seen.thread is False:
        seen = seen._replace(thread=None)
    return seen


def weighed(capture: Capture, known: WitnessRecord) -> Capture:
    """The judgement with the self-test's word on its witnesses."""
    witnesses = tuple(_weighed(witness, known) for witness in capture.witnesses)
    proven = {w.name for w in witnesses if w.says is capture.state and w.name in known.changed}
    muted = [w.name for w in witnesses if w.name in known.silent]
    reason = capture.reason
    if proven and capture.state is not CaptureState.UNDETERMINED:
        reason += f"; by the self-test, {_list(proven)} can be relied on with this camera"
    elif muted:
        reason += f"; by the self-test, {_list(muted)} cannot be relied on with this camera"
    return capture._replace(reason=reason, witnesses=witnesses)


def _weighed(witness: Witness, known: WitnessRecord) -> Witness:
    if witness.name not in known.silent or witness.says is not CaptureState.INACTIVE:
        return witness
    why = "in the self-test it did not change while this camera filmed"
    return witness._replace(says=None, detail=why)


def _list(names: Iterable[str]) -> str:
    return " and ".join(sorted(names))
