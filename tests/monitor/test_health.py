"""Whether a monitor that should watch does: real monitors, stopped, killed, deafened, replaced."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from camcheck.checks.monitor_silenced import MonitorSilenced
from camcheck.cli.commands import camcheck
from camcheck.cli.run import _ask_monitor
from camcheck.findings import Severity
from camcheck.history.heartbeat import ASK
from camcheck.model import MonitorHealth, MonitorState
from camcheck.monitor.health import ask
from camcheck.monitor.lock import Lock
from camcheck.monitor.service import Plan, systemd
from tests.waiting import until

from .build import START, a_snapshot
from .measure import Watching
from .standin import StandIn

UNIT = systemd.UNIT


@pytest.fixture
def service(tmp_path: Path) -> Plan:
    """An installed and enabled unit of the user's."""
    folder = tmp_path / "units"
    (folder / "default.target.wants").mkdir(parents=True)
    text = systemd.unit(("/usr/bin/python3", "-I", "-m", "camcheck", "monitor"), for_all=False)
    (folder / UNIT).write_text(text)
    (folder / "default.target.wants" / UNIT).symlink_to(folder / UNIT)
    return Plan(UNIT, ((str(folder / UNIT), text),), (), (), ())


def unit_of(service: Plan) -> Path:
    return Path(service.files[0][0])


@pytest.fixture(params=["root", "user"])
def watching(camera: StandIn, tmp_path: Path, request) -> Iterator[Watching]:
    how = ["--user"] if request.param == "user" else []
    arguments = ["tests.monitor.watcher", str(tmp_path / "history"), "LOG", str(camera.folder)]
    started = Watching([*arguments, *how, "--like", "camcheck", "monitor"], tmp_path)
    yield started
    with contextlib.suppress(ProcessLookupError):
        started.process.send_signal(signal.SIGCONT)
    started.process.kill()
    started.process.wait()


def health(tmp_path: Path, service: Plan) -> MonitorHealth:
    (state,) = ask(str(tmp_path / "history"), service)()
    return state.health


def test_a_monitor_that_watches_has_heard_the_test(watching: Watching, tmp_path: Path, service):
    """Both as root and as a user, by the very source of events that tells of cameras."""
    assert MonitorHealth.WATCHING is health(tmp_path, service)


def test_a_monitor_that_is_held_still_is_told(watching: Watching, tmp_path: Path, service):
    """SIGSTOP; and on it goes after SIGCONT."""
    watching.process.send_signal(signal.SIGSTOP)
    path = Path(f"/proc/{watching.process.pid}/stat")
    until(lambda: b") T " in path.read_bytes())
    assert MonitorHealth.STOPPED is health(tmp_path, service)
    watching.process.send_signal(signal.SIGCONT)

    until(lambda: health(tmp_path, service) is MonitorHealth.WATCHING)


def test_a_monitor_that_hears_nothing_is_told(watching: Watching, tmp_path: Path, service):
    """It lives and gives signs of life, but the file that it watches is another one by now."""
    watched = tmp_path / "history" / ASK
    watched.rename(watched.with_suffix(".old"))
    watched.touch()

    assert MonitorHealth.DEAF is health(tmp_path, service)


def test_a_monitor_that_was_killed_is_told(watching: Watching, tmp_path: Path, service):
    """Dead; and when it would not even start again, disabled."""
    watching.process.kill()
    watching.process.wait()
    assert MonitorHealth.DEAD is health(tmp_path, service)
    (unit_of(service).parent / "default.target.wants" / UNIT).unlink()

    assert MonitorHealth.DISABLED is health(tmp_path, service)


def test_who_sits_in_the_place_of_a_dead_monitor_is_told(
    watching: Watching, tmp_path: Path, service
):
    """Somebody holds its lock, so that none can start, and is no monitor."""
    watching.process.kill()
    watching.process.wait()
    with Lock(str(tmp_path / "history")):
        assert MonitorHealth.REPLACED is health(tmp_path, service)


def test_a_folder_named_proc_says_nothing_on_other_systems(
    watching: Watching, tmp_path: Path, service, monkeypatch: pytest.MonkeyPatch
):
    """Anybody can make one on Windows; whoever is in it must not frighten."""
    watching.process.kill()
    watching.process.wait()
    monkeypatch.setattr("camcheck.monitor.health.system", lambda: "win32")
    with Lock(str(tmp_path / "history")):
        assert MonitorHealth.REPLACED is not health(tmp_path, service)


