"""The monitor as a service of each system."""

import os
import plistlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from camcheck.errors import MonitorError
from camcheck.monitor.lock import Lock, is_running, published
from camcheck.monitor.service import Plan, is_installed, launchd, plan, refuse_unsafe, systemd, task
from camcheck.monitor.service.install import install, uninstall
from camcheck.monitor.status import describe
from tests.systems import of_unix

COMMAND = ("/opt/a b/python3", "-I", "-m", "camcheck", "monitor", '50%"$HOME')


def test_the_system_unit_is_hardened():
    """systemd's own judgement of the unit: an exposure below 3 of 10."""
    if not shutil.which("systemd-analyze"):
        assert not os.environ.get("CI"), "the package systemd is needed"
        pytest.skip("systemd-analyze is not installed")
    path = Path("/dev/shm/camcheck-monitor-test.service")
    path.write_text(systemd.unit(("/bin/true",), for_all=True))
    try:
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager", str(path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        path.unlink()
    score = re.search(r"exposure level for .*: ([\d.]+)", done.stdout)

    assert score, done.stderr
    assert float(score[1]) < 3


def test_the_system_unit_cannot_open_a_camera():
    """The kernel itself keeps it from that, whatever is wrong with camcheck."""
    unit = systemd.unit(COMMAND, for_all=True)

    assert "DevicePolicy=closed" in unit
    assert "DeviceAllow" not in unit
    assert "PrivateNetwork=yes" in unit


def test_the_command_of_a_unit_is_quoted():
    """Blanks, quotes, percent and dollar signs mean themselves (systemd.service(5))."""
    unit = systemd.unit(COMMAND, for_all=False)

    assert 'ExecStart="/opt/a b/python3" "-I" "-m" "camcheck" "monitor" "50%%\\"$$HOME"\n' in unit


def test_the_launchd_agent_starts_the_same_command():
    """A property list as launchd.plist(5) has it."""
    agent = plistlib.loads(launchd.agent(COMMAND).encode())

    assert list(COMMAND) == agent["ProgramArguments"]
    assert agent["RunAtLoad"]
    assert agent["KeepAlive"] is True


def test_the_scheduled_task_is_well_formed_and_one_of_a_kind(monkeypatch: pytest.MonkeyPatch):
    """XML of Task Scheduler 1.2: names with & are escaped, no time limit, one instance."""
    monkeypatch.setenv("USERNAME", "a&b")
    text = task.description(COMMAND, for_all=False)
    tree = ElementTree.fromstring(text.partition("?>")[2])
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"

    assert "/opt/a b/python3" == tree.findtext(f".//{space}Command")
    assert "PT0S" == tree.findtext(f".//{space}ExecutionTimeLimit")
    assert "IgnoreNew" == tree.findtext(f".//{space}MultipleInstancesPolicy")
    assert (tree.findtext(f".//{space}UserId") or "").endswith("a&b")


