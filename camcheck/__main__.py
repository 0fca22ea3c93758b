"""python -m camcheck, and the single file."""

from camcheck.cli import main

main()
