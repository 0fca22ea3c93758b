"""Tests about what only some systems have: left out elsewhere, and the reason is shown."""

import os

import pytest


def of_unix(reason: str) -> pytest.MarkDecorator:
    """For a test that Windows has nothing to answer to."""
    return pytest.mark.skipif(os.name != "posix", reason=f"about Unix: {reason}")
