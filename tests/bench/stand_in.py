"""camcheck with a stand-in camera: sysfs of a webcam whose node is another character device.

Usage: python -P tests/bench/stand_in.py SYSFS scan. The device number in SYSFS is that of
/dev/full, which has no side effects and can be held without a camera.
"""

import sys

from camcheck.cli import main
from camcheck.collect import linux

_collect = linux.collect


def run(sysfs: str, arguments: list[str]) -> None:
    """Runs the command line with another sysfs; everything else is real."""
    linux.collect = lambda **asked: _collect(linux.Roots(sys=sysfs), **asked)
    sys.argv[1:] = arguments
    main()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
