"""Harmless programs that take on published names, paths, command lines and start entries.

They are started for real, and the real ``camcheck scan`` has to name them.
"""

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs of Linux families")

SCAN = [sys.executable, "-c", "from camcheck.cli import main; main()", "scan", "--format", "json"]


def scanned(before: str = "") -> dict[str, set[str]]:
    """The rules that a scan names, by severity. ``before`` is shell that runs in a namespace."""
    command = SCAN
    if before:
        script = f'set -e; mount --make-rprivate /; {before}; exec "$@"'
        command = ["unshare", "--mount", "sh", "-c", script, "sh", *SCAN]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout, done.stderr
    named: dict[str, set[str]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        if finding["check"] == "known-bad":
            named.setdefault(finding["severity"], set()).add(finding["signature"]["origin"])
    return named


@contextmanager
def running(path: Path, *arguments: str, title: str | None = None):
    """A shell by another name and path, which waits for its input to end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(os.path.realpath("/bin/bash"), path)
    process = subprocess.Popen(
        [title or str(path), *arguments], executable=path, stdin=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait(timeout=120)


PROGRAMS = [
    (".mozilla/firefox/profiled", (), None, "critical", "linux/malware/mokes_path.yml"),
    (".dropbox/DropboxCache", (), None, "critical", "linux/malware/mokes_path.yml"),
    (
        ".cache/gnome-software/gnome-shell-extensions/gnome-shell-ext",
        (),
        None,
        "critical",
        "linux/malware/evilgnome_path.yml",
    ),
    (
        "bin/java",
        ("-c", "read x", "-jar", "/usr/var/mediamgrs.jar"),
        None,
        "critical",
        "any/malware/crossrat_jar.yml",
    ),
    ("x", (), "[diskio]", "critical", "linux/malware/derusbi_title.yml"),
    ("x", (), "[kworker/0:1]", "high", "linux/generic/fake_kernel_thread.yml"),
    ("bin/motion", (), None, "info", "linux/dual-use/motion.yml"),
    ("bin/fswebcam", (), None, "info", "linux/dual-use/snapshot_tools.yml"),
    ("bin/teamviewerd", (), None, "info", "linux/dual-use/remote_access.yml"),
]


@pytest.mark.parametrize(
    ("path", "arguments", "title", "severity", "rule"),
    PROGRAMS,
    ids=[f"{Path(one[4]).stem}-{one[2] or Path(one[0]).name}" for one in PROGRAMS],
)
def test_program_with_a_published_name_is_found(tmp_path, path, arguments, title, severity, rule):
    """The running program is named by the rule of its family, with the rule's severity."""
    with running(tmp_path / path, *arguments, title=title):
        named = scanned()

    assert rule in named.get(severity, ())


def test_same_program_with_an_ordinary_name_is_not_found(tmp_path):
    """The name and place make the difference: the same file as an ordinary program is quiet."""
    with running(tmp_path / "bin" / "profiled"), running(tmp_path / "gnome-shell-ext"):
        assert {} == {level: found for level, found in scanned().items() if level != "info"}


def test_script_of_evilgnome_is_found_by_its_command_line(tmp_path):
    """A shell that runs it from the published folder is found, and so is one in a hidden folder;
    somebody's own script of that name, and a look-alike, are ordinary."""
    published = ".cache/gnome-software/gnome-shell-extensions/gnome-shell-ext.sh"
    for name, severity in (
        (published, "critical"),
        (".local/x/gnome-shell-ext.sh", "medium"),
        ("src/gnome-shell-ext.sh", None),
        ("install-gnome-shell-ext.sh", None),
    ):
        script = tmp_path / name
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text("read x\n")
        with running(tmp_path / "sh", str(script)):
            named = scanned()

        found = [
            level for level, rules in named.items() if any("evilgnome" in one for one in rules)
        ]
        assert ([severity] if severity else []) == found


def test_recorder_that_cron_started_is_found(tmp_path):
    """A recorder below a timetable service is of medium severity, alone it is information."""
    recorder = tmp_path / "bin" / "fswebcam"
    recorder.parent.mkdir()
    shutil.copy(os.path.realpath("/bin/bash"), recorder)
    with running(tmp_path / "sbin" / "cron", "-c", f"{recorder} -c 'read x'; true"):
        named = scanned()

    assert "linux/generic/recorder_from_cron.yml" in named.get("medium", ())


FILES = [
    (
        "etc/cron.d/x",
        "* * * * * ana /home/ana/x/gnome-shell-extensions/gnome-shell-ext.sh\n",
        "evilgnome_cron",
    ),
    ("etc/cron.d/cam", "@hourly ana fswebcam -q /tmp/a.jpg\n", "recorder_in_start_entry"),
    ("etc/cron.d/shm", "@reboot root /dev/shm/.u/x\n", "start_entry_from_temporary_folder"),
    (
        "home/.config/autostart/profiled.desktop",
        "[Desktop Entry]\nExec=/home/ana/.mozilla/firefox/profiled\n",
        "mokes_autostart",
    ),
    (
        "home/.config/autostart/m.desktop",
        "[Desktop Entry]\nExec=java -jar /usr/var/mediamgrs.jar\n",
        "crossrat_autostart",
    ),
    (
        "home/.config/autostart/j.desktop",
        "[Desktop Entry]\nExec=java -jar /home/ana/.Hid/a.jar\n",
        "java_from_hidden_folder_starts_itself",
    ),
    ("home/.mozilla/firefox/profiled", "x", "mokes_file"),
    ("home/.cache/gnome-software/gnome-shell-extensions/gnome-shell-ext", "x", "evilgnome_file"),
    ("home/.config/autostart/mediamgrs.desktop", "[Desktop Entry]\n", "crossrat_file"),
    ("home/.bash_profile1", "x", "finspy_file"),
]


@pytest.mark.skipif(os.geteuid() != 0, reason="start entries need a mount namespace (root)")
@pytest.mark.parametrize(("path", "text", "rule"), FILES, ids=[one[2] for one in FILES])
def test_start_entry_or_file_of_a_family_is_found(tmp_path, path, text, rule):
    """The entry lies in the real place, in a view of the file system that only the scan has."""
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text)
    (tmp_path / "home").mkdir(exist_ok=True)
    users = tmp_path / "passwd"
    users.write_text(f"root:x:0:0::/nonexistent:\nana:x:1000:1000::{tmp_path}/home:/bin/sh\n")
    view = [f"mount --bind {users} /etc/passwd"]
    if path.startswith("etc/"):
        view.append(f"mount --bind {tmp_path}/etc/cron.d /etc/cron.d")
    named = scanned("; ".join(view))

    assert rule in {Path(one).stem for found in named.values() for one in found}


def test_file_in_the_temporary_folder_is_found():
    """Derusbi's helper file is found where it is published to lie, and not once it is gone."""
    helper = Path("/tmp/.secure")
    if os.path.lexists(helper):
        pytest.skip("somebody has a file of that name here")
    helper.touch()
    try:
        named = scanned()
    finally:
        helper.unlink()

    assert "linux/malware/derusbi_file.yml" in named.get("medium", ())
    assert "linux/malware/derusbi_file.yml" not in scanned().get("medium", ())
