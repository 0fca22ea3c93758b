"""python -m camcheck."""

from camcheck.cli import main

main()
