"""Shortcuts for tests, written by [MS-SHLLINK]."""

import struct

_LONG_NAME = 0xBEEF0004


def a_shortcut(
    *, items="", plain="", wide=True, variables="", relative="", folder="", arguments="", share=""
):
    """A shell link with any of its four ways to name a target, a folder and arguments."""
    flags = 0x80
    body = b""
    if items:
        flags |= 1
        data = _items(items)
        body += struct.pack("<H", len(data)) + data
    if plain or share:
        flags |= 2
        body += _info(plain, wide=wide) if plain else _network(share)
    for flag, text in ((8, relative), (0x10, folder), (0x20, arguments)):
        if text:
            flags |= flag
            body += struct.pack("<H", len(text)) + text.encode("utf-16-le")
    if variables:
        flags |= 0x200
        narrow = variables.encode("cp1252", "replace").ljust(260, b"\0")
        body += struct.pack("<II", 0x314, 0xA0000001) + narrow
        body += variables.encode("utf-16-le").ljust(520, b"\0")
    header = bytearray(0x4C)
    header[:4] = struct.pack("<I", 0x4C)
    header[0x14:0x18] = struct.pack("<I", flags)
    return bytes(header) + body + bytes(4)


def _items(path):
    drive, *names = path.split("\\")
    first = struct.pack("<HB", 3 + 20, 0x2F) + f"{drive}\\".encode().ljust(20, b"\0")
    found = first if drive else struct.pack("<HBB", 20, 0x1F, 0x50) + bytes(16)
    for place, name in enumerate(names, 1):
        kind = 0x32 if place == len(names) else 0x31
        short = name.upper()[:6].encode("ascii", "replace") + b"~1\0"
        short += b"\0" * (len(short) % 2)
        long = name.encode("utf-16-le") + b"\0\0"
        # Version 9 of the extension (Windows 10): sizes, times, a file's number, then the name.
        extension = struct.pack("<HHIIIH", 46 + len(long) + 2, 9, _LONG_NAME, 0, 0, 0x2E)
        extension += bytes(18) + struct.pack("<HII", 0, 0, 0) + long + struct.pack("<H", 0x14)
        item = struct.pack("<BBIIH", kind, 0, 0, 0, 0) + short + extension
        found += struct.pack("<H", len(item) + 2) + item
    return found + bytes(2)


def _info(path, *, wide):
    size = 0x24 if wide else 0x1C
    narrow = path.encode("cp1252", "replace") + b"\0"
    text = narrow + (path.encode("utf-16-le") + b"\0\0" if wide else b"")
    fields = [size + len(text), size, 1, 0, size, 0, 0] + ([size + len(narrow), 0] if wide else [])
    return b"".join(struct.pack("<I", field) for field in fields) + text


def _network(share):
    name, _, suffix = share.rpartition("\\")
    net = struct.pack("<IIIII", 0x14 + len(name) + 1, 0, 0x14, 0, 0) + name.encode() + b"\0"
    text = suffix.encode() + b"\0"
    size = 0x1C
    fields = [size + len(net) + len(text), size, 2, 0, 0, size, size + len(net)]
    return b"".join(struct.pack("<I", field) for field in fields) + net + text
