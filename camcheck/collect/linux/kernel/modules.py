"""What the kernel counts of its modules (Documentation/ABI/stable/sysfs-module)."""

import os

from camcheck.collect.linux.kernel.system import Roots, read_optional


def module_path(roots: Roots, driver: str) -> str:
    """The folder of the driver's module: mostly of its name, else where its link leads.

    A driver can have another name than its module (rp1-cfe is of rp1_cfe): drivers/base/driver.c.
    """
    path = f"{roots.sys}/module/{driver}"
    if os.path.exists(path):
        return path
    buses = f"{roots.sys}/bus"
    try:
        names = sorted(os.listdir(buses))
    except OSError:
        return path
    links = (f"{buses}/{bus}/drivers/{driver}/module" for bus in names)
    return next((os.path.realpath(link) for link in links if os.path.exists(link)), path)


def reference_count(roots: Roots, driver: str) -> int | None:
    """Open files that the driver counts; None where it does not say."""
    base = module_path(roots, driver)
    text = read_optional(f"{base}/refcnt")
    if text is None or not text.strip().isdecimal():
        return None
    try:
        dependants = len(os.listdir(f"{base}/holders"))
    except OSError:
        dependants = 0
    return max(0, int(text) - dependants)
