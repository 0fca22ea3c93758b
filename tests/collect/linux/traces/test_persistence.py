"""What starts by itself on Linux, read from trees built here."""

import os

import pytest

from camcheck.collect.files import Home
from camcheck.collect.linux.traces.persistence import collect_persistence
from camcheck.model import Reason

FILES = {
    "etc/xdg/autostart/a.desktop": "[Desktop Entry]\nName=A\nExec=/usr/bin/a --quiet\n",
    "etc/xdg/autostart/readme.txt": "Exec=/usr/bin/no\n",
    "etc/systemd/system/b.service": "[Service]\nExecStartPre=-/bin/pre\nExecStart=@/bin/b x\n",
    "etc/crontab": "SHELL=/bin/sh\nMAILTO=a b c d e f\n# no\n17 * * * * root cd / && run-parts\n",
    "etc/cron.d/c": "@reboot  root  /bin/c\n*/5 * * * * ana /bin/c2 -v\n",
    "var/spool/cron/crontabs/ana": "0 1 * * 1-5 /home/ana/x.sh\n",
    "etc/profile.d/d.sh": "export PATH\n/opt/d/agent &\n",
    "etc/udev/rules.d/e.rules": (
        'SUBSYSTEM=="video4linux", RUN{program}+="/bin/e $devnode", ENV{RUN}="no"\n'
    ),
    "etc/ld.so.preload": "/lib/f.so:/lib/g.so\n",
    "home/ana/.config/autostart/h.desktop": "Exec = h\n",
    "home/ana/.config/systemd/user/i.service": "ExecStart=/bin/i\n",
    "home/ana/.bashrc": "alias x=y\nif true; then\n~/.x/j\nfi\nPS1='&'\n",
}
EXPECTED = {
    ("autostart", "a.desktop", "/usr/bin/a --quiet", None),
    ("systemd", "b.service", "/bin/pre", None),
    ("systemd", "b.service", "/bin/b x", None),
    ("cron", "crontab", "cd / && run-parts", None),
    ("cron", "c", "/bin/c", None),
    ("cron", "c", "/bin/c2 -v", None),
    ("cron", "ana", "/home/ana/x.sh", "ana"),
    ("profile", "d.sh", "/opt/d/agent", None),
    ("udev", "e.rules", "/bin/e $devnode", None),
    ("preload", "ld.so.preload", "/lib/f.so", None),
    ("preload", "ld.so.preload", "/lib/g.so", None),
    ("autostart", "h.desktop", "h", "ana"),
    ("systemd", "i.service", "/bin/i", "ana"),
    ("profile", ".bashrc", "~/.x/j", "ana"),
}


@pytest.fixture
def tree(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def collected(root):
    of_system, system_gaps = collect_persistence(root=str(root))
    of_ana, gaps = collect_persistence(Home(f"{root}/home/ana", "ana"), root=str(root))
    return tuple(sorted(of_system + of_ana, key=lambda entry: entry.path)), system_gaps + gaps


def test_every_place_is_read(tree):
    """Login entries, units, timetables, profiles, device rules and preloads, each with its user."""
    entries, gaps = collected(tree)

    assert EXPECTED == {(one.kind, one.name, one.command, one.user) for one in entries}
    assert () == gaps
    assert list(entries) == sorted(entries, key=lambda one: (one.path, one.name, one.command))


def test_empty_system_has_no_entry_and_no_gap(tmp_path):
    """Folders that do not exist are no lack of knowledge."""
    assert ((), ()) == collected(tmp_path)


def test_pipe_device_and_link_to_one_are_not_opened(tree):
    """Opening a pipe waits for ever and opening a device can act on it: neither is opened."""
    os.mkfifo(tree / "etc/cron.d/pipe")
    (tree / "etc/cron.d/device").symlink_to("/dev/zero")
    (tree / "etc/cron.d/loop").symlink_to("loop")

    entries, gaps = collected(tree)

    assert EXPECTED == {(one.kind, one.name, one.command, one.user) for one in entries}
    assert [Reason.FAILED] == [gap.reason for gap in gaps]


def test_link_to_an_ordinary_entry_is_read(tree):
    """Desktop entries are often links to those of packages."""
    (tree / "home/ana/.config/autostart/k.desktop").symlink_to(tree / "etc/xdg/autostart/a.desktop")

    entries, _ = collected(tree)

    assert ("k.desktop", "/usr/bin/a --quiet") in {(one.name, one.command) for one in entries}


def test_huge_file_costs_no_more_than_a_small_one(tree):
    """Only the beginning of a file counts, so that a file of gigabytes stops nothing."""
    with open(tree / "home/ana/.profile", "wb") as file:
        file.truncate(1 << 40)

    entries, _ = collected(tree)

    assert EXPECTED <= {(one.kind, one.name, one.command, one.user) for one in entries}


def test_place_that_may_not_be_read_is_a_gap(tree, monkeypatch):
    """Denied timetables are named, all places in one sentence."""
    listdir = os.listdir

    def denied(path):
        if "cron" in str(path):
            raise PermissionError(13, "denied", str(path))
        return listdir(path)

    monkeypatch.setattr(os, "listdir", denied)

    entries, gaps = collected(tree)

    assert "h.desktop" in {one.name for one in entries}
    assert [Reason.DENIED] == [gap.reason for gap in gaps]
    assert f"{tree}/etc/cron.d, {tree}/var/spool/cron/crontabs" == gaps[0].subject
