"""The emulated webcam: what its light shows, what it answers."""

import struct
import time
from typing import Any

import pytest

from .webcam import descriptors as d
from .webcam.control import CUR, LED_MODES, Controls, StallError
from .webcam.light import is_policy, shows
from .webcam.video import READOUT, Sensor

AUTO = LED_MODES.index("auto")


def controls(model: d.Model, heard: list[Any]) -> Controls:
    """The controls of a webcam; what they report is added to ``heard``."""
    return Controls(
        model,
        note=lambda event, **more: heard.append(event),
        stream=heard.append,
        tell_host=heard.append,
    )


@pytest.mark.parametrize("bulk", [False, True])
def test_lengths_inside_the_configuration_add_up(bulk: bool) -> None:
    """Walking the descriptors by their lengths ends exactly at wTotalLength."""
    block = d.configuration(d.Model(bulk=bulk))
    position = 0
    while position < len(block):
        position += block[position]

    assert len(block) == position == struct.unpack_from("<H", block, 2)[0]


def test_isochronous_streaming_follows_the_alternate_setting() -> None:
    """SET_INTERFACE 1 begins a stream, 0 ends it; a bulk webcam has no such setting."""
    heard: list[Any] = []
    iso, bulk = controls(d.Model(), heard), controls(d.Model(bulk=True), heard)
    for value in (1, 0):
        iso.answer(struct.pack("<BBHHH", 1, 11, value, 1, 0), b"")

    assert [True, False] == heard
    with pytest.raises(StallError):
        bulk.answer(struct.pack("<BBHHH", 1, 11, 1, 1, 0), b"")


@pytest.mark.parametrize(("extension", "selector"), [("v1", 1), ("v3", 9)])
def test_the_light_can_be_switched_off_by_the_host(extension: str, selector: int) -> None:
    """Logitech's control is read and written; an honest light then stays dark."""
    camera = controls(d.Model(extension=extension), [])
    index = d.EXTENSION_UNIT << 8
    size = {"v1": 3, "v3": 5}[extension]
    camera.answer(struct.pack("<BBHHH", 0x21, 1, selector << 8, index, size), bytes(size))
    now = camera.answer(struct.pack("<BBHHH", 0xA1, CUR, selector << 8, index, size), b"")

    assert bytes(size) == now
    assert not shows("honest", mode=camera.led_mode, since=time.monotonic())
    assert shows("wired", mode=camera.led_mode, since=time.monotonic())


@pytest.mark.parametrize("late", [0.0, 10.0])
def test_a_bulk_picture_is_sent_while_the_sensor_gives_it_out(late: float) -> None:
    """In five parts over half the time between two pictures, also when the webcam is late."""
    sensor = Sensor(controls(d.Model(bulk=True), []))
    sensor.start()
    first = sensor.next_payload + late
    begun = [first]
    assert sensor.payload(first)
    while sensor.payload(now := sensor.next_payload) and sensor.frames == 1:
        begun.append(now)

    assert 5 == len(begun)
    assert begun[-1] - first == pytest.approx(READOUT * 0.1 * 4 / 5)


def test_a_closed_shutter_is_an_event_for_the_host_unless_the_host_closed_it() -> None:
    """The privacy control changes at the device, or by software."""
    heard: list[Any] = []
    camera = controls(d.Model(), heard)
    camera.set_privacy(1, by="switch")
    camera.set_privacy(0, by="host")

    assert ["privacy", bytes([1, d.CAMERA_TERMINAL, 0, 0x11, 0, 1]), "privacy"] == heard


@pytest.mark.parametrize(
    ("policy", "age", "lit"),
    [
        ("honest", None, False),
        ("honest", 0.0, True),
        ("dark", 9.0, False),
        ("on", None, True),
        ("late:2", 1.0, False),
        ("late:2", 3.0, True),
        ("blip:2", 1.0, True),
        ("blip:2", 3.0, False),
    ],
)
def test_what_the_light_shows(policy: str, age: float | None, lit: bool) -> None:
    """Honest and dishonest lights, by the age of the stream in seconds."""
    since = None if age is None else time.monotonic() - age

    assert is_policy(policy)
    assert lit is shows(policy, mode=AUTO, since=since)


@pytest.mark.parametrize("text", ["", "honest:1", "late", "late:soon", "green"])
def test_unknown_policies_are_refused(text: str) -> None:
    """A word that is no policy is not taken for one."""
    assert not is_policy(text)
