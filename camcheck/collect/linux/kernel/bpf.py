"""Small programs that the kernel runs (BPF): assembled, loaded, run and unloaded.

Needs CAP_BPF and CAP_PERFMON, which root has, and Linux 5.14. Sources: bpf(2); linux/bpf.h
(commands, instructions, helper functions); Documentation/bpf/btf.rst (the kernel's types).
"""

import ctypes
import mmap
import os
import struct
from collections.abc import Iterator, Sequence

from camcheck.fact import NamedTuple

# Little-endian systems with pointers of 64 bits; others lay instructions out in another way.
NUMBER = {"x86_64": 321, "aarch64": 280, "riscv64": 280}
_LOAD, _RUN, _GET_INFO, _GET_FD, _NEXT_ID, _LINK, _ITERATE = 5, 10, 15, 19, 23, 28, 33
_TRACING, _SYSCALL, _ITERATOR, _MAY_SLEEP = 26, 31, 28, 1 << 4
_FUNCTION, _STRUCT = 12, 4  # kinds of types
_FIND_TYPE = 167  # helper function bpf_btf_find_by_name_kind
_LICENSE = b"Dual BSD/GPL"  # some helper functions are for GPL programs only
_CHUNK = 1 << 15
_LARGE_PAGE = 2 << 20


class Op(NamedTuple):
    """One instruction. ``jump`` is the label that a jump goes to; a label alone is a string."""

    code: int
    to: int = 0
    of: int = 0
    offset: int = 0
    value: int = 0
    jump: str | None = None


def copy(to: int, of: int) -> Op:
    """Register to register."""
    return Op(0xBF, to, of)


def put(to: int, value: int) -> Op:
    """A constant of 32 bits."""
    return Op(0xB7, to, value=value)


def put_wide(to: int, value: int) -> tuple[Op, Op]:
    """A constant of 64 bits: the one instruction that is as long as two (BPF_LD_IMM64)."""
    low, high = struct.unpack("=ii", struct.pack("=Q", value))
    return Op(0x18, to, value=low), Op(0, value=high)


def add(to: int, value: int) -> Op:
    """Adds a constant."""
    return Op(0x07, to, value=value)


def load(to: int, of: int, offset: int, *, word: bool = False) -> Op:
    """Reads 64 bits from where a register points to, or a word of 32."""
    return Op(0x61 if word else 0x79, to, of, offset)


def load_half(to: int, of: int, offset: int) -> Op:
    """Reads 16 bits from where a register points to."""
    return Op(0x69, to, of, offset)


def load_byte(to: int, of: int, offset: int) -> Op:
    """Reads 8 bits from where a register points to."""
    return Op(0x71, to, of, offset)


def store(to: int, offset: int, of: int, *, word: bool = False) -> Op:
    """Writes a register to where another points to."""
    return Op(0x63 if word else 0x7B, to, of, offset)


def if_equal(register: int, value: int, jump: str, *, word: bool = False) -> Op:
    """Jumps when a register is the constant."""
    return Op(0x16 if word else 0x15, register, value=value, jump=jump)


def if_other(register: int, value: int, jump: str) -> Op:
    """Jumps when a register is not the constant."""
    return Op(0x55, register, value=value, jump=jump)


def if_unlike(register: int, other: int, jump: str) -> Op:
    """Jumps when two registers differ."""
    return Op(0x5D, register, other, jump=jump)


def if_same(register: int, other: int, jump: str) -> Op:
    """Jumps when two registers are equal."""
    return Op(0x1D, register, other, jump=jump)


def go(jump: str) -> Op:
    """Jumps."""
    return Op(0x05, jump=jump)


def call(function: int) -> Op:
    """Calls a helper function: arguments in registers 1 to 5, the answer in 0."""
    return Op(0x85, value=function)


def leave() -> Op:
    """Ends the program; register 0 is its answer."""
    return Op(0x95)


def assemble(program: Sequence[Op | str]) -> bytes:
    """The instructions of a program, its labels resolved."""
    places: dict[str, int] = {}
    ops: list[Op] = []
    for item in program:
        if isinstance(item, str):
            places[item] = len(ops)
        else:
            ops.append(item)
    return b"".join(
        struct.pack(
            "=BBhi",
            op.code,
            op.to | op.of << 4,
            places[op.jump] - at - 1 if op.jump else op.offset,
            op.value,
        )
        for at, op in enumerate(ops)
    )


