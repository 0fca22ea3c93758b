"""camcheck without a command."""

from camcheck.cli.run import run_scan


def run_guided() -> int:
    """Looks, and says what it found."""
    return run_scan()
