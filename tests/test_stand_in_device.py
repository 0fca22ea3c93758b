"""The device that stands for a camera is one that nobody else holds."""

import os
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("devices of Linux", allow_module_level=True)

from tests.stand_in_device import free_device

DEVICES = ("full", "zero")


@pytest.fixture(autouse=True)
def apart(monkeypatch):
    """The claims of other runs, which may have these devices, do not count here."""
    from tests import stand_in_device

    monkeypatch.setattr(stand_in_device, "CLAIM", f"camcheck-test-of-claims-{os.getpid()}")


@pytest.fixture
def only_full(monkeypatch):
    """As if nobody had /dev/zero open, which ordinary programs do."""
    from tests import stand_in_device

    look, zero = stand_in_device._holder, os.stat("/dev/zero").st_rdev
    monkeypatch.setattr(
        stand_in_device, "_holder", lambda number: None if number == zero else look(number)
    )


def test_a_device_that_somebody_holds_is_left_out(only_full):
    """The next one takes its place, and the first is back when it is free again."""
    with free_device(DEVICES) as before:
        pass
    with open("/dev/full", "rb", buffering=0), free_device(DEVICES) as meanwhile:
        pass

    assert ("/dev/full", "/dev/zero") == (before.path, meanwhile.path)
    assert "1:7" == before.text


def test_two_runs_take_different_devices(only_full):
    """A claim lasts as long as its use."""
    with free_device(DEVICES) as first, free_device(DEVICES) as second:
        pass
    with free_device(DEVICES) as again:
        pass

    assert ["/dev/full", "/dev/zero", "/dev/full"] == [first.path, second.path, again.path]


def test_without_a_free_device_the_reason_is_told():
    """Which device, and who holds it."""
    sentence = f"no device is free .*/dev/full: process {os.getpid()} holds it.*/dev/none: No such"
    with (
        open("/dev/full", "rb", buffering=0),
        pytest.raises(RuntimeError, match=sentence),
        free_device(("full", "none")),
    ):
        pass
