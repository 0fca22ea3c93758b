"""What the single file with the window runs: without words, as by a double-click, it opens it."""

import sys

if len(sys.argv) == 1:
    sys.argv.append("window")

import camcheck.__main__  # noqa: F401 - runs camcheck
