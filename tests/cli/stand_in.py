"""camcheck with a stand-in camera: python -m tests.cli.stand_in FOLDER ARGUMENTS...

FOLDER has sys, dev, run and etc as the tests of the collector build them; /proc is real.
"""

import sys

from camcheck.cli import main
from camcheck.collect import linux

_collect = linux.collect

if __name__ == "__main__":
    places = {name: f"{sys.argv[1]}/{name}" for name in ("sys", "dev", "run", "etc")}
    linux.collect = lambda: _collect(linux.Roots(**places))
    main(sys.argv[2:])
