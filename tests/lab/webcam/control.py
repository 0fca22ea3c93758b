"""Answers to control transfers: what the host may ask the webcam, and its settings."""

import struct
from collections.abc import Callable

from . import descriptors as d

LED_MODES = ("off", "on", "blink", "auto")

# Requests of the video class (USB Video Class 1.0, table A-8).
CUR, MIN, MAX, RES, LEN, INFO, DEF = 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87


class StallError(Exception):
    """The webcam does not know this request."""


class Controls:
    """The settings of one webcam and the requests that read and change them."""

    def __init__(
        self,
        model: d.Model,
        *,
        note: Callable[..., None],
        stream: Callable[[bool], None],
        tell_host: Callable[[bytes], None],
    ) -> None:
        self.model = model
        self._note, self._stream, self._tell_host = note, stream, tell_host
        self.privacy, self.brightness = 0, 128
        self.led_mode, self.led_frequency = LED_MODES.index("auto"), 0
        self.alternate = 0
        self.frame, self.interval = 1, 10_000_000 // model.fps

    @property
    def size(self) -> tuple[int, int]:
        """The picture size that was agreed on, in pixels."""
        return self.model.sizes[self.frame - 1]

    def set_privacy(self, value: int, *, by: str) -> None:
        """Opens or closes the shutter; a change at the device itself is an event for the host."""
        if value == self.privacy:
            return
        self.privacy = value
        self._note("privacy", by=by)
        if by != "host":
            self._tell_host(bytes([1, d.CAMERA_TERMINAL, 0, 0x11, 0, value]))

    def answer(self, setup: bytes, data: bytes) -> bytes:
        """The answer to one control transfer; raises `StallError`."""
        kind, request, value, index, length = struct.unpack("<BBHHH", setup)
        match kind & 0x60:
            case 0x20:
                return self._class(kind, request, value, index, data)[:length]
            case 0x00:
                return self._standard(kind, request, value, index)[:length]
            case _:
                raise StallError

    def _standard(self, kind: int, request: int, value: int, index: int) -> bytes:
        match request:
            case 0:  # GET_STATUS
                return b"\0\0"
            case 1 if kind == 2 and index & 15 == d.VIDEO_ENDPOINT and self.model.bulk:
                self._stream(False)  # CLEAR_FEATURE(HALT) is how uvcvideo ends a bulk stream
            case 1 | 3:
                pass
            case 6:
                return self._descriptor(value >> 8, value & 255)
            case 8:  # GET_CONFIGURATION
                return b"\1"
            case 9:  # SET_CONFIGURATION
                self.alternate = 0
                self._stream(False)
            case 10:  # GET_INTERFACE
                return bytes([self.alternate if index == 1 else 0])
            case 11 if index == 1:  # SET_INTERFACE
                if value > (0 if self.model.bulk else 1):
                    raise StallError
                self.alternate = value
                if not self.model.bulk:
                    self._stream(bool(value))
            case 11:
                pass
            case _:
                raise StallError
        return b""

    def _descriptor(self, kind: int, number: int) -> bytes:
        match kind:
            case 1:
                return d.device(self.model)
            case 2:
                return d.configuration(self.model)
            case 3 if number < 4:
                return d.strings(self.model)[number]
            case _:
                raise StallError

    def _class(self, kind: int, request: int, value: int, index: int, data: bytes) -> bytes:
        selector, interface, entity = value >> 8, index & 255, index >> 8
        if kind & 0x80:
            return self._get(request, selector, interface, entity)
        try:
            self._set(selector, interface, entity, data)
        except (IndexError, struct.error) as error:
            raise StallError from error
        return b""

    def _get(self, request: int, selector: int, interface: int, entity: int) -> bytes:
        if interface == 1:
            if selector not in (1, 2):
                raise StallError
            return {LEN: struct.pack("<H", 26), INFO: b"\3"}.get(request) or self._probe()
        values: dict[int, bytes]
        if (entity, selector) == (d.CAMERA_TERMINAL, 0x11) and self.model.privacy:
            bare = {CUR: self.privacy, MIN: 0, MAX: 1, RES: 1, DEF: 0}
            values = {key: bytes([number]) for key, number in bare.items()}
            values |= {LEN: b"\1\0", INFO: b"\x0b"}
        elif (entity, selector) == (d.PROCESSING_UNIT, 2):
            bare = {CUR: self.brightness, MIN: 0, MAX: 255, RES: 1, DEF: 128}
            values = {key: struct.pack("<h", number) for key, number in bare.items()}
            values |= {LEN: b"\2\0", INFO: b"\3"}
        elif self._is_light(entity, selector):
            pairs = {CUR: (self.led_mode, self.led_frequency), MIN: (0, 0), MAX: (3, 255)}
            pairs |= {RES: (1, 1), DEF: (3, 0)}
            values = {key: self._light(*pair) for key, pair in pairs.items()}
            values |= {LEN: struct.pack("<H", len(values[CUR])), INFO: b"\3"}
        else:
            raise StallError
        if request not in values:
            raise StallError
        return values[request]

    def _set(self, selector: int, interface: int, entity: int, data: bytes) -> None:
        if interface == 1 and selector in (1, 2):
            self._negotiate(data, commit=selector == 2)
        elif (entity, selector) == (d.CAMERA_TERMINAL, 0x11) and self.model.privacy:
            self.set_privacy(data[0] & 1, by="host")
        elif (entity, selector) == (d.PROCESSING_UNIT, 2):
            self.brightness = struct.unpack("<h", data)[0]
        elif self._is_light(entity, selector):
            start = 0 if selector == 1 else 1
            self.led_mode, self.led_frequency = data[start] & 3, data[start + 2]
            self._note("led_control", by="host")
        else:
            raise StallError

    def _negotiate(self, data: bytes, *, commit: bool) -> None:
        frame, interval = data[3], struct.unpack_from("<I", data, 4)[0]
        self.frame = frame if 1 <= frame <= len(self.model.sizes) else 1
        self.interval = max(10_000_000 // self.model.fps, interval)
        if commit:
            self._note("commit", size=self.size, interval=self.interval)

    def _probe(self) -> bytes:
        width, height = self.size
        payload = d.BULK_PAYLOAD if self.model.bulk else d.ISO_PACKET
        fields = (1, 1, self.frame, self.interval, 0, 0, 0, 0, 0, width * height * 2, payload)
        return struct.pack("<HBBIHHHHHII", *fields)

    def _is_light(self, entity: int, selector: int) -> bool:
        known = d.EXTENSIONS.get(self.model.extension)
        return known is not None and (entity, selector) == (d.EXTENSION_UNIT, known[2])

    def _light(self, mode: int, frequency: int) -> bytes:
        if self.model.extension == "v1":
            return bytes([mode, 0, frequency])
        return bytes([0, mode, 0, frequency, 0])
