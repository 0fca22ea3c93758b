"""The window's sign on a real driver: a film, the person's word, and a second film that is quiet.

The interpreter and PySide6 are those of the tests, as for the self-test. How soon the sign changes
is told, and not judged: the guest's processor is emulated.
"""

import os
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest

from tests.window.desk import NEEDED

from .cache import REPOSITORY


@pytest.fixture(scope="module")
def told(lab: Callable[..., Any]) -> dict[str, Any]:
    """What the sign and the desktop said; see tests/window/course.py."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if find_spec("PySide6") is None or missing:
        assert not os.environ.get("CI"), f"PySide6 and {missing} are needed"
        pytest.skip("it needs PySide6 and the packages of tests/packages-window.txt")
    answer: dict[str, Any] = lab("window", sys.executable, str(REPOSITORY), timeout=3000)
    return answer


def test_the_sign_says_that_the_program_films(told: dict[str, Any]) -> None:
    """Each time, and by its name: the real driver says that pictures flow."""
    assert told["first"]["films"] > 0
    assert told["second"]["films"] > 0


def test_that_was_me_makes_the_next_film_quiet(told: dict[str, Any]) -> None:
    """One notification, of the first."""
    assert 1 == len(told["told"])
    assert told["told"][0].startswith("stream ")
    assert told["told"] == told["later"]
