"""Installing under a real systemd user manager, with the whole machine read-only around it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.whole_run("a systemd of its own")

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    """What the service did there; see user_manager_checks.sh."""
    missing = [name for name in ("unshare", "systemctl") if not shutil.which(name)]
    if os.geteuid() != 0 or missing or not os.path.exists("/lib/systemd/systemd"):
        assert not os.environ.get("CI"), f"the package systemd and root are needed, {missing}"
        pytest.skip("it needs root and systemd")
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child",
         str(HERE / "user_manager.sh"), str(HERE / "user_manager_checks.sh")],
        capture_output=True, text=True, check=False, timeout=900,
        env={**os.environ, "PYTHON": sys.executable},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def test_install_starts_it_now_and_at_each_login(answers: dict[str, str]):
    """Active, enabled, and status knows its process."""
    assert ("active", "enabled") == (answers["installed"], answers["enabled"])


def test_a_second_monitor_says_that_one_runs(answers: dict[str, str]):
    """Only one runs."""
    assert "A monitor is running already" in answers["second"]


def test_a_killed_monitor_is_started_again(answers: dict[str, str]):
    """kill -9, and systemd brings it back; the lock does not stand in its way."""
    assert "yes" == answers["restarted"]


def test_installing_again_takes_an_update_into_effect(answers: dict[str, str]):
    """Another process runs afterwards."""
    assert "yes" == answers["upgraded"]


def test_a_scan_says_that_the_installed_monitor_is_held_still(answers: dict[str, str]):
    """It watches; then it is stopped, and the scan has a finding."""
    assert "0" != answers["watching"]
    assert "0" != answers["still"]


def test_systemd_kills_and_restarts_a_monitor_that_is_held_still(answers: dict[str, str]):
    """The watchdog of the unit, here after two seconds."""
    assert "yes" == answers["watchdog"]


def test_uninstall_leaves_only_the_history_and_says_where(answers: dict[str, str]):
    """No file, no unit, no process."""
    assert "The history stays in /var/lib/camcheck/history.db" in answers["uninstall"]
    assert ("0", "0", "inactive") == (answers["left"], answers["known"], answers["active"])
