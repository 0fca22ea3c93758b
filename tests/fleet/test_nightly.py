"""The nightly report: its spool survives a missing network, and empties when it is back."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

NIGHTLY = Path(__file__).parents[2] / "docs" / "fleet" / "systemd" / "nightly"
UNITS = ("camcheck-report.service", "camcheck-report.timer")


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def night(tmp_path):
    """One night: gives what was said, what waits and what has arrived."""
    (tmp_path / "home").mkdir()
    report = 'shift; shift; echo r > "$1"; shift; shift; echo e > "$1"; exit 11'
    command = program(tmp_path / "camcheck", report)
    send = program(tmp_path / "send", '[ -e "$NET" ] || exit 10\ncp "$1" "$2" && rm "$1"')

    def run(*, network, command=command, keep=14):
        net = tmp_path / "net"
        net.touch() if network else net.unlink(missing_ok=True)
        done = subprocess.run(
            [NIGHTLY],
            env={
                "PATH": os.environ["PATH"], "NET": str(net), "CAMCHECK_COMMAND": command,
                "CAMCHECK_SPOOL": str(tmp_path / "spool"), "CAMCHECK_SEND": send,
                "CAMCHECK_DESTINATION": str(tmp_path / "home"), "CAMCHECK_KEEP_DAYS": str(keep),
            },
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        waiting = [one for one in os.listdir(tmp_path / "spool") if ".ocsf." not in one]
        return done.stderr, len(waiting), len(os.listdir(tmp_path / "home"))

    return run


def aged(tmp_path):
    """Gives what waits the name and the time of an earlier night."""
    for number, path in enumerate(sorted((tmp_path / "spool").iterdir())):
        earlier = path.with_name(f"earlier-{number}-{path.name}")
        path.rename(earlier)
        os.utime(earlier, (10**9, 10**9))


def test_a_report_that_cannot_be_sent_goes_with_the_next(night, tmp_path):
    """Two nights without a network, then one with."""
    said, waits, arrived = night(network=False)
    assert "cannot be reached; 1 report(s) wait" in said
    assert (1, 0) == (waits, arrived)
    for path in (tmp_path / "spool").iterdir():
        path.rename(path.with_name(f"earlier-{path.name}"))

    assert (2, 0) == night(network=False)[1:]
    assert 0 == night(network=True)[1]
    assert 2 <= len(os.listdir(tmp_path / "home"))


def test_what_is_too_old_is_removed(night, tmp_path):
    """The spool does not grow for ever."""
    night(network=False)
    aged(tmp_path)

    assert 1 == night(network=False, keep=3)[1]


def test_a_failed_scan_is_said_and_what_waits_is_sent(night):
    night(network=False)
    said, waits, arrived = night(network=True, command="false")

    assert "camcheck failed with 1" in said
    assert (0, 1) == (waits, arrived)


def test_the_spool_is_private(night, tmp_path):
    night(network=False)

    assert 0o700 == stat.S_IMODE((tmp_path / "spool").stat().st_mode)


def test_the_units_are_understood_by_systemd(tmp_path):
    """systemd-analyze verify finds nothing to say about them."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not there (Debian package systemd)")
    for name in UNITS:
        text = (NIGHTLY.parent / name).read_text()
        text = text.replace("/usr/local/lib/camcheck/nightly", str(NIGHTLY))
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [analyze, "verify", *(tmp_path / name for name in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert [] == [line for line in done.stderr.splitlines() if "camcheck-report" in line]
