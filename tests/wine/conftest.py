"""Wine for the tests that need it: prepared once a session, or the reason why it cannot be had."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wine.winpython import CannotHaveError, Windows, compile_native, prepare

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def windows() -> Iterator[Windows]:
    """A Windows Python under Wine; without it the test is skipped, or failed where CI is set."""
    try:
        ready = prepare()
    except CannotHaveError as error:
        if os.environ.get("CI"):
            pytest.fail(f"needed in CI: {error}")
        pytest.skip(str(error))
    with open(ready.prefix.parent / "in-use", "w") as lock:
        # One run at a time: they share a registry.
        fcntl.flock(lock, fcntl.LOCK_EX)
        keeper = ready.keeper()
        try:
            yield ready
        finally:
            keeper.communicate()


@pytest.fixture(scope="session")
def built_monitor(windows: Windows) -> Path:
    """The stand-in for mfsensorgroup.dll, compiled."""
    built = windows.prefix.parent / "mfsensorgroup.dll"
    compile_native(HERE / "sensor_monitor.c", built, "-shared", "-Wall", "-Wno-unused")
    return built


@pytest.fixture
def monitor_library(windows: Windows, built_monitor: Path) -> Iterator[Path]:
    """The stand-in where Windows has the real one, for one test."""
    library = windows.system32 / built_monitor.name
    shutil.copy(built_monitor, library)
    yield library
    library.unlink()
