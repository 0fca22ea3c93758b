"""Lights, their settings and shutters in a tree like sysfs."""

import os

import pytest

from camcheck.collect.linux import collect_cameras
from camcheck.collect.linux.indicators.look import IndicatorLook
from camcheck.collect.linux.kernel.usb import firmware, interfaces, light_control
from camcheck.model import Bus, CameraKind, IndicatorKind, IndicatorState, Trust
from tests.builders import a_camera
from tests.collect.linux.sysfs import PCI, Sysfs
from tests.lab.webcam.descriptors import Model, configuration, device

USB = f"{PCI}/usb1/1-1"
ON, OFF, UNSEEN = IndicatorState.ON, IndicatorState.OFF, IndicatorState.NOT_OBSERVABLE
OVERRIDE = "module/uvcvideo/parameters/allow_privacy_override"


@pytest.fixture
def tree(tmp_path):
    sysfs = Sysfs(tmp_path)
    sysfs.webcam()
    return sysfs


def light_up(tree, name, parent, brightness):
    tree.write(f"{parent}/leds/{name}/brightness", str(brightness))
    tree.link(f"class/leds/{name}", f"{parent}/leds/{name}")


def look_at(tree, cameras=None, between=lambda: None):
    """Kind, state and trust of every indicator; the gaps."""
    roots = tree.roots()
    look = IndicatorLook(roots, collect_cameras(roots)[0] if cameras is None else cameras)
    between()
    found, gaps = look.finish()
    return [(row.kind, row.state, row.trust) for row in found], gaps


@pytest.mark.parametrize(("brightness", "state"), [(0, OFF), (1, ON), (255, ON)])
def test_a_light_of_the_cameras_own_device_is_read(tree, brightness, state):
    """An LED below the USB device belongs to the camera."""
    light_up(tree, "x::privacy_led", USB, brightness)
    found, _ = look_at(tree)

    assert [(IndicatorKind.LED, state, Trust.KERNEL)] == found


def test_the_light_of_a_usb_webcam_is_not_observable(tree):
    """Its firmware drives it: never "off"."""
    found, gaps = look_at(tree)

    assert [(IndicatorKind.LED, UNSEEN, Trust.FIRMWARE)] == found
    assert () == gaps


def test_the_light_of_a_sensor_is_not_that_of_a_usb_webcam(tree):
    """A dark light of a built-in sensor says nothing about the webcam that is plugged in."""
    light_up(tree, "OVTI02C1_00::privacy_led", "devices/platform/int3472", 0)
    found, _ = look_at(tree)

    assert [(IndicatorKind.LED, UNSEEN, Trust.FIRMWARE)] == found


def test_the_light_of_a_sensor_belongs_to_the_camera_behind_it(tree):
    """A camera on PCI (IPU6) has the privacy light of its sensor."""
    light_up(tree, "OVTI02C1_00::privacy_led", "devices/platform/int3472", 1)
    camera = a_camera(bus=Bus.PCI, driver="intel-ipu6-isys", interfaces=())
    found, _ = look_at(tree, (camera,))

    assert [(IndicatorKind.LED, ON, Trust.KERNEL)] == found


def test_an_infrared_flood_light_is_no_privacy_light(tree):
    """…::ir_flood_led lights faces for the login; it tells nothing to the user."""
    light_up(tree, "OVTI02C1_00::ir_flood_led", "devices/platform/int3472", 0)
    camera = a_camera(bus=Bus.PCI, interfaces=())
    found, _ = look_at(tree, (camera,))

    assert [(IndicatorKind.LED, UNSEEN, Trust.NOT_OBSERVABLE)] == found


@pytest.mark.parametrize(("removable", "state"), [("fixed", OFF), ("removable", UNSEEN)])
def test_a_light_that_programs_switch_belongs_to_built_in_cameras(tree, removable, state):
    """asus::camera is the light of the camera in the lid, not of one on a cable."""
    tree.write(f"{USB}/removable", removable)
    light_up(tree, "asus::camera", "devices/platform/asus-nb-wmi", 0)
    found, _ = look_at(tree)

    assert [state] == [row[1] for row in found]
    assert removable != "fixed" or Trust.SOFTWARE is found[0][2]


def test_a_light_that_cannot_be_read_is_not_off(tree):
    """What cannot be read is not observable, and a gap tells it."""
    light_up(tree, "x::privacy_led", USB, 0)
    path = tree.sys / f"{USB}/leds/x::privacy_led/brightness"
    os.unlink(path)
    path.mkdir()
    found, gaps = look_at(tree)

    assert [UNSEEN] == [row[1] for row in found]
    assert ["x::privacy_led"] == [gap.subject for gap in gaps]


