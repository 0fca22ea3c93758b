"""USB descriptors of the emulated webcam (USB 2.0 chapter 9, USB Video Class 1.0)."""

import struct
from typing import NamedTuple

CAMERA_TERMINAL, PROCESSING_UNIT, EXTENSION_UNIT, OUTPUT_TERMINAL = 1, 2, 3, 4
STATUS_ENDPOINT, VIDEO_ENDPOINT = 1, 2
ISO_PACKET = 1024  # bytes; one packet a millisecond: bInterval 4 at high speed
BULK_PAYLOAD = 8192  # bytes: five transfers for a picture, as many as tell a stream by themselves
YUY2 = bytes.fromhex("5955593200001000800000aa00389b71")

# Logitech's extension units with the light's control: GUID, bmControls, selector.
EXTENSIONS = {
    "v1": (bytes.fromhex("820661637050ab49b8ccb3855e8d221f"), b"\x01\x00", 1),
    "v3": (bytes.fromhex("212de5ff30802c4e82d9f587d00540bd"), b"\x00\x01", 9),
}


class Model(NamedTuple):
    """What kind of webcam it is. ``extension`` is v1, v3 (Logitech's) or none."""

    bulk: bool = False
    width: int = 160
    height: int = 120
    fps: int = 10
    vendor_id: int = 0x046D
    product_id: int = 0x082C
    vendor: str = "Lab"
    product: str = "Lab Webcam"
    serial: str = "LAB0001"
    extension: str = "v1"
    privacy: bool = True

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """The picture sizes on offer, in pixels."""
        return (self.width, self.height), (self.width * 2, self.height * 2)


def _u16(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}H", *values)


def _u32(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _descriptor(*parts: int | bytes) -> bytes:
    body = b"".join(bytes([part]) if isinstance(part, int) else part for part in parts)
    return bytes([len(body) + 1]) + body


def device(model: Model) -> bytes:
    """The device descriptor: a composite device with interface associations."""
    ids = _u16(model.vendor_id, model.product_id, 0x0011)
    return _descriptor(1, _u16(0x200), 0xEF, 2, 1, 64, ids, 1, 2, 3, 1)


def strings(model: Model) -> list[bytes]:
    """The string descriptors, by index."""
    texts = (model.vendor, model.product, model.serial)
    return [_descriptor(3, _u16(0x409)), *(_descriptor(3, t.encode("utf-16le")) for t in texts)]


def configuration(model: Model) -> bytes:
    """The configuration: one VideoControl and one VideoStreaming interface."""
    association = _descriptor(0x0B, 0, 2, 0x0E, 3, 0, 2)
    body = association + _video_control(model) + _video_streaming(model)
    return bytes([9, 2]) + _u16(9 + len(body)) + bytes([2, 1, 0, 0x80, 250]) + body


def _video_control(model: Model) -> bytes:
    lens = b"\0\0\4" if model.privacy else b"\0\0\0"
    units = _descriptor(0x24, 2, CAMERA_TERMINAL, _u16(0x0201), 0, 0, _u16(0, 0, 0), 3, lens)
    units += _descriptor(0x24, 5, PROCESSING_UNIT, CAMERA_TERMINAL, _u16(0), 2, _u16(1), 0)
    source = PROCESSING_UNIT
    if model.extension in EXTENSIONS:
        guid, bits, _ = EXTENSIONS[model.extension]
        units += _descriptor(0x24, 6, EXTENSION_UNIT, guid, 1, 1, PROCESSING_UNIT, 2, bits, 0)
        source = EXTENSION_UNIT
    units += _descriptor(0x24, 3, OUTPUT_TERMINAL, _u16(0x0101), 0, source, 0)
    header = bytes([13, 0x24, 1]) + _u16(0x100, 13 + len(units)) + _u32(1_000_000) + bytes([1, 1])
    status = _descriptor(5, 0x80 | STATUS_ENDPOINT, 3, _u16(16), 8) + _descriptor(0x25, 3, _u16(16))
    return _descriptor(4, 0, 0, 1, 0x0E, 1, 0, 2) + header + units + status


def _video_streaming(model: Model) -> bytes:
    frames = b""
    for number, (width, height) in enumerate(model.sizes, start=1):
        rate = width * height * 16 * model.fps
        intervals = [10_000_000 // model.fps, 10_000_000 // max(1, model.fps // 2)]
        facts = _u16(width, height) + _u32(rate, rate, width * height * 2, intervals[0])
        frames += _descriptor(0x24, 5, number, 0, facts, 2, _u32(*intervals))
    form = _descriptor(0x24, 4, 1, len(model.sizes), YUY2, 16, 1, 0, 0, 0, 0)
    form += frames + _descriptor(0x24, 13, 1, 1, 4)
    ends = bytes([0x80 | VIDEO_ENDPOINT, 0, OUTPUT_TERMINAL, 0, 0, 0, 1, 0])
    header = bytes([14, 0x24, 1, 1]) + _u16(14 + len(form)) + ends
    if model.bulk:
        pipe = _descriptor(5, 0x80 | VIDEO_ENDPOINT, 2, _u16(512), 0)
        return _descriptor(4, 1, 0, 1, 0x0E, 2, 0, 0) + header + form + pipe
    pipe = _descriptor(5, 0x80 | VIDEO_ENDPOINT, 5, _u16(ISO_PACKET), 4)
    idle = _descriptor(4, 1, 0, 0, 0x0E, 2, 0, 0) + header + form
    return idle + _descriptor(4, 1, 1, 1, 0x0E, 2, 0, 0) + pipe