class Bpf:
    """The system call. What it loaded ends with ``close`` or ``with``. All of it raises OSError."""

    def __init__(self) -> None:
        self._number = NUMBER.get(os.uname().machine)
        self._syscall = ctypes.CDLL(None, use_errno=True).syscall
        self._open: list[int] = []
        self._types: Types | None = None

    def __enter__(self) -> "Bpf":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Takes everything out of the kernel that was loaded into it."""
        self._close_from(0)

    def _close_from(self, number: int) -> None:
        while len(self._open) > number:
            os.close(self._open.pop())

    def iterate(self, iterator: str, program: bytes) -> Iterator[bytes]:
        """What the program writes while the kernel runs it on every object of one kind."""
        before = len(self._open)
        try:
            kind = self._find_function(iterator)
            loaded = self._load(_TRACING, program, attach=_ITERATOR, to=kind)
            link = self._descriptor(_LINK, struct.pack("=III36x", loaded, 0, _ITERATOR))
            descriptor = self._descriptor(_ITERATE, struct.pack("=II", link, 0))
            while True:
                try:
                    part = os.read(descriptor, _CHUNK)
                except BlockingIOError:
                    # A million objects gave no row (bpf_seq_read in kernel/bpf/bpf_iter.c): go on.
                    continue
                if not part:
                    return
                yield part
        finally:
            self._close_from(before)

    def types(self) -> "Types":
        """The running kernel's description of its own types: some megabytes, so asked for once."""
        if self._types is None:
            self._types = self._own_types()
        return self._types

    def _own_types(self) -> "Types":
        _, answer = self._call(_NEXT_ID, struct.pack("=II8x", 0, 0))
        (first,) = struct.unpack_from("=4xI", answer)
        described = self._descriptor(_GET_FD, struct.pack("=I12x", first))
        name = ctypes.create_string_buffer(16)
        size, of_kernel = self._describe(described, 0, 0, ctypes.addressof(name), len(name))
        if not of_kernel or name.value != b"vmlinux":
            raise OSError("the first types are not those of the kernel")
        data = _room(size)
        memory = (ctypes.c_char * size).from_buffer(data)
        self._describe(described, ctypes.addressof(memory), size, 0, 0)
        return Types(data)

    def _describe(self, types: int, *room: int) -> tuple[int, int]:
        """struct bpf_btf_info: the size of the types, and whether they are the kernel's own."""
        data, length, name, name_length = room
        packed = struct.pack("=QIIQII", data, length, 0, name, name_length, 0)
        info = ctypes.create_string_buffer(packed, len(packed))
        self._call(_GET_INFO, struct.pack("=IIQ", types, len(packed), ctypes.addressof(info)))
        size, of_kernel = struct.unpack_from("=8xI16xI", info)
        return size, of_kernel

    def _find_function(self, name: str) -> int:
        """The number of a function among the kernel's types: a program of one call asks for it."""
        text = name.encode() + b"\0"
        padded = text.ljust(-(-len(text) // 8) * 8, b"\0")
        program: list[Op | str] = []
        for at in range(0, len(padded), 8):
            program += put_wide(1, *struct.unpack_from("=Q", padded, at))
            program.append(store(10, at - len(padded), 1))
        program += [copy(1, 10), add(1, -len(padded)), put(2, len(text)), put(3, _FUNCTION)]
        program += [put(4, 0), call(_FIND_TYPE), leave()]
        asking = self._load(_SYSCALL, assemble(program), flags=_MAY_SLEEP)
        _, answer = self._call(_RUN, struct.pack("=II72x", asking, 0))
        (found,) = struct.unpack_from("=4xi", answer)
        if found <= 0:
            raise OSError(f"the kernel has no {name}")
        return int(found)

    def _load(
        self, kind: int, program: bytes, *, flags: int = 0, attach: int = 0, to: int = 0
    ) -> int:
        code = ctypes.create_string_buffer(program, len(program))
        license_ = ctypes.create_string_buffer(_LICENSE)
        attributes = struct.pack(
            "=IIQQ16xII16s4xI36xI4x",
            *(kind, len(program) // 8, ctypes.addressof(code), ctypes.addressof(license_)),
            *(0, flags, b"camcheck", attach, to),
        )
        return self._descriptor(_LOAD, attributes)

    def _descriptor(self, command: int, attributes: bytes) -> int:
        descriptor, _ = self._call(command, attributes)
        self._open.append(descriptor)
        return descriptor

    def _call(self, command: int, attributes: bytes) -> tuple[int, bytes]:
        if self._number is None:
            raise OSError("no number of bpf(2) is known for this machine")
        memory = ctypes.create_string_buffer(attributes, len(attributes))
        result: int = self._syscall(self._number, command, memory, len(attributes))
        if result < 0:
            raise OSError(ctypes.get_errno(), "bpf(2)")
        return result, memory.raw


def _room(size: int) -> mmap.mmap:
    """Memory in large pages, where there are such: 3 ms of page faults are 1 then."""
    room = mmap.mmap(-1, size + _LARGE_PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    try:
        room.madvise(mmap.MADV_HUGEPAGE)
    except OSError:
        return room  # a kernel that was built without them
    return room


class Types:
    """Where the members of the kernel's structures lie (BTF)."""

    def __init__(self, data: mmap.mmap) -> None:
        header, types, length, strings = map(int, struct.unpack_from("=4xIIII", data))
        self._data = data
        self._types = header + types, header + types + length
        self._strings = header + strings

    def _name(self, text: str) -> int:
        """The place of a name, by which types and members are called. Raises ValueError."""
        return self._find(f"\0{text}\0".encode(), self._strings) + 1 - self._strings

    def _find(self, what: bytes, start: int, end: int | None = None) -> int:
        at = self._data.find(what, start, len(self._data) if end is None else end)
        if at < 0:
            raise ValueError(f"{what!r} was not found among the types of the kernel")
        return at

    def offset(self, structure: str, member: str) -> int:
        """The offset of a member in bytes. Raises ValueError for what this kernel does not have."""
        key, wanted = struct.pack("=I", self._name(structure)), self._name(member)
        begin, end = self._types
        at = self._find(key, begin, end)
        while True:
            (info,) = struct.unpack_from("=I", self._data, at + 4)
            if (at - begin) % 4 == 0 and info >> 24 & 31 == _STRUCT:
                for nth in range(info & 0xFFFF):
                    name, _, bits = struct.unpack_from("=III", self._data, at + 12 * (nth + 1))
                    if name == wanted:
                        return int(bits & 0xFFFFFF if info >> 31 else bits) // 8
            at = self._find(key, at + 1, end)
