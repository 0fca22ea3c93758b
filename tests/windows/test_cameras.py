"""Cameras that are registered with Windows are listed by SetupAPI and told for good."""

from camcheck.collect.windows.cameras import cameras
from camcheck.collect.windows.devices import VIDEO_CAMERA, devices
from camcheck.model import Bus, CameraKind


def test_no_camera_is_no_device():
    """On a machine without cameras the list is empty, and that is no error."""
    assert () == devices()


def test_registered_camera_is_listed(plug_in):
    """A USB camera has its name, its driver, its numbers and a link that the monitor names too."""
    link = plug_in("HD Webcam C525 ✓", hardware="VID_046D&PID_0826&MI_00", place="6&1a2b&0&0000")

    (device,) = devices()
    (camera,) = cameras([device])

    assert "HD Webcam C525 ✓" == camera.name
    assert (Bus.USB, CameraKind.PHYSICAL, "usbvideo") == (camera.bus, camera.kind, camera.driver)
    assert ("046d", "0826") == (camera.vendor_id, camera.product_id)
    assert VIDEO_CAMERA in device.categories
    assert [link] == [node.path for node in camera.nodes]


def test_serial_number_makes_the_identity(plug_in):
    """A camera with a serial number of its own is the same one at every port."""
    plug_in("Serial Cam", hardware="VID_1234&PID_5678", place="SN0042")

    (camera,) = cameras(devices())

    assert "usb:1234:5678:SN0042" == camera.id
