"""How many random cases a test tries: all in the whole run, a quarter in the everyday one."""

from typing import Any

from hypothesis import settings

_FEWEST = 5
share = 1.0
"""Of the cases; `tests/conftest.py` sets it before tests are collected."""


def examples(count: int, **more: Any) -> settings:
    """So many cases, and as much time as they need: a busy machine is no defect."""
    return settings(max_examples=max(round(count * share), _FEWEST), deadline=None, **more)
