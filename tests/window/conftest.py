"""A desktop for the tests of the window."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6", reason="PySide6 is not installed")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.monitor.conftest import camera as camera
from tests.window.desk import Desk, desktop


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A screen, a bus and notifications of the test's own."""
    with desktop(tmp_path) as made:
        yield made
