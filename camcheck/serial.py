"""Facts and judgements as plain data (dicts, lists, text, numbers), and back again, strictly."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from enum import Enum
from typing import Any, NoReturn

from camcheck.errors import ReportError

MAX_TEXT = 65_536
"""Longest text, in characters, that is written or read; a longer one loses its middle."""

type_hints: dict[Any, dict[str, Any]] = {}


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
    from types import NoneType, UnionType
    from typing import Union, get_args, get_origin

    origin = get_origin(kind)
    if origin is tuple:
        return _tuple(get_args(kind), data, where=where)
    if origin in (Union, UnionType):
        inner = [option for option in get_args(kind) if option is not NoneType]
        return None if data is None else from_plain(inner[0], data, where=where)
    if issubclass(kind, Enum):
        return _enum(kind, data, where=where)
    if hasattr(kind, "_fields"):
        return _record(kind, data, where=where)
    if kind is datetime:
        return _time(data, where=where)
    return _scalar(kind, data, where=where)


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


def _tuple(kinds: tuple[Any, ...], data: Any, *, where: str) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise ReportError(f"{where} is not a list.")
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(data)
    if len(kinds) != len(data):
        raise ReportError(f"{where} does not have {len(kinds)} items.")
    return tuple(
        from_plain(kind, item, where=f"{where}[{index}]")
        for index, (kind, item) in enumerate(zip(kinds, data, strict=True))
    )


def _enum(kind: Any, data: Any, *, where: str) -> Any:
    try:
        return kind(data)
    except ValueError:
        raise ReportError(f"{where} is none of {', '.join(item.value for item in kind)}.") from None


def _record(kind: Any, data: Any, *, where: str) -> Any:
    if not isinstance(data, dict):
        raise ReportError(f"{where} is not an object.")
    known = fields(kind)
    if not known.keys() >= data.keys():
        raise ReportError(f"{where} has a field that this version of camcheck does not know.")
    missing = known.keys() - data.keys() - kind._field_defaults.keys()
    if missing:
        raise ReportError(f"{where} lacks {', '.join(sorted(missing))}.")
    return kind(
        **{
            name: from_plain(known[name], item, where=f"{where}.{name}")
            for name, item in data.items()
        }
    )


def _time(data: Any, *, where: str) -> datetime:
    try:
        time = datetime.fromisoformat(_scalar(str, data, where=where))
        zone = time.utcoffset()
        if zone is None or not MINYEAR < time.year < MAXYEAR:  # room to reckon with zones and days
            _no_time(where)
        return time.replace(tzinfo=UTC) - zone
    except (ValueError, OverflowError):
        _no_time(where)


def _no_time(where: str) -> NoReturn:
    raise ReportError(f"{where} is not a time with its zone in ISO 8601.") from None


def _scalar(kind: Any, data: Any, *, where: str) -> Any:
    # bool is an int in Python, in a report it is not
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise ReportError(f"{where} is not {kind.__name__}.")
    if isinstance(data, str):
        if len(data) > MAX_TEXT:
            raise ReportError(f"{where} is longer than {MAX_TEXT} characters.")
        return data if data.isascii() else _text(data)
    if isinstance(data, int) and not -(2**63) <= data < 2**63:
        raise ReportError(f"{where} is not a number of 64 bits.")
    return data
