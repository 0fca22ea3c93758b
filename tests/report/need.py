"""What a test needs of the system: skipped with the reason where it is missing, required in CI."""

import os
import shutil

import pytest


def need(program: str, *, package: str) -> str:
    """The path of ``program``. Where CI is set, that it is missing is a failure, not an excuse."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if path:
        return path
    reason = f"{program} is not there (Debian package {package})"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
