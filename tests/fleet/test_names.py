"""What an employer must not see: names of the programs in people's own folders."""

from datetime import timedelta

import pytest

from camcheck.checks.camera_in_use import CameraInUse
from camcheck.findings import Session
from camcheck.fleet.names import shape
from camcheck.fleet.rows import rows
from camcheck.model import CameraUse, Fact, Gap, Holder, PersistenceEntry, Reason, Via
from camcheck.report.read import read_report
from camcheck.report.write import write_report
from tests.report.sample import CAMERA, SPY, WHEN, a_finding, a_process, a_report, a_snapshot

PYTHON = "/usr/bin/python3.11"
PROGRAMS = {
    "file in a home": {"exe": "/home/erika/bin/diary", "name": "diary"},
    "home of the administrator": {"exe": "/root/diary", "name": "diary"},
    "home elsewhere": {"exe": "/var/home/erika/diary", "name": "diary"},
    "script": {
        "exe": PYTHON,
        "name": "diary.py",
        "cmdline": ("python3", "/home/erika/diary.py"),
    },
    "script by a relative path": {
        "exe": PYTHON,
        "name": "diary.py",
        "cmdline": ("python3", "diary.py"),
        "cwd": "/home/erika/texts",
    },
    "code on the command line": {
        "exe": PYTHON,
        "name": "python3",
        "cmdline": ("python3", "-c", "import diary"),
    },
    "module": {"exe": PYTHON, "name": "python3", "cmdline": ("python3", "-m", "diary.write")},
    "USB stick": {"exe": "/run/media/erika/stick/diary", "name": "diary"},
    "Windows, in small letters": {
        "exe": r"c:\users\erika\AppData\Local\Diary\diary.exe",
        "name": "diary.exe",
    },
    "Windows, by the device": {
        "exe": r"\Device\HarddiskVolume3\Users\erika\diary.exe",
        "name": "diary.exe",
    },
    "Mac": {"exe": "/Users/erika/Applications/Diary.app/Contents/MacOS/Diary", "name": "Diary"},
}
STARTS = {
    "in quotes": r'"C:\Users\erika\My Diary\diary.exe" /quiet',
    "by a shell": "sh -c '/home/erika/bin/diary &'",
    "by a variable": "python3 $HOME/diary.py",
    "by a variable of Windows": r"%APPDATA%\diary.exe",
    "by a tilde": "~/bin/diary",
}


def written(tmp_path, **changes):
    """A report with names, and the data set made of it."""
    write_report(a_report(**changes), str(tmp_path / "a.json"), full=True)
    return str(tmp_path / "a.json")


def texts(path, *, names=False):
    """All that the data set would have of the report, in small letters."""
    return repr(rows(read_report(path), file=path, names=names, processes=True)).lower()


def with_program(**fields):
    """A machine on which somebody's own program holds the camera, and did so before."""
    own = a_process(pid=77, package=None, unit=None, **{"cwd": "/", "cmdline": (), **fields})
    there = a_snapshot()
    snapshot = there._replace(
        processes=(*there.processes, own),
        holders=(*there.holders, Holder(CAMERA, 77, own.started, Via.FD, "/dev/video0")),
        history=(CameraUse(CAMERA, own.exe, None, WHEN - timedelta(days=2), None, "a record"),),
    )
    past = Session(CAMERA, "C270", WHEN - timedelta(days=1), WHEN - timedelta(hours=23), own)
    return {
        "snapshot": snapshot,
        "findings": (a_finding(), *CameraInUse().run(snapshot)),
        "past": (past,),
    }


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_personal_program_has_no_name(tmp_path, kind):
    """In no table; what was found, and software of the system, keep theirs."""
    path = written(tmp_path, **with_program(**PROGRAMS[kind]))
    hidden, named = texts(path), texts(path, names=True)

    assert "diary" not in hidden
    assert SPY in hidden
    assert "/usr/lib/firefox/firefox" in hidden
    assert kind in ("code on the command line", "module") or "diary" in named


@pytest.mark.parametrize("kind", STARTS)
def test_a_personal_start_entry_has_no_name(tmp_path, kind):
    """However its command names the home."""
    entry = PersistenceEntry("cron", "/etc/cron.d/x", "x", STARTS[kind], "erika")
    snapshot = a_snapshot(persistence=(*a_snapshot().persistence, entry))
    path = written(tmp_path, snapshot=snapshot)

    assert "diary" not in texts(path)
    assert "diary" in texts(path, names=True)


def test_a_gap_does_not_tell_a_name_either(tmp_path):
    """Where something could not be looked at can be somebody's own folder."""
    gap = Gap(Fact.PERSISTENCE, "/home/erika/.config/diary/autostart", Reason.DENIED, "Not read.")
    path = written(tmp_path, gaps=(gap,), snapshot=a_snapshot(gaps=(gap,)))

    assert "diary" not in texts(path)


def test_what_was_found_has_its_name_wherever_it_stands(tmp_path):
    """A start entry whose command has the found program in it is told."""
    entry = PersistenceEntry("cron", "/etc/cron.d/x", "x", f"sh -c '{SPY} --quiet'", "erika")
    path = written(tmp_path, snapshot=a_snapshot(persistence=(entry,)))

    assert f"{SPY} --quiet" in texts(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/erika/app-1.2.3/run", "~/app-#/run"),
        (r"C:\USERS\Erika\App\x.exe", "~/App/x.exe"),
        ("/opt/root/x", "/opt/root/x"),
        (r"C:\Users\Public\x.exe", "C:/Users/Public/x.exe"),
        ("sh -c /home/erika/x", "sh -c ~/x"),
    ],
)
def test_shapes_leave_out_what_differs_between_machines(path, expected):
    """The home, versions, and how a system separates folders; not what only looks like a home."""
    assert expected == shape(path)
