"""Registry hives for tests: an empty one by hand, filled by hivex, which is no part of camcheck."""

import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

_BLOCK = 4096


def write_empty(path: Path) -> Path:
    """A hive (regf 1.5) with nothing but its root key: base block and one bin of 4 KiB."""
    name = b"ROOT"
    key_at, stamp, none = 0x20, 0x01D0000000000000, 0xFFFFFFFF
    key_size = len(_cell(bytes(0x4C + len(name))))
    security_at = key_at + key_size
    key = struct.pack(
        "<2sHQIIIIIIIIIIIIIIIHH",
        *(b"nk", 0x2C, stamp, 0, none, 0, 0, none, none, 0, none, security_at, none),
        *(0, 0, 0, 0, 0, len(name), 0),
    )
    everyone = bytes.fromhex("010100000000000100000000")
    descriptor = struct.pack("<BBHIIII", 1, 0, 0x8000, 20, 32, 0, 0) + everyone * 2
    security = struct.pack("<2sHIIII", b"sk", 0, security_at, security_at, 1, len(descriptor))
    cells = _cell(key + name) + _cell(security + descriptor)
    free = _BLOCK - 0x20 - len(cells)
    content = struct.pack("<4sIIQQI", b"hbin", 0, _BLOCK, 0, stamp, 0) + cells
    content += struct.pack("<i", free) + bytes(free - 4)
    base = struct.pack("<4sIIQIIIIIII", b"regf", 1, 1, stamp, 1, 5, 0, 1, key_at, _BLOCK, 1)
    base = base.ljust(508, b"\0")
    checksum = 0
    for (word,) in struct.iter_unpack("<I", base):
        checksum ^= word
    path.write_bytes((base + struct.pack("<I", checksum)).ljust(_BLOCK, b"\0") + content)
    return path


def _cell(body: bytes) -> bytes:
    size = (len(body) + 4 + 7) & ~7
    return struct.pack("<i", -size) + body + bytes(size - 4 - len(body))


def registry_text(root: str, keys: dict[str, dict[str, object]]) -> str:
    """The .reg file of these keys below ``root``; ancestors first, as hivex wants them."""
    named: dict[str, dict[str, object]] = {}
    for key, values in keys.items():
        parts = key.split("\\")
        for length in range(1, len(parts)):
            named.setdefault("\\".join(parts[:length]), {})
        named[key] = values
    lines = ["Windows Registry Editor Version 5.00"]
    for key in sorted(named, key=lambda key: key.count("\\")):
        lines += ["", f"[{root}\\{key}]"]
        lines += [f'"{name}"={_value(value)}' for name, value in named[key].items()]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, bytes):
        return "hex:" + ",".join(f"{byte:02x}" for byte in value)
    assert isinstance(value, int)
    if value and value < 1 << 32:
        return f"dword:{value:08x}"
    return "hex(b):" + ",".join(f"{byte:02x}" for byte in value.to_bytes(8, "little"))


def merge(path: Path, text: str, *, root: str) -> Path:
    """Writes the keys of a .reg text into a hive, by hivexregedit."""
    if not shutil.which("hivexregedit"):
        if os.environ.get("CI"):
            pytest.fail("needed in CI: hivexregedit (tests/packages-wine.txt)")
        pytest.skip("hivexregedit is not installed (tests/packages-wine.txt)")
    script = path.with_suffix(".reg")
    script.write_text(text, encoding="utf-8")
    command = ["hivexregedit", "--merge", "--prefix", root, str(path), str(script)]
    subprocess.run(command, check=True, capture_output=True)
    return path
