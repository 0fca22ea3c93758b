"""Sensors of built-in cameras that are not on USB (MIPI): whether the kernel has them powered.

A sensor driver wakes its sensor when a stream begins (enable_streams or s_stream in
drivers/media/i2c) and for moments while it is adjusted.
"""

import os

from camcheck.collect.linux.kernel.system import Roots, read_optional

_LENS = "-VCM"  # the lens motor that ipu-bridge adds beside a sensor (drivers/media/pci/intel)


def sensors(roots: Roots) -> list[str]:
    """The sysfs paths of image sensors: sub-devices of cameras on an I2C bus."""
    base = f"{roots.sys}/class/video4linux"
    try:
        names = sorted(os.listdir(base))
    except OSError:
        return []
    found = []
    for name in names:
        if name.startswith("v4l-subdev"):
            device = os.path.realpath(f"{base}/{name}/device")
            bus = os.path.basename(os.path.realpath(f"{device}/subsystem"))
            if bus == "i2c" and not device.endswith(_LENS):
                found.append(device)
    return list(dict.fromkeys(found))


def sensor_power(roots: Roots) -> tuple[tuple[str, str], ...]:
    """Path and runtime status of each sensor that has one."""
    paths = [f"{sensor}/power/runtime_status" for sensor in sensors(roots)]
    read = [(path, read_optional(path)) for path in paths]
    return tuple((path, status) for path, status in read if status in ("active", "suspended"))