def test_a_unit_that_starts_something_else_is_told(watching: Watching, tmp_path: Path, service):
    """Another text, a drop-in beside it, a mask, and a monitor that will not start again."""
    unit = unit_of(service)
    ours = unit.read_text()
    unit.write_text("[Service]\nExecStart=/bin/sleep 1000\n")
    assert MonitorHealth.REPLACED is health(tmp_path, service)
    unit.write_text(ours)
    Path(f"{unit}.d").mkdir()
    assert MonitorHealth.REPLACED is health(tmp_path, service)
    Path(f"{unit}.d").rmdir()
    assert MonitorHealth.WATCHING is health(tmp_path, service)
    (unit.parent / "default.target.wants" / UNIT).unlink()
    assert MonitorHealth.DISABLED is health(tmp_path, service)
    unit.unlink()
    unit.symlink_to(os.devnull)

    assert MonitorHealth.DISABLED is health(tmp_path, service)


def test_a_monitor_of_a_package_is_judged_by_its_unit(watching, tmp_path: Path, service: Plan):
    """The unit lies in the package's folder and says something else: replaced; a drop-in, too."""
    unit = unit_of(service)
    (tmp_path / "shipped").mkdir()
    moved = unit.rename(tmp_path / "shipped" / UNIT)
    brought = service._replace(shipped=str(moved))
    assert MonitorHealth.WATCHING is health(tmp_path, brought)
    Path(f"{unit}.d").mkdir()
    assert MonitorHealth.REPLACED is health(tmp_path, brought)
    Path(f"{unit}.d").rmdir()
    moved.write_text("[Service]\nExecStart=/bin/sleep 1000\n")

    assert MonitorHealth.REPLACED is health(tmp_path, brought)


def test_a_monitor_that_nobody_installed_is_not_missed(monkeypatch, tmp_path: Path):
    """One that runs in a terminal may be ended; none at all is no finding."""
    nowhere = Plan(UNIT, ((str(tmp_path / UNIT), ""),), (), (), ())
    monkeypatch.setattr("camcheck.monitor.service.plan", lambda **_: nowhere)

    assert () == _ask_monitor()()


def test_an_installed_monitor_that_never_ran_is_dead(tmp_path: Path, service: Plan):
    """Not even its folder is there."""
    assert MonitorHealth.DEAD is health(tmp_path, service)


def code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("camcheck.cli.monitor.history_folder", lambda: str(folder / "history"))
    return CliRunner().invoke(camcheck, ["monitor", "status"]).exit_code


def test_status_says_by_its_code_whether_a_monitor_watches(
    watching: Watching, tmp_path: Path, monkeypatch
):
    """0 it watches, 21 it is held still, 20 there is none: no code of a scan's findings."""
    assert 0 == code(tmp_path, monkeypatch)
    watching.process.send_signal(signal.SIGSTOP)
    until(lambda: b") T " in Path(f"/proc/{watching.process.pid}/stat").read_bytes())
    assert 21 == code(tmp_path, monkeypatch)
    watching.process.kill()
    watching.process.wait()

    assert 20 == code(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        (MonitorHealth.WATCHING, None),
        (MonitorHealth.STOPPED, Severity.MEDIUM),
        (MonitorHealth.DEAF, Severity.MEDIUM),
        (MonitorHealth.REPLACED, Severity.MEDIUM),
        (MonitorHealth.DEAD, Severity.LOW),
        (MonitorHealth.DISABLED, Severity.LOW),
    ],
)
def test_a_monitor_that_does_not_watch_is_a_finding(kind: MonitorHealth, severity: Severity | None):
    """Its subject is the service, its evidence tells the process and the last sign of life."""
    state = MonitorState("/etc/systemd/system/" + UNIT, kind, 77, START)
    found = list(MonitorSilenced().run(a_snapshot(monitors=(state,))))

    assert ([severity] if severity else []) == [one.severity for one in found]
    for one in found:
        assert state.service == one.subject.place
        assert "process 77" in one.evidence[0].text
        assert "2026-03-01 12:00:00" in one.evidence[0].text


def test_without_a_monitor_nothing_is_found():
    """Nobody asked, nobody installed one."""
    assert [] == list(MonitorSilenced().run(a_snapshot()))


def test_asking_costs_a_plain_scan_nothing():
    """Where no service is installed no module of the monitor's work is loaded."""
    code = "import sys, camcheck.cli.run as run; before = set(sys.modules); run._ask_monitor()\n"
    code += "print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"sqlite3", "camcheck.monitor.loop", "subprocess"} & set(done.stdout.split())
