"""What the kernel counts of its modules (Documentation/ABI/stable/sysfs-module)."""

import os

from camcheck.collect.linux.kernel.system import Roots, read_optional


def reference_count(roots: Roots, driver: str) -> int | None:
    """Open files that the driver counts; None where it does not say."""
    base = f"{roots.sys}/module/{driver}"
    text = read_optional(f"{base}/refcnt")
    if text is None or not text.strip().isdecimal():
        return None
    try:
        dependants = len(os.listdir(f"{base}/holders"))
    except OSError:
        dependants = 0
    return max(0, int(text) - dependants)