@pytest.mark.parametrize("kind", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("for_all", [True, False])
def test_every_system_has_a_plan(kind: str, for_all: bool):
    """Files with full paths, and commands of the system itself by full path."""
    made = plan(for_all=for_all, kind=kind)

    assert made.files
    assert all(os.path.isabs(path) for path, _ in made.files)
    assert all("/" in command[0] or "\\" in command[0] for command in (*made.start, *made.stop))


def test_a_single_file_is_its_own_python(monkeypatch: pytest.MonkeyPatch):
    """Its service starts the file itself, and hears the second of its two processes."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/camcheck-linux-x86_64")
    text = plan(for_all=True, kind="linux").files[0][1]

    assert 'ExecStart="/opt/camcheck-linux-x86_64" "monitor"\n' in text
    assert "NotifyAccess=all\n" in text


def test_an_unknown_system_is_an_error():
    """Not silence."""
    with pytest.raises(MonitorError, match="plan9"):
        plan(for_all=False, kind="plan9")


def a_plan(folder: Path, *, start: tuple[str, ...] = ("/bin/true",)) -> Plan:
    unit = str(folder / "units" / "camcheck.service")
    return Plan(
        "camcheck.service", ((unit, "[Unit]\n"),), (start,), (("/bin/true",),), ("/bin/true",)
    )


@of_unix("the service manager is true(1)")
def test_install_and_uninstall_leave_nothing(tmp_path: Path):
    """What was written is removed; a second uninstall finds nothing to do."""
    made = a_plan(tmp_path)
    install(made)
    assert is_installed(made)
    uninstall(made)

    assert not is_installed(made)
    assert [] == list((tmp_path / "units").iterdir())
    assert [] == uninstall(made)


@of_unix("the service manager is a shell")
def test_an_installation_that_fails_leaves_nothing(tmp_path: Path):
    """The service manager refuses: the unit does not stay behind, and the reason is told."""
    made = a_plan(tmp_path, start=("/bin/sh", "-c", "echo no such bus >&2; exit 1"))

    with pytest.raises(MonitorError, match="no such bus"):
        install(made)
    assert not is_installed(made)


@of_unix("the service manager is true(1)")
def test_a_link_in_place_of_the_unit_is_replaced_not_followed(tmp_path: Path):
    """The target of the link stays what it was."""
    (tmp_path / "units").mkdir()
    (tmp_path / "target").write_text("precious")
    (tmp_path / "units/camcheck.service").symlink_to(tmp_path / "target")
    install(a_plan(tmp_path))

    assert "precious" == (tmp_path / "target").read_text()


@pytest.fixture
def shipped(tmp_path: Path) -> Plan:
    """A unit that a package has brought; nobody has asked for it yet."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "camcheck.service").write_text("[Unit]\n")
    return a_plan(tmp_path)._replace(shipped=str(folder / "camcheck.service"))


@of_unix("the service manager is true(1)")
def test_a_unit_of_a_package_is_no_monitor_until_it_is_asked_for(shipped: Plan, tmp_path: Path):
    """Its link makes it one: the file of the package is not written again, and not removed."""
    assert not is_installed(shipped)
    wants = tmp_path / "units/default.target.wants"
    wants.mkdir(parents=True)
    install(shipped)
    (wants / "camcheck.service").symlink_to(str(shipped.shipped))

    assert is_installed(shipped)
    assert not os.path.exists(shipped.files[0][0])
    assert ["Stopped camcheck.service; it starts no more by itself."] == uninstall(shipped)
    assert os.path.exists(shipped.path)


@of_unix("the service manager is true(1)")
def test_a_unit_with_options_goes_before_the_one_of_a_package(shipped: Plan):
    """What it says differs, so it is written, and removed again."""
    other = shipped._replace(files=((shipped.files[0][0], "[Unit]\nDescription=quiet\n"),))
    install(other)
    assert is_installed(other)
    assert other.path == other.files[0][0]
    uninstall(other)

    assert not os.path.exists(other.files[0][0])
    assert not is_installed(other)


@of_unix("root")
def test_a_root_service_from_files_of_others_is_refused(monkeypatch: pytest.MonkeyPatch):
    """Who can change the program that root starts at boot is root."""
    monkeypatch.setattr(
        "camcheck.monitor.service.foreign_part", lambda: ("/home/erika/venv", "erika")
    )
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(MonitorError, match="/home/erika/venv can be changed by erika"):
        refuse_unsafe(for_all=True)
    refuse_unsafe(for_all=False)


@of_unix("root")
def test_the_service_for_all_needs_root(monkeypatch: pytest.MonkeyPatch):
    """Said before anything is written."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(MonitorError, match="sudo"):
        refuse_unsafe(for_all=True)


def test_only_one_monitor_runs_and_the_second_says_so(tmp_path: Path):
    """The right ends with the process."""
    with Lock(str(tmp_path)):
        assert is_running(str(tmp_path))
        code = "import sys; from camcheck.monitor.lock import Lock; Lock(sys.argv[1]).__enter__()"
        second = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
        )

    assert "A monitor is running already" in second.stderr
    assert not is_running(str(tmp_path))


def test_status_tells_what_the_monitor_can_and_cannot_see(tmp_path: Path):
    """Since when, by what, the last event, losses, limits, and where the history is."""
    state = {
        "started": "2026-03-01T12:00:00+00:00",
        "way": "inotify",
        "cameras": ["HD Webcam"],
        "in_use": 1,
        "last_event": "2026-03-01T13:00:00+00:00",
        "losses": 2,
        "limits": ["Other users are not named."],
    }
    with Lock(str(tmp_path)) as lock:
        lock.publish(state)
        text = "\n".join(describe(str(tmp_path), a_plan(tmp_path)).lines)

    for part in (
        "HD Webcam",
        "inotify",
        "Other users are not named.",
        "lost 2 times",
        "In use now: 1",
    ):
        assert part in text
    assert {} == published(str(tmp_path))


def test_status_without_a_monitor_says_that_nothing_is_noticed(tmp_path: Path):
    """Never a word that could be read as all is well."""
    text = "\n".join(describe(str(tmp_path), a_plan(tmp_path)).lines)

    assert "Not installed" in text
    assert "uses of a camera are not noticed" in text