def test_a_light_that_changes_meanwhile_is_neither_on_nor_off(tree):
    """Two looks that differ are no state."""
    light_up(tree, "x::privacy_led", USB, 0)
    name = f"{USB}/leds/x::privacy_led/brightness"
    found, _ = look_at(tree, between=lambda: tree.write(name, "1"))

    assert [UNSEEN] == [row[1] for row in found]


def test_a_virtual_camera_has_no_light(tree):
    """It is said so: trust none."""
    camera = a_camera(bus=Bus.VIRTUAL, kind=CameraKind.VIRTUAL, interfaces=())
    found, _ = look_at(tree, (camera,))

    assert [(IndicatorKind.LED, UNSEEN, Trust.NONE)] == found


@pytest.mark.parametrize(
    ("parameter", "state", "trust"),
    [("N", ON, Trust.KERNEL), ("Y", OFF, Trust.KERNEL), (None, UNSEEN, Trust.NONE)],
)
@pytest.mark.parametrize("extension", ["v1", "v3"])
def test_the_protection_of_a_settable_light(tree, extension, parameter, state, trust):
    """The extension unit is found in the descriptors; since Linux 7.2 the kernel guards it."""
    model = Model(extension=extension)
    path = tree.sys / f"{USB}/descriptors"
    path.write_bytes(device(model) + configuration(model))
    if parameter:
        tree.write(OVERRIDE, parameter)
    found, _ = look_at(tree)

    assert (IndicatorKind.LED_MODE, UNSEEN, Trust.SOFTWARE) in found
    assert (IndicatorKind.LED_PROTECTION, state, trust) in found


def test_a_camera_without_such_a_unit_has_no_setting(tree):
    """The near miss: another camera of the same vendor."""
    model = Model(extension="none")
    (tree.sys / f"{USB}/descriptors").write_bytes(device(model) + configuration(model))
    tree.write(OVERRIDE, "Y")
    found, _ = look_at(tree)

    assert [IndicatorKind.LED] == [row[0] for row in found]


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_damaged_descriptors_are_no_descriptors(cut):
    """They come from the device: whatever it sends, nothing breaks."""
    whole = device(Model()) + configuration(Model())
    hostile = bytes(255 - byte for byte in whole)

    assert None is light_control(hostile[cut:])
    assert isinstance(interfaces(hostile[cut:]), tuple)
    assert None is firmware(b"\x12")


def test_what_a_camera_says_of_itself():
    """Its functions, without alternates, and its release number."""
    data = device(Model()) + configuration(Model())

    assert ("0e/01/00", "0e/02/00") == interfaces(data)
    assert "0.11" == firmware(data)


DELL = (
    "bus/wmi/drivers/dell-privacy/6932965F-1671-4CEB-B988-D3AB0A901919/dell_privacy_current_state"
)


@pytest.mark.parametrize(
    ("file", "text", "state"),
    [
        (DELL, "[Microphone] [unmuted]\n[Camera Shutter] [muted]", ON),
        (DELL, "[Microphone] [muted]\n[Camera Shutter] [unmuted]", OFF),
        ("bus/platform/devices/VPC2004:00/camera_power", "0", ON),
        ("bus/platform/devices/VPC2004:00/camera_power", "1", OFF),
        ("devices/platform/asus-nb-wmi/camera", "0", ON),
    ],
)
def test_a_laptops_own_switch_is_told(tree, file, text, state):
    """For a shutter, "on" means that it blocks the camera."""
    tree.write(f"{USB}/removable", "fixed")
    tree.write(file, text)
    found, _ = look_at(tree)

    assert (IndicatorKind.SHUTTER, state, Trust.FIRMWARE) in found


def test_a_lens_cover_whose_position_is_denied_is_not_observable(tree):
    """The capability is readable by all, the position is not."""
    tree.write(f"{USB}/removable", "fixed")
    tree.write("class/input/input5/capabilities/sw", "200")
    (tree.sys / "class/input/input5/event5").mkdir()
    tree.write("class/input/input6/capabilities/sw", "1")
    (tree.sys / "class/input/input6/event6").mkdir()
    found, _ = look_at(tree)

    assert [UNSEEN] == [row[1] for row in found if row[0] is IndicatorKind.SHUTTER]
