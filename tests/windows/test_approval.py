"""Approval of a program that runs on Windows: by what its file holds."""

import shutil
import sys
from pathlib import Path

import pytest

from camcheck.approval import approval_of, matches
from camcheck.collect.windows.processes import processes
from camcheck.model import ExeState


@pytest.fixture
def process(program):
    """The running program as the collector describes it."""
    found, _ = processes()
    return next(one for one in found if one.pid == program.pid)


def test_approved_program_is_recognised(process):
    """By the digest of its file, wherever that lies."""
    assert matches(approval_of(process.exe), process)


def test_other_program_of_that_name_is_not(process, tmp_path):
    """The name is no identity, on no system."""
    other = tmp_path / "other" / Path(process.exe).name
    other.parent.mkdir()
    shutil.copy(Path(sys.executable).parent / "python311.dll", other)

    assert not matches(approval_of(str(other)), process)


def test_approval_of_another_program_is_not_enough(process):
    """What runs has to be what was approved, not something beside it."""
    assert not matches(approval_of(process.exe), process._replace(exe_state=ExeState.REPLACED))
    assert not matches(approval_of(process.exe), process._replace(exe=r"C:\gone.exe"))
