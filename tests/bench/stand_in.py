"""camcheck with a stand-in camera: sysfs of a webcam whose node is another character device.

Usage: python -P tests/bench/stand_in.py SYSFS scan. The device number in SYSFS is that of
/dev/full, which has no side effects and can be held without a camera.
"""

import sys
from collections.abc import Callable

from camcheck import bounded
from camcheck.cli import main

_watched = bounded.watched


def run(sysfs: str, arguments: list[str]) -> None:
    """Runs the command line with another sysfs; everything else is real.

    The collector is loaded where it always is, in the child that looks.
    """
    bounded.watched = lambda look: _watched(lambda: _looking_at(sysfs, look))
    sys.argv[1:] = arguments
    main()


def _looking_at(sysfs: str, look: Callable[[], object]) -> object:
    from camcheck.collect import linux

    collect = linux.collect
    linux.collect = lambda **asked: collect(linux.Roots(sys=sysfs), **asked)
    bounded.watched = _watched
    return look()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
