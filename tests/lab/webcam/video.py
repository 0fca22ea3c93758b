"""The webcam's pictures, and their way through waiting transfers to the host."""

import heapq
import time
from collections.abc import Callable

from . import descriptors as d
from .control import Controls
from .usbip import Port, Urb

PACKET_TIME = 0.001  # seconds
LATE = 0.5  # seconds behind the clock after which the pipe no longer tries to catch up
READOUT = 0.5  # of the time between two pictures: a sensor gives them out line by line


class Timers:
    """Things to do later, in order of time."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, when: float, what: Callable[[], None]) -> None:
        """Plans ``what`` for ``when`` (monotonic seconds)."""
        self._count += 1
        heapq.heappush(self._heap, (when, self._count, what))

    def run_due(self) -> None:
        """Does everything whose time has come."""
        while self._heap and self._heap[0][0] <= time.monotonic():
            heapq.heappop(self._heap)[2]()

    def pause(self) -> float:
        """Seconds until the next thing to do, one at most."""
        return min(max(0.0, self._heap[0][0] - time.monotonic()), 1.0) if self._heap else 1.0


class Sensor:
    """A moving test picture, cut into payloads with the header of the video class."""

    def __init__(self, controls: Controls) -> None:
        self._controls = controls
        self._payloads: list[bytes] = []
        self._toggle, self._next = 0, 0.0
        self._read, self._pace = 0.0, 0.0
        self.frames = 0

    def start(self) -> None:
        """Begins a stream with a fresh picture."""
        self._payloads, self._next = [], time.monotonic()

    @property
    def next_payload(self) -> float:
        """When the next part of a picture can be sent (monotonic seconds)."""
        return self._read if self._payloads else self._next

    @property
    def empty_payload(self) -> bytes:
        """A header without a picture: what a camera sends between two frames."""
        return bytes([2, 0x80 | self._toggle ^ 1])

    def payload(self, when: float) -> bytes:
        """The payload due at ``when``; empty when there is no picture yet."""
        if not self._payloads and when >= self._next:
            self._cut()
            apart = self._controls.interval / 1e7
            self._next = max(self._next + apart, when - LATE)
            self._read, self._pace = when, READOUT * apart / len(self._payloads)
        self._read += self._pace
        return self._payloads.pop(0) if self._payloads else b""

    def _cut(self) -> None:
        picture = self._picture()
        size = (d.BULK_PAYLOAD if self._controls.model.bulk else d.ISO_PACKET) - 2
        starts = range(0, len(picture), size)
        for start in starts:
            last = 2 if start == starts[-1] else 0
            head = bytes([2, 0x80 | self._toggle | last])
            self._payloads.append(head + picture[start : start + size])
        self._toggle ^= 1
        self.frames += 1

    def _picture(self) -> bytes:
        width, height = self._controls.size
        if self._controls.privacy:
            return b"\x10\x80" * (width * height)  # black
        shift = self.frames * 4
        row = bytes(value for x in range(width) for value in ((x + shift) & 255, 128))
        return row * height


class VideoPipe:
    """Transfers of the video endpoint that wait for pictures."""

    def __init__(self, *, port: Port, sensor: Sensor, timers: Timers) -> None:
        self._port, self._sensor, self._timers = port, sensor, timers
        self.waiting: dict[int, Urb] = {}
        self._next, self._generation = 0.0, 0
        self.bytes = 0

    def restart(self) -> None:
        """Begins a stream: nothing is owed from before."""
        self._next = time.monotonic()

    def submit(self, urb: Urb) -> None:
        """Takes a transfer; it is completed when its pictures are due."""
        self.waiting[urb.number] = urb
        if len(self.waiting) == 1:
            self._pump()

    def _pump(self) -> None:
        while self.waiting:
            urb = next(iter(self.waiting.values()))
            due = self._due(urb)
            if due > time.monotonic():
                self._wake(due)
                return
            if urb.packets:
                self._complete_packets(urb, due)
            else:
                content = self._sensor.payload(time.monotonic())[: urb.length]
                del self.waiting[urb.number]
                self.bytes += len(content)
                self._port.answer(urb, content)

    def _due(self, urb: Urb) -> float:
        if urb.packets:
            return max(self._next, urb.arrived) + len(urb.packets) * PACKET_TIME
        return self._sensor.next_payload

    def _complete_packets(self, urb: Urb, due: float) -> None:
        now = time.monotonic()
        self._next = due if now - due < LATE else now
        start = due - len(urb.packets) * PACKET_TIME
        contents = [
            self._sensor.payload(start + i * PACKET_TIME) or self._sensor.empty_payload
            for i in range(len(urb.packets))
        ]
        del self.waiting[urb.number]
        self.bytes += sum(map(len, contents))
        self._port.answer_packets(urb, contents)

    def _wake(self, when: float) -> None:
        self._generation += 1
        mine = self._generation

        def pump_unless_replanned() -> None:
            if mine == self._generation:
                self._pump()

        self._timers.at(when, pump_unless_replanned)
