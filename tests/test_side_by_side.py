"""The parts of a run: counted together, ended together, and what the quick run leaves out."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.side_by_side import LINTER, Counts, Part, Run, count, left_out, pytest_part, show, total
from tests.systems import of_unix
from tests.waiting import until

ROOT = Path(__file__).parents[1]
OUTCOMES = """
import pytest

@pytest.fixture
def untidy():
    yield
    raise OSError("cannot be cleaned up")

def test_passes(): pass
def test_fails(): assert 0
def test_passes_but_leaves_something(untidy): pass
def test_is_skipped(): pytest.skip("no means")
"""
ALIVE = """
import pathlib, sys, time
place = pathlib.Path(sys.argv[1])
try:
    place.touch()
    while True:
        time.sleep(60)
finally:
    place.unlink()
"""


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    """A folder of tests with every outcome, and nothing of ours around it."""
    (tmp_path / "test_outcomes.py").write_text(OUTCOMES)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:randomly -p no:cacheprovider\n")
    return tmp_path


def test_a_test_that_cannot_clean_up_is_not_counted_as_passed(outcomes: Path):
    """The counts are pytest's own: four tests, of which one passed."""
    part = pytest_part(
        "one", outcomes, "-m", "pytest", "-q", f"--rootdir={outcomes}", str(outcomes)
    )
    (ended,) = Run([part], at_a_time=1).ended()

    assert 1 == ended.status
    assert "cannot be cleaned up" in ended.said
    assert Counts(passed=1, failed=2, skipped=1) == count(part)


def test_a_part_that_never_counted_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """The last line counts, the line before names what failed without any count."""
    broken = Part("broken", (("-c", "raise SystemExit('no room')"),), tmp_path / "never written")
    fine = Part("fine", (("-c", "print('said')"),))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        status = show((broken, fine))
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    said = capsys.readouterr().out

    assert 1 == status
    assert "no room" in said
    assert "parts that failed: broken\n" in said
    assert said.endswith("\n0 passed, 0 failed, 0 skipped\n")


def test_every_command_of_a_part_runs_and_one_failure_is_enough():
    """The second is told of, although the first has failed."""
    part = Part("both", (("-c", "raise SystemExit('one')"), ("-c", "print('two')")))
    (ended,) = Run([part], at_a_time=2).ended()

    assert (1, "one\ntwo\n") == (ended.status, ended.said)


def test_counts_are_added():
    """Over all parts."""
    assert "5 passed, 1 failed, 2 skipped" == str(total([Counts(2, 1, 0), Counts(3, 0, 2)]))


@of_unix("signals")
def test_a_run_that_is_broken_off_ends_what_it_started_and_still_counts(tmp_path: Path):
    """By SIGINT, so that a part can clean up; a part that waits does not begin."""
    alive, never = tmp_path / "alive", tmp_path / "never"
    code = (
        "import os; os.cpu_count = lambda: 1\n"
        "from tests.side_by_side import Part, show\n"
        f"one = Part('one', (('-c', {ALIVE!r}, {str(alive)!r}),))\n"
        f"two = Part('two', (('-c', {ALIVE!r}, {str(never)!r}),))\n"
        "raise SystemExit(show((one, two)))\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as started:
        try:
            until(alive.exists)
            started.terminate()
            said, _ = started.communicate(timeout=120)
        finally:
            started.kill()

    assert 1 == started.returncode
    assert not alive.exists()
    assert not never.exists()
    assert "parts that failed: one, two\n0 passed, 0 failed, 0 skipped\n" in said


def test_the_quick_run_says_what_it_leaves_out():
    """By what a test needs, or by its own word that it is slow; the others are kept."""
    files = ("tests/package/test_single_file.py", "tests/monitor/test_crash.py")
    command = [sys.executable, "-m", "pytest", "--quick", "--collect-only", "-q", *files]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout

    assert "left out by --quick: 5 tests" in said
    assert "    4 a packager\n    1 twenty monitors that are killed\n" in said
    assert "test_a_signal_ends_it_at_once_and_everything_is_written" in said
    assert "1/6 tests collected (5 deselected)" in said


def test_what_the_parts_left_out_is_added_up(tmp_path: Path):
    """Each part leaves it beside its counts; a part that left nothing out adds nothing."""
    files = ("tests/package/test_single_file.py", "tests/monitor/test_crash.py")
    quick = ("-m", "pytest", "--quick", "--collect-only", "-q")
    parts = [pytest_part(f"part-{n}", tmp_path, *quick, file) for n, file in enumerate(files)]
    list(Run(parts, at_a_time=2).ended())

    added = left_out(parts[0]) + left_out(parts[1]) + left_out(LINTER)
    assert {"a packager": 4, "twenty monitors that are killed": 1} == dict(added)
