"""What a USB camera says of itself, condensed for the comparison with an earlier day."""

import hashlib

from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.kernel.usb import (
    firmware,
    interfaces,
    usb_descriptors,
    usb_device,
)
from camcheck.model import Camera, CameraPrint


def camera_prints(
    cameras: tuple[Camera, ...], roots: Roots | None = None
) -> tuple[CameraPrint, ...]:
    """The prints of all USB cameras whose descriptors can be read."""
    roots = roots or Roots()
    found = []
    for camera in cameras:
        device = usb_device(roots, camera)
        data = usb_descriptors(device) if device else b""
        if data:
            functions = tuple(sorted(interfaces(data)))
            digest = hashlib.sha256(data).hexdigest()
            release = firmware(data)
            found.append(
                CameraPrint(camera.id, camera.name, camera.driver, release, functions, digest)
            )
    return tuple(sorted(found, key=lambda known: known.camera))
