"""USB/IP (Documentation/usb/usbip_protocol.rst) and the kernel's virtual host controller."""

import errno
import os
import socket
import struct
import time
from typing import NamedTuple

VHCI = "/sys/devices/platform/vhci_hcd.0"
HIGH_SPEED = 3
NO_PACKETS = 0xFFFFFFFF

_SUBMIT, _UNLINK, _RET_SUBMIT, _RET_UNLINK = 1, 2, 3, 4
_HEADER = struct.Struct(">IIIII")  # command, sequence number, device, direction, endpoint
_COMMAND = struct.Struct(">IiiIi8s")  # flags, length, start frame, packets, interval, setup
_ANSWER = struct.Struct(">iiiIi8x")  # status, actual length, start frame, packets, errors
_PACKET = struct.Struct(">IIIi")  # offset, length, actual length, status


class Urb(NamedTuple):
    """A transfer that the host asks for. ``packets`` are (offset, length), isochronous only."""

    number: int
    endpoint: int
    inward: bool
    length: int
    setup: bytes
    data: bytes
    packets: tuple[tuple[int, int], ...]
    arrived: float


class Unlink(NamedTuple):
    """The host no longer wants the transfer ``victim``."""

    number: int
    victim: int


class UnpluggedError(Exception):
    """The host has let go of the device."""


class Port:
    """A port of the virtual host controller with our device plugged into it."""

    def __init__(self, *, number: int | None = None) -> None:
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.number = _free_port() if number is None else number
        with open(f"{VHCI}/attach", "w", encoding="ascii") as attach:
            attach.write(f"{self.number} {theirs.fileno()} {0x10002 + self.number} {HIGH_SPEED}")
        theirs.close()

    def detach(self) -> None:
        """Unplugs the device."""
        try:
            with open(f"{VHCI}/detach", "w", encoding="ascii") as detach:
                detach.write(str(self.number))
        except OSError as error:
            if error.errno != errno.EINVAL:  # EINVAL: the host has let go before us
                raise
        self.socket.close()

    def receive(self) -> Urb | Unlink:
        """The next message of the host; waits for it."""
        head = self._exactly(48)
        command, number, _, direction, endpoint = _HEADER.unpack_from(head)
        if command == _UNLINK:
            return Unlink(number, struct.unpack_from(">I", head, 20)[0])
        if command != _SUBMIT:
            raise ValueError(f"USB/IP command {command}")
        _, length, _, count, _, setup = _COMMAND.unpack_from(head, 20)
        data = self._exactly(length) if not direction and length else b""
        raw = self._exactly(16 * count) if count not in (0, NO_PACKETS) else b""
        packets = tuple((offset, size) for offset, size, _, _ in _PACKET.iter_unpack(raw))
        arrived = time.monotonic()
        return Urb(number, endpoint, bool(direction), length, setup, data, packets, arrived)

    def answer(self, urb: Urb, data: bytes = b"", *, status: int = 0) -> None:
        """Completes a control, interrupt or bulk transfer."""
        actual = len(data) if urb.inward else len(urb.data)
        head = _HEADER.pack(_RET_SUBMIT, urb.number, 0, 0, 0)
        self._send(head + _ANSWER.pack(status, actual, 0, 0, 0) + data)

    def answer_packets(self, urb: Urb, contents: list[bytes]) -> None:
        """Completes an isochronous transfer: one piece of content a packet."""
        data = b"".join(contents)
        table = b"".join(
            _PACKET.pack(offset, size, len(content), 0)
            for (offset, size), content in zip(urb.packets, contents, strict=True)
        )
        head = _HEADER.pack(_RET_SUBMIT, urb.number, 0, 0, 0)
        self._send(head + _ANSWER.pack(0, len(data), 0, len(contents), 0) + data + table)

    def answer_unlink(self, unlink: Unlink, *, found: bool) -> None:
        """Tells whether the transfer was still waiting."""
        status = -errno.ECONNRESET if found else 0
        head = _HEADER.pack(_RET_UNLINK, unlink.number, 0, 0, 0)
        self._send(head + struct.pack(">i24x", status))

    def _send(self, message: bytes) -> None:
        try:
            self.socket.sendall(message)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise UnpluggedError from error

    def _exactly(self, count: int) -> bytes:
        out = bytearray()
        while len(out) < count:
            part = self.socket.recv(count - len(out))
            if not part:
                raise UnpluggedError
            out += part
        return bytes(out)


def _free_port() -> int:
    if not os.path.exists(VHCI):
        raise SystemExit("no virtual host controller: modprobe vhci-hcd, as root")
    with open(f"{VHCI}/status", encoding="ascii") as status:
        for line in status:
            fields = line.split()
            if fields[0] == "hs" and int(fields[2]) == 4:  # VDEV_ST_NULL: nothing plugged in
                return int(fields[1])
    raise SystemExit("every port of the virtual host controller is taken")
