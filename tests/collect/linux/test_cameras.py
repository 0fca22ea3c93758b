"""Cameras are listed from sysfs, each once, with an identity that lasts."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camcheck.collect.linux.cameras import collect_cameras
from camcheck.model import Bus, CameraKind, Fact, NodeKind, Reason
from tests.collect.linux.sysfs import PCI, Sysfs


@pytest.fixture
def sysfs(tmp_path):
    return Sysfs(tmp_path)


def cameras(sysfs):
    found, gaps = collect_cameras(sysfs.roots())
    assert () == gaps
    return found


def only_camera(sysfs):
    (camera,) = cameras(sysfs)
    return camera


def kinds(camera):
    return {os.path.basename(node.path): node.kind for node in camera.nodes}


def test_a_webcam_is_one_camera_with_all_its_nodes(sysfs):
    """Metadata, media and raw USB nodes belong to their camera and are no cameras themselves."""
    sysfs.webcam()

    camera = only_camera(sysfs)

    assert ("usb:046d:082c:S1", "Webcam") == (camera.id, camera.name)
    assert (Bus.USB, CameraKind.PHYSICAL, "uvcvideo") == (camera.bus, camera.kind, camera.driver)
    assert "usb-0000:00:14.0-1" == camera.location
    assert {
        "video0": NodeKind.CAPTURE,
        "video1": NodeKind.METADATA,
        "media0": NodeKind.MEDIA,
        "002": NodeKind.USB,
    } == kinds(camera)
    assert ("1-1:1.0=uvcvideo", "1-1:1.1=uvcvideo") == camera.interfaces


def test_the_identity_survives_another_port_and_another_number(tmp_path):
    """A camera with a serial number keeps its id wherever it is plugged in."""
    one, two = Sysfs(tmp_path / "one"), Sysfs(tmp_path / "two")
    one.webcam("1-1")
    two.webcam("1-4", first=6)

    assert only_camera(one).id == only_camera(two).id


def test_a_camera_without_serial_number_is_known_by_its_port(sysfs):
    """Without a serial number, the place is what lasts."""
    sysfs.webcam(serial=None)

    assert "usb:046d:082c@usb-0000:00:14.0-1" == only_camera(sysfs).id


def test_two_cameras_with_one_serial_number_stay_two(sysfs):
    """Cheap webcams share a serial number; the port tells them apart."""
    sysfs.webcam("1-1")
    sysfs.webcam("1-2", first=2)

    assert [
        "usb:046d:082c:S1@usb-0000:00:14.0-1",
        "usb:046d:082c:S1@usb-0000:00:14.0-2",
    ] == [camera.id for camera in cameras(sysfs)]


def test_a_video_class_device_without_a_driver_is_a_camera(sysfs):
    """Unbinding the driver does not make a camera disappear from the list."""
    path = sysfs.usb()
    sysfs.interface(path, 0, driver=None)

    camera = only_camera(sysfs)

    assert None is camera.driver
    assert ("1-1:1.0=none",) == camera.interfaces
    assert {"002": NodeKind.USB} == kinds(camera)


def test_an_interface_taken_by_a_program_is_told(sysfs):
    """usbfs is the driver of an interface that a program has claimed."""
    path = sysfs.usb()
    sysfs.interface(path, 0, driver="uvcvideo")
    sysfs.interface(path, 1, driver="usbfs")

    camera = only_camera(sysfs)

    assert "uvcvideo" == camera.driver
    assert ("1-1:1.0=uvcvideo", "1-1:1.1=usbfs") == camera.interfaces


def test_a_usb_device_of_another_class_is_no_camera(sysfs):
    """A keyboard is not listed."""
    sysfs.interface(sysfs.usb(), 0, driver="usbhid", kind="03")

    assert () == cameras(sysfs)


def test_a_camera_with_a_driver_of_its_own_is_a_usb_camera(sysfs):
    """Old webcams (gspca) show a vendor class, and a node all the same."""
    control = sysfs.interface(sysfs.usb(), 0, driver="gspca_zc3xx", kind="ff")
    sysfs.video(control, "video0", "81:0", label="USB Camera")

    camera = only_camera(sysfs)

    assert (Bus.USB, "gspca_zc3xx") == (camera.bus, camera.driver)
    assert ("1-1:1.0=gspca_zc3xx",) == camera.interfaces


@pytest.mark.parametrize("label", ["Integrated IR Camera", "Webcam: Infrared", "Infra-red cam"])
def test_a_camera_that_sees_infrared_alone_is_told(sysfs, label):
    """Cameras for login by face are named as such."""
    control = sysfs.interface(sysfs.usb(product="Integrated Camera"), 0, driver="uvcvideo")
    sysfs.video(control, "video0", "81:0", label=label)

    assert CameraKind.INFRARED == only_camera(sysfs).kind


@pytest.mark.parametrize("label", ["AIR Camera", "Firefly", "Webcam"])
def test_a_name_with_those_letters_is_not_infrared(sysfs, label):
    """IR counts as a word of its own."""
    control = sysfs.interface(sysfs.usb(product=label), 0, driver="uvcvideo")
    sysfs.video(control, "video0", "81:0", label=label)

    assert CameraKind.PHYSICAL == only_camera(sysfs).kind


def test_a_second_picture_node_that_udev_knows_is_no_metadata_node(sysfs):
    """Where the driver makes no metadata node, an odd index is a second stream of pictures."""
    control = sysfs.interface(sysfs.usb(), 0, driver="uvcvideo")
    for index in (0, 1):
        sysfs.video(control, f"video{index}", f"81:{index}", index=index)
        sysfs.udev(f"81:{index}", ":capture:")

    assert NodeKind.CAPTURE == kinds(only_camera(sysfs))["video1"]


def test_a_vivid_instance_is_one_virtual_camera(sysfs):
    """The nodes of a vivid instance share its name; touch and output nodes are told apart."""
    parent = "devices/platform/vivid.0"
    sysfs.link(f"{parent}/driver", "bus/platform/drivers/vivid")
    labels = ("vid-cap", "vid-out", "meta-cap", "touch-cap")
    for number, label in enumerate(labels):
        name = f"v4l-touch{number}" if label == "touch-cap" else f"video{number}"
        sysfs.video(parent, name, f"81:{number}", label=f"vivid-000-{label}")
    sysfs.video(parent, "video9", "81:9", label="vivid-001-vid-cap")

    first, second = cameras(sysfs)

    assert ("virtual:vivid-000", CameraKind.VIRTUAL, "vivid") == (
        first.id,
        first.kind,
        first.driver,
    )
    assert {
        "video0": NodeKind.CAPTURE,
        "video1": NodeKind.OUTPUT,
        "video2": NodeKind.METADATA,
        "v4l-touch3": NodeKind.METADATA,
    } == kinds(first)
    assert "virtual:vivid-001" == second.id


@pytest.mark.parametrize("attribute", ["max_openers", "buffers"])
def test_a_loopback_device_is_a_virtual_camera_known_by_its_label(sysfs, attribute):
    """The node number of a loopback device is chance, its label is not."""
    path = sysfs.video("devices/virtual", "video7", "81:7", label="OBS Virtual Camera")
    sysfs.write(f"{path}/{attribute}", "10")

    camera = only_camera(sysfs)

    assert ("virtual:v4l2loopback:OBS Virtual Camera", "v4l2loopback") == (camera.id, camera.driver)
    assert CameraKind.VIRTUAL == camera.kind


def test_a_virtual_device_of_an_unknown_driver_is_listed(sysfs):
    """A virtual device that does not tell its driver is a camera still."""
    sysfs.video("devices/virtual", "video7", "81:7", label="Something")

    camera = only_camera(sysfs)

    assert ("virtual:virtual:Something", "virtual") == (camera.id, camera.driver)


def test_two_loopback_devices_of_one_label_stay_two(sysfs):
    """Two devices of one label are two cameras."""
    sysfs.video("devices/virtual", "video7", "81:7", label="Dummy")
    sysfs.video("devices/virtual", "video8", "81:8", label="Dummy")

    assert 2 == len({camera.id for camera in cameras(sysfs)})


def test_a_pci_camera_is_known_by_its_place(sysfs):
    """A camera of the mainboard has a driver, nodes of several kinds, and a place."""
    parent = f"{PCI}/0000:00:05.0"
    sysfs.link(f"{parent}/driver", "bus/pci/drivers/intel-ipu6")
    sysfs.video(parent, "video0", "81:0", label="Intel IPU6 ISYS Capture 0")
    sysfs.video(parent, "v4l-subdev0", "81:64", label="Intel IPU6 CSI2 0")

    camera = only_camera(sysfs)

    assert ("pci:pci0000:00/0000:00:14.0/0000:00:05.0", Bus.PCI) == (camera.id, camera.bus)
    assert NodeKind.SUBDEVICE == kinds(camera)["v4l-subdev0"]


def test_a_codec_is_no_camera(sysfs):
    """udev says that a decoder captures nothing: it is not listed."""
    parent = "devices/platform/codec"
    sysfs.link(f"{parent}/driver", "bus/platform/drivers/codec")
    sysfs.video(parent, "video10", "81:10", label="bcm2835-codec-decode")
    sysfs.udev("81:10", ":")
    sysfs.video(parent, "video11", "81:11", label="encoder")
    sysfs.udev("81:11", ":video_output:")

    assert () == cameras(sysfs)


def test_a_device_of_which_udev_says_nothing_is_listed(sysfs):
    """Rather one camera too many than one too few."""
    parent = "devices/platform/eye"
    sysfs.link(f"{parent}/driver", "bus/platform/drivers/eye")
    sysfs.video(parent, "video10", "81:10", label="eye-image")

    assert Bus.PLATFORM == only_camera(sysfs).bus


def test_a_machine_without_cameras_has_none_and_no_gap(sysfs):
    """No class folder: the kernel never had such a device."""
    assert () == cameras(sysfs)


def test_missing_sysfs_is_a_gap(tmp_path):
    """Without sysfs nothing can be said about cameras."""
    sysfs = Sysfs(tmp_path)
    found, (gap,) = collect_cameras(sysfs.roots(sys=str(tmp_path / "nowhere")))

    assert () == found
    assert (Fact.CAMERAS, Reason.MISSING) == (gap.fact, gap.reason)


def test_a_class_folder_that_cannot_be_listed_is_a_gap(sysfs):
    """What cannot be listed may hold cameras."""
    sysfs.webcam()
    (sysfs.sys / "bus/media/devices").rename(sysfs.sys / "bus/media/was")
    (sysfs.sys / "bus/media/devices").write_text("")

    found, (gap,) = collect_cameras(sysfs.roots())

    assert 1 == len(found)
    assert (Fact.CAMERAS, Reason.DENIED) == (gap.fact, gap.reason)


def test_a_node_without_a_device_number_is_a_gap(sysfs):
    """A node whose holders cannot be looked for is told."""
    path = sysfs.webcam()
    (sysfs.sys / path / "1-1:1.0/video4linux/video0/dev").write_text("")

    found, (gap,) = collect_cameras(sysfs.roots())

    assert ["usb:046d:082c:S1"] == [camera.id for camera in found]
    assert (Fact.CAMERAS, "/dev/video0") == (gap.fact, gap.subject[-11:])


def test_what_a_camera_does_not_tell_is_a_gap(sysfs):
    """A field that cannot be read is named, not invented."""
    sysfs.webcam(idVendor=None, devnum=None, idProduct="082c")
    # idVendor makes a folder a USB device for its nodes: without it the interface alone speaks
    found, gaps = collect_cameras(sysfs.roots())

    assert 1 == sum(camera.bus is Bus.USB for camera in found)
    assert any("vendor_id, nodes" in gap.detail for gap in gaps)


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
)
def test_no_text_of_a_device_breaks_the_list(tmp_path_factory, product, serial):
    """Whatever a device calls itself, there is one camera, and its other fields are its own."""
    sysfs = Sysfs(tmp_path_factory.mktemp("sysfs"))
    sysfs.webcam(product=product, serial=serial)

    found, _ = collect_cameras(sysfs.roots())

    assert [("046d", "082c", "uvcvideo")] == [
        (camera.vendor_id, camera.product_id, camera.driver) for camera in found
    ]
