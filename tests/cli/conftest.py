"""Real runs of the command line, with a stand-in camera where one is needed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.apart import ordinary_machine
from tests.collect.linux.conftest import stand_in  # noqa: F401 a fixture

ROOT = Path(__file__).parents[2]


def environment(**changes: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "SUDO_UID")}
    return {**kept, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm", **changes}


@pytest.fixture(autouse=True)
def undisturbed() -> Iterator[None]:
    """What a scan ends with is what the test has made, and nothing of another part of the tests."""
    with ordinary_machine():
        yield


@pytest.fixture
def camcheck() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `python -m camcheck`, or camcheck with the stand-in below ``machine``."""

    def run(*arguments: str, machine: Path | None = None, **options):
        module = ["tests.cli.stand_in", str(machine)] if machine else ["camcheck"]
        defaults = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment()}
        return subprocess.run(
            [sys.executable, "-m", *module, *arguments],
            text=True,
            timeout=120,
            **{**defaults, **options},
        )

    return run
