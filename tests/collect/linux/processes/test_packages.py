"""Which package vouches for a program that was updated while it runs, by real processes."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from camcheck.model import ExeState

if sys.platform != "linux":
    pytest.skip("dpkg's lists are a matter of Linux", allow_module_level=True)

from camcheck.collect.linux.processes import packages
from tests.builders import a_process

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="a package's files belong to root")


def a_tool(path):
    shutil.copy("/bin/sleep", path)
    path.chmod(0o755)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program of a package, by the lists of dpkg, and the process that it runs in."""
    path = tmp_path / "tool"
    a_tool(path)
    (tmp_path / "tool.list").write_text(f"{path}\n", encoding="utf-8")
    monkeypatch.setattr(packages, "_LISTS", str(tmp_path))
    monkeypatch.setattr(packages, "_USUAL", (str(tmp_path),))
    with subprocess.Popen([path, "600"]) as running:
        yield path, a_process(pid=running.pid, exe=str(path))
        running.kill()


def updated(path):
    """As dpkg does: the new file is made beside the old one, and then takes its name."""
    a_tool(path.with_name("tool.dpkg-new"))
    path.with_name("tool.dpkg-new").rename(path)


def of(process):
    return packages.with_package(process).package


@ROOT
def test_an_updated_program_still_is_its_packages(program):
    """The file that is there now is the package's, and the one that runs was root's."""
    path, process = program

    assert "tool" == of(process)
    updated(path)
    assert "tool" == of(process._replace(exe_state=ExeState.REPLACED))


@ROOT
@pytest.mark.parametrize("odd", ["a user's", "everyone's", "kept"])
def test_a_file_of_a_users_is_not_made_honest_by_the_one_in_its_place(program, odd):
    """What ran was a user's, everyone could write it, or it has another name still."""
    path, process = program
    match odd:
        case "a user's":
            os.chown(path, 65534, -1)
        case "everyone's":
            path.chmod(0o777)
        case _:
            path.with_name("kept").hardlink_to(path)
    updated(path)

    assert None is of(process._replace(exe_state=ExeState.REPLACED))


@ROOT
@pytest.mark.parametrize("state", [ExeState.DELETED, ExeState.ELSEWHERE, ExeState.MEMORY, None])
def test_other_states_have_no_package(program, state):
    """A path that means nothing here is vouched for by nobody."""
    _, process = program

    assert None is of(process._replace(exe_state=state))


@ROOT
def test_a_file_of_another_file_system_was_not_in_this_place(program):
    """A file of root's that was mounted over the path lay elsewhere, whatever its path says."""
    _, process = program
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        elsewhere = Path(memory, "tool")
        a_tool(elsewhere)
        with subprocess.Popen([elsewhere, "600"]) as other:
            elsewhere.unlink()
            found = of(process._replace(pid=other.pid, exe_state=ExeState.REPLACED))
            other.kill()

    assert None is found
