"""The webcam as a whole: USB/IP on one side, its control pipe and its record on the other."""

import errno
import os
import select
import time
from typing import Any

from . import descriptors as d
from . import light
from .control import LED_MODES, Controls, StallError
from .descriptors import Model
from .truth import Truth
from .usbip import Port, Unlink, UnpluggedError, Urb
from .video import Sensor, Timers, VideoPipe

QUIET = 0.3  # seconds


class Camera:
    """An emulated webcam, plugged in when made. Needs root and the module vhci-hcd."""

    def __init__(self, model: Model, *, led: str, truth: Truth, port: int | None = None) -> None:
        self.model, self.led, self.truth = model, led, truth
        self.since: float | None = None
        self.streams = 0
        self._lit: bool | str = False
        self._events: list[bytes] = []
        self._status: dict[int, Urb] = {}
        self.controls = Controls(
            model, note=self.note, stream=self.stream, tell_host=self._queue_event
        )
        self.timers, self.sensor = Timers(), Sensor(self.controls)
        self.port = Port(number=port)
        self.pipe = VideoPipe(port=self.port, sensor=self.sensor, timers=self.timers)
        self.note("attach")

    def facts(self) -> dict[str, Any]:
        """The truth of this moment."""
        return {
            "streaming": self.since is not None,
            "led": light.shows(self.led, mode=self.controls.led_mode, since=self.since),
            "policy": self.led,
            "led_control": LED_MODES[self.controls.led_mode],
            "privacy": self.controls.privacy,
            "frames": self.sensor.frames,
            "bytes": self.pipe.bytes,
            "streams": self.streams,
            "mode": "bulk" if self.model.bulk else "iso",
            "serial": self.model.serial,
            "port": self.port.number,
            "pid": os.getpid(),
        }

    def note(self, event: str, **more: object) -> None:
        """Records an event, and before it a change of the light that came with it."""
        facts = self.facts()
        if facts["led"] != self._lit:
            self._lit = facts["led"]
            self.truth.record("led", facts)
        self.truth.record(event, {**more, **facts})

    def stream(self, on: bool) -> None:
        """The host begins or ends a stream."""
        if on == (self.since is not None):
            return
        now = time.monotonic()
        self.since = now if on else None
        if on:
            self.streams += 1
            self.sensor.start()
            self.pipe.restart()
            _, _, seconds = self.led.partition(":")
            if seconds:
                self.timers.at(now + float(seconds) + 0.001, lambda: self.note("led_timer"))
        self.note("stream_on" if on else "stream_off")

    def serve(self, *, control: int | None, seconds: float) -> None:
        """Works until it is unplugged, told to quit through the pipe ``control``, or time is up."""
        poll = select.poll()
        poll.register(self.port.socket, select.POLLIN)
        if control is not None:
            poll.register(control, select.POLLIN)
        end, rest = time.monotonic() + seconds, b""
        try:
            while time.monotonic() < end:
                self.timers.run_due()
                for descriptor, _ in poll.poll(self.timers.pause() * 1000 + 0.5):
                    if descriptor != control:
                        self._serve_host()
                        continue
                    *lines, rest = (rest + os.read(control, 4096)).split(b"\n")
                    for line in lines:
                        self.command(line.decode())
        except UnpluggedError:
            pass
        finally:
            self.since = None
            self.note("detach")
            self.port.detach()

    def command(self, line: str) -> None:
        """Does what a line of the control pipe says."""
        match line.split():
            case ["led", policy] if light.is_policy(policy):
                self.led = policy
                self.note("policy")
            case ["privacy", ("0" | "1") as value]:
                self.controls.set_privacy(int(value), by="switch")
            case ["note"]:
                self.note("note")
            case ["quit"]:
                raise UnpluggedError
            case _:
                self.note("not_understood", line=line)

    def _serve_host(self) -> None:
        match self.port.receive():
            case Unlink() as unlink:
                waiting = (self._status, self.pipe.waiting)
                found = [urbs.pop(unlink.victim, None) for urbs in waiting]
                self.port.answer_unlink(unlink, found=any(found))
                if self.model.bulk and not self.pipe.waiting:
                    self.timers.at(time.monotonic() + QUIET, self._end_if_quiet)
            case Urb(endpoint=0) as urb:
                self._answer_control(urb)
            case Urb(endpoint=d.STATUS_ENDPOINT, inward=True) as urb:
                self._status[urb.number] = urb
                self._send_events()
            case Urb(endpoint=d.VIDEO_ENDPOINT, inward=True) as urb:
                if self.model.bulk:
                    self.stream(True)
                self.pipe.submit(urb)
            case Urb() as urb:
                self.port.answer(urb, status=-errno.EPIPE)

    def _end_if_quiet(self) -> None:
        """A bulk webcam is not told that a stream has ended: nobody asks it any more."""
        if not self.pipe.waiting:
            self.stream(False)

    def _answer_control(self, urb: Urb) -> None:
        try:
            data = self.controls.answer(urb.setup, urb.data)
        except StallError:
            self.port.answer(urb, status=-errno.EPIPE)
        else:
            self.port.answer(urb, data)

    def _queue_event(self, event: bytes) -> None:
        self._events.append(event)
        self._send_events()

    def _send_events(self) -> None:
        while self._status and self._events:
            number = next(iter(self._status))
            self.port.answer(self._status.pop(number), self._events.pop(0))
