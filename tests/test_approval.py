"""Approval by what a program is, not by what it is called."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from camcheck.approval import approval_of, approvals, approve, matches, recogniser
from camcheck.collect.identity import package
from camcheck.collect.linux import Roots
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.errors import MonitorError
from camcheck.history.store import History
from camcheck.model import Process


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program of no package: a copy of sleep under another name."""
    return Path(shutil.copy("/bin/sleep", tmp_path / "filmer"))


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    children: list[subprocess.Popen[bytes]] = []
    yield children
    for child in children:
        child.kill()
        child.communicate()


def run(started: list[subprocess.Popen[bytes]], *command: str | Path) -> Process:
    """A real process, described as the collector does; exec has happened when Popen returns."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    started.append(child)
    return described(child.pid)


WAIT = "print('up', flush=True); import time; time.sleep(60)"


def up(started: list[subprocess.Popen[bytes]], *command: str | Path, **options) -> Process:
    """A program that says when it has begun, described from then on."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, **{"env": {}, **options})
    started.append(child)
    assert child.stdout
    assert child.stdout.readline() == b"up\n"
    return described(child.pid)


def described(pid: int) -> Process:
    table = ProcessTable(Roots())
    task = table.read_task(pid)
    assert task
    return table.details(table.row(task))


def test_an_approved_program_is_recognised(program: Path, started):
    """By the digest of what runs."""
    assert matches(approval_of(str(program)), run(started, program, "60"))


def test_another_program_with_the_same_name_is_not(program: Path, tmp_path: Path, started):
    """The name is no identity."""
    approval = approval_of(str(program))
    program.unlink()
    shutil.copy("/bin/cat", program)

    assert not matches(approval, run(started, program))


def test_a_copy_elsewhere_is_the_same_program(program: Path, tmp_path: Path, started):
    """Without a package, what the file holds decides."""
    copy = shutil.copy(program, tmp_path / "elsewhere")

    assert matches(approval_of(str(program)), run(started, copy, "60"))


def test_a_program_of_a_package_survives_an_update_of_its_file(started):
    """Path and package are the identity then: the digest changes with every update."""
    if package("/usr/bin/sleep") is None and package("/bin/sleep") is None:
        pytest.skip("no package tool of this system knows sleep")
    process = run(started, "/bin/sleep", "60")
    assert process.exe
    older = approval_of(process.exe)._replace(sha256="0" * 64)

    assert older.package == "coreutils"
    assert matches(older, process)


def test_the_package_vouches_for_no_other_path(program: Path, started):
    """Near miss: a program elsewhere that only says it is of that package."""
    older = approval_of("/bin/sleep")._replace(sha256="0" * 64)

    assert not matches(older, run(started, program, "60"))


def test_a_program_with_a_library_forced_into_it_is_not_recognised(program: Path, started):
    """The approved file runs, but other code runs in it."""
    process = run(started, program, "60")

    assert not matches(approval_of(str(program)), process._replace(preload=("/tmp/x.so",)))
    assert not matches(approval_of(str(program)), process._replace(tracer_pid=1))


def test_an_interpreter_cannot_be_approved_alone():
    """That would approve every script."""
    with pytest.raises(MonitorError, match="approve everything"):
        approval_of(os.path.realpath(sys.executable))


def test_a_script_is_approved_and_another_is_not(tmp_path: Path, started):
    """The interpreter with this script, as it was when it was approved."""
    python, script = os.path.realpath(sys.executable), tmp_path / "film.py"
    script.write_text(f"keep = open(__file__)\n{WAIT}")
    approval = approval_of(python, str(script))
    assert matches(approval, up(started, python, script))
    other = tmp_path / "spy.py"
    other.write_text(script.read_text() + "#")

    assert not matches(approval, up(started, python, other))
    assert not matches(approval, up(started, python, "-c", WAIT, script))
    script.write_text(script.read_text() + "#changed")
    assert not matches(approval, up(started, python, script))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path):
    """A folder, or nothing."""
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(MonitorError, match="full path"):
            approval_of(str(path))


def test_approvals_are_kept_and_withdrawn(program: Path, tmp_path: Path, started):
    """Stored once, however often it is approved; withdrawn, it is told of again."""
    history = History(str(tmp_path))
    process = run(started, program, "60")
    is_approved = recogniser(history)
    assert not is_approved(process)
    approve(history, approval_of(str(program)))
    approve(history, approval_of(str(program)))
    ((number, _),) = approvals(history)
    assert is_approved(process)
    history.withdraw(number)

    assert not is_approved(process)
    history.close()


def test_nobody_is_never_approved(tmp_path: Path):
    """A use without a program."""
    history = History(str(tmp_path))

    assert not recogniser(history)(None)
    history.close()
