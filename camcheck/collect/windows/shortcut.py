"""What a shortcut runs ([MS-SHLLINK], Shell Link Binary File Format).

A shortcut names its target in up to four ways: a list of items (which Windows follows first), a
path with environment variables, a plain path, and a path relative to the shortcut. Those that name
another program than the first are told as well, so that none can hide behind another.
"""

import struct
from collections.abc import Iterator

from camcheck.fact import NamedTuple

_HEADER = 0x4C
_IDS, _INFO, _NAME, _RELATIVE, _FOLDER, _ARGUMENTS, _ICON, _UNICODE = (1 << n for n in range(8))
_STRINGS = (_NAME, _RELATIVE, _FOLDER, _ARGUMENTS, _ICON)
"""Flags of the texts that may follow, in the order in which they do (2.4 StringData)."""
_ENVIRONMENT = 0xA0000001
"""Signature of the block with a target that holds environment variables (2.5.4)."""
_LONG_NAME = 0xBEEF0004
"""Signature of the part of an item that has the long name of a file (libfwsi, shell items)."""


class Shortcut(NamedTuple):
    """``targets`` in the order in which Windows follows them; texts as they are written."""

    targets: tuple[str, ...]
    arguments: str
    folder: str


def shortcut_commands(data: bytes) -> tuple[str, ...]:
    """The commands that a shortcut stands for: one, or more where its targets differ.

    The folder in which the program is to start is told where it is another than the program's own.
    Empty for what is no shortcut.
    """
    link = read_shortcut(data)
    if link is None:
        return ()
    commands: dict[str, str] = {}
    for target in link.targets or ("",):
        program = _PROGRAMS.get(target.casefold()) or target.rpartition("\\")[2].casefold()
        known = commands.get(program)
        if known is None or (":" in target and ":" not in known):
            commands[program] = _command(target, link)
    return tuple(command for command in commands.values() if command)


_PROGRAMS = {"%comspec%": "cmd.exe"}
"""Variables that stand for a whole program."""


def _command(target: str, link: Shortcut) -> str:
    shown = f'"{target}"' if " " in target and link.arguments else target
    command = " ".join(filter(None, (shown, link.arguments)))
    own = target.rpartition("\\")[0].casefold()
    elsewhere = link.folder and link.folder.rstrip("\\").casefold() != own
    return f"{command} (in {link.folder})" if command and elsewhere else command


def read_shortcut(data: bytes) -> Shortcut | None:
    """What a shortcut says; a damaged one as far as it can be read, None for no shortcut."""
    if len(data) < _HEADER or int.from_bytes(data[:4], "little") != _HEADER:
        return None
    flags = _number(data, 0x14)
    at = _HEADER
    targets: list[str] = []
    if flags & _IDS:
        size = _number(data, at, 2)
        targets += _of_items(data[at + 2 : at + 2 + size])
        at += 2 + size
    plain: list[str] = []
    if flags & _INFO:
        plain = [_of_info(data[at:])]
        at += _number(data, at)
    texts: dict[int, str] = {}
    for flag in _STRINGS:
        if flags & flag:
            texts[flag], at = _text(data, at, wide=bool(flags & _UNICODE))
    targets += [*_with_variables(data, at), *plain, texts.get(_RELATIVE, "")]
    return Shortcut(
        tuple(dict.fromkeys(filter(None, targets))),
        texts.get(_ARGUMENTS, "").strip(),
        texts.get(_FOLDER, "").strip(),
    )


def _number(data: bytes, at: int, size: int = 4) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _narrow(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("cp1252", "replace")


def _wide(data: bytes) -> str:
    return data[: len(data) // 2 * 2].decode("utf-16-le", "replace").partition("\0")[0]


def _text(data: bytes, at: int, *, wide: bool) -> tuple[str, int]:
    size = _number(data, at, 2) * (2 if wide else 1)
    raw = data[at + 2 : at + 2 + size]
    return (_wide(raw) if wide else _narrow(raw)), at + 2 + size


def _with_variables(data: bytes, at: int) -> Iterator[str]:
    """The target of the block that holds environment variables; the blocks end with a small one."""
    while (size := _number(data, at)) >= 8:
        if _number(data, at + 4) == _ENVIRONMENT:
            yield _wide(data[at + 268 : at + 788]) or _narrow(data[at + 8 : at + 268])
        at += size


def _of_info(info: bytes) -> str:
    """The path on a drive or in the network (2.3 LinkInfo); texts in Unicode where it has them."""
    flags = _number(info, 8)
    wide = _number(info, 4) >= 0x24
    suffix = _at(info, 0x20, wide=True) if wide else _at(info, 0x18, wide=False)
    if flags & 1:
        base = _at(info, 0x1C, wide=True) if wide else _at(info, 0x10, wide=False)
        return base + suffix
    if flags & 2:
        net = info[_number(info, 0x14) :]
        return "\\".join(filter(None, (_at(net, 8, wide=False), suffix)))
    return ""


def _at(data: bytes, field: int, *, wide: bool) -> str:
    """The text whose place a field tells; 0 means that there is none."""
    start = _number(data, field)
    if not start:
        return ""
    return _wide(data[start:]) if wide else _narrow(data[start:])


def _of_items(items: bytes) -> Iterator[str]:
    """The path that a list of items spells: a drive and the names below it (2.2 IDList).

    Where the list begins in a folder that Windows knows by a number, only the names are told.
    """
    parts: list[str] = []
    at = 0
    while (size := _number(items, at, 2)) >= 3 and at + 2 < len(items):
        item = items[at : at + size]
        at += size
        kind = item[2]
        if kind & 0x70 == 0x20 and item[4:5] == b":":
            parts = [_narrow(item[3:]).rstrip("\\")]
        elif kind & 0x70 == 0x30:
            parts.append(_long_name(item) or _short_name(item))
    if parts and not parts[-1].endswith(":"):
        yield "\\".join(parts)


def _short_name(item: bytes) -> str:
    return _wide(item[14:]) if item[2] & 4 else _narrow(item[14:])


def _long_name(item: bytes) -> str:
    at = item.find(struct.pack("<I", _LONG_NAME)) - 4
    if at < 0:
        return ""
    version = _number(item, at + 2, 2)
    start = 18 + (18 if version >= 7 else 0) + 2
    start += (4 if version >= 9 else 0) + (4 if version >= 8 else 0)
    return _wide(item[at + start :])
