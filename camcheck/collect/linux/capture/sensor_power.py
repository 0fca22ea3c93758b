"""Sensors of built-in cameras that are not on USB (MIPI): whether the kernel has them powered.

A sensor driver wakes its sensor when a stream begins (enable_streams or s_stream in
drivers/media/i2c) and for moments while it is adjusted.
"""

import os

from camcheck.collect.linux.kernel.system import Roots, read_optional
from camcheck.collect.linux.nodes.roles import is_sensor
from camcheck.model import Camera, NodeKind

_LENS = "-VCM"  # the lens motor that ipu-bridge adds beside a sensor (drivers/media/pci/intel)


def sensors(roots: Roots, camera: Camera) -> list[str]:
    """The sysfs paths of the camera's image sensors: its sub-devices on an I2C bus.

    A lens is awake while somebody merely has it open, so it is no sensor.
    """
    base = f"{roots.sys}/class/video4linux"
    found = []
    for node in camera.nodes:
        name = os.path.basename(node.path)
        if node.kind is NodeKind.SUBDEVICE:
            device = os.path.realpath(f"{base}/{name}/device")
            bus = os.path.basename(os.path.realpath(f"{device}/subsystem"))
            sees = is_sensor(read_optional(f"{base}/{name}/name") or "")
            if bus == "i2c" and sees and not device.endswith(_LENS):
                found.append(device)
    return list(dict.fromkeys(found))


def sensor_power(roots: Roots, camera: Camera) -> tuple[tuple[str, str], ...]:
    """Path and runtime status of each sensor of the camera that tells it."""
    paths = [f"{sensor}/power/runtime_status" for sensor in sensors(roots, camera)]
    read = [(path, read_optional(path)) for path in paths]
    return tuple((path, status) for path, status in read if status in ("active", "suspended"))
