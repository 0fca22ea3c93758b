"""Facts and judgements as plain data (dicts, lists, text, numbers), and back again, strictly."""

from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from enum import Enum
from typing import Any

from camcheck.errors import ReportError

MAX_TEXT = 65_536
"""Longest text, in characters, that is written or read; a longer one loses its middle."""

type_hints: dict[Any, dict[str, Any]] = {}
_Reader = Callable[[Any], Any]
_readers: dict[Any, _Reader] = {}


def to_plain(value: Any) -> Any:
    """``value`` as JSON can hold it: a named tuple becomes a dict by its field names, an enum its
    value, a time ISO 8601 in UTC with a Z, a tuple a list; None stays None.

    Text is what UTF-8 can hold: a lone surrogate (a byte of a file name that is no UTF-8) becomes
    the visible ``\\udcff``. Raises TypeError for anything that is not a fact or a judgement.
    """
    kind = type(value)
    if kind is str:
        return _text(value)
    if value is None or kind is int or kind is bool:
        return value
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case tuple() if hasattr(value, "_fields"):
            return {field: to_plain(item) for field, item in zip(value._fields, value, strict=True)}
        case tuple() | list():
            return [to_plain(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: Any, data: Any, *, where: str = "report") -> Any:
    """``data`` as a value of ``kind``, the opposite of `to_plain`.

    Strict: a missing field without a default, an unknown field, a wrong type, an unknown enum
    value, a time without a zone, text longer than `MAX_TEXT` or a number beyond 64 bits raises
    `ReportError`, which names the place (``report.cameras[0].name``) and never quotes the value.
    """
    try:
        return _reader(kind)(data)
    except _WrongError as wrong:
        raise ReportError(f"{where}{wrong.place} {wrong.text}") from None


def fields(kind: Any) -> dict[str, Any]:
    """Field names of a named tuple and their types, evaluated once for each type."""
    from typing import get_type_hints

    if kind not in type_hints:
        type_hints[kind] = get_type_hints(kind)
    return type_hints[kind]


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        half = MAX_TEXT // 2 - 64
        text = f"{text[:half]}[… {len(text) - 2 * half} characters left out …]{text[-half:]}"
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class _WrongError(Exception):
    """What is wrong, and where: each list and object on the way out adds its part of the place."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
        self.place = ""


def _reader(kind: Any) -> _Reader:
    """The function that reads ``kind``, made once: a report has thousands of values of few kinds,
    and asking each time what a kind is costs five times the reading.
    """
    if kind not in _readers:
        _readers[kind] = _made(kind)
    return _readers[kind]


def _made(kind: Any) -> _Reader:
    from types import NoneType, UnionType
    from typing import Union, get_args, get_origin

    origin = get_origin(kind)
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin in (Union, UnionType):
        (inner,) = [_reader(option) for option in get_args(kind) if option is not NoneType]
        return lambda data: None if data is None else inner(data)
    if issubclass(kind, Enum):
        return _enum(kind)
    if hasattr(kind, "_fields"):
        return _record(kind)
    if kind is datetime:
        return _time
    return _text_read if kind is str else _number if kind is int else _truth


def _tuple(kinds: tuple[Any, ...]) -> _Reader:
    if kinds[-1] is Ellipsis:
        every = _reader(kinds[0])
        length = None
    else:
        readers = [_reader(kind) for kind in kinds]
        length = len(kinds)

    def read(data: Any) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise _WrongError("is not a list.")
        if length is not None and len(data) != length:
            raise _WrongError(f"does not have {length} items.")
        values: list[Any] = []
        try:
            for item in data:
                values.append((every if length is None else readers[len(values)])(item))
        except _WrongError as wrong:
            wrong.place = f"[{len(values)}]{wrong.place}"
            raise
        return tuple(values)

    return read


def _enum(kind: Any) -> _Reader:
    options = {item.value: item for item in kind}

    def read(data: Any) -> Any:
        found = options.get(data) if isinstance(data, str) else None
        if found is None:
            raise _WrongError(f"is none of {', '.join(options)}.")
        return found

    return read


def _record(kind: Any) -> _Reader:
    readers = {name: _reader(hint) for name, hint in fields(kind).items()}
    required = readers.keys() - kind._field_defaults.keys()
    names, in_order = list(readers), tuple(readers.values())

    def read(data: Any) -> Any:
        if not isinstance(data, dict):
            raise _WrongError("is not an object.")
        if list(data) == names:  # as we write it, and read in half the time
            found: list[Any] = []
            try:
                for reader, item in zip(in_order, data.values(), strict=True):
                    found.append(reader(item))
            except _WrongError as wrong:
                wrong.place = f".{names[len(found)]}{wrong.place}"
                raise
            return kind(*found)
        if not readers.keys() >= data.keys():
            raise _WrongError("has a field that this version of camcheck does not know.")
        if not data.keys() >= required:
            raise _WrongError(f"lacks {', '.join(sorted(required - data.keys()))}.")
        values = {}
        name = ""
        try:
            for name, item in data.items():
                values[name] = readers[name](item)
        except _WrongError as wrong:
            wrong.place = f".{name}{wrong.place}"
            raise
        return kind(**values)

    return read


def _time(data: Any) -> datetime:
    try:
        time = datetime.fromisoformat(_text_read(data))
        zone = time.utcoffset()
        # room to reckon with zones and days
        if zone is not None and MINYEAR < time.year < MAXYEAR:
            return time.replace(tzinfo=UTC) - zone
    except (ValueError, OverflowError):
        pass
    raise _WrongError("is not a time with its zone in ISO 8601.")


def _text_read(data: Any) -> str:
    if not isinstance(data, str):
        raise _WrongError("is not str.")
    if len(data) > MAX_TEXT:
        raise _WrongError(f"is longer than {MAX_TEXT} characters.")
    return data if data.isascii() else _text(data)


def _number(data: Any) -> int:
    # bool is an int in Python, in a report it is not
    if not isinstance(data, int) or isinstance(data, bool):
        raise _WrongError("is not int.")
    if not -(2**63) <= data < 2**63:
        raise _WrongError("is not a number of 64 bits.")
    return data


def _truth(data: Any) -> bool:
    if not isinstance(data, bool):
        raise _WrongError("is not bool.")
    return data
