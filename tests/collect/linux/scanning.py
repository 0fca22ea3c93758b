"""A scan by a process of its own: python scanning.py USER ROOT=PLACE... Prints the facts as JSON.

Run with a library in LD_PRELOAD, it sees what every program sees on a machine where that library
stands in /etc/ld.so.preload. Everything is loaded before root is given up.
"""

import json
import os
import sys

from camcheck.collect import linux, watched
from camcheck.serial import to_plain

if __name__ == "__main__":
    uid, *places = sys.argv[1:]
    roots = linux.Roots(**dict(place.split("=", 1) for place in places))
    linux.collect(roots)
    if uid != "0":
        os.setgroups([])
        os.setresgid(int(uid), int(uid), int(uid))
        os.setresuid(int(uid), int(uid), int(uid))
    snapshot = watched(lambda: linux.collect(roots))
    json.dump(to_plain(snapshot), sys.stdout)
