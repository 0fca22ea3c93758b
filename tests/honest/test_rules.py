"""Each row about rules and feeds, on a machine with that one thing in it."""

import pytest

from camcheck.model import Artifact, ArtifactKind, Host, PersistenceEntry, Snapshot
from camcheck.scan import judge
from camcheck.signatures.feed import load_user_rules
from tests.honest.proof import check
from tests.honest.rows_rules import ROWS
from tests.signatures.builders import NOW, a_process, an_entry
from tests.signatures.test_feed import CORRELATION, RULE

HIDDEN = "{4CEC2908-5CE4-48F0-A717-8FC833D8017A}"
DOMAINS = {"network.csv": "type,indicator,app\ndomain,copy9.com,TheTruthSpy\n"}
BROKEN = {f"{number}.yml": "title: [" for number in range(245)}
HALF = {
    "base.yml": RULE.format(title="base").replace("/bad", "/cheese"),
    "many.yml": CORRELATION.format(base="base"),
}


def a_machine(system, *processes, feed=None, **facts):
    snapshot = Snapshot(
        Host(system, "1", "1", "x", "pc"), NOW, NOW, elevated=True, processes=processes, **facts
    )
    return snapshot, feed or {}


def shell(command):
    return a_machine("Linux", a_process(exe="/usr/bin/dash", cmdline=tuple(command.split())))


def windows(exe):
    return a_machine("windows", a_process(exe=exe))


def found(kind, path, value=None):
    return a_machine("windows", artifacts=(Artifact(ArtifactKind(kind), path, value),))


def fetches(address):
    entry: PersistenceEntry = an_entry(f"@reboot ana curl {address}")
    return a_machine("Linux", persistence=(entry,), feed=DOMAINS)


CACHE = "/home/ana/.cache/gnome-software/gnome-shell-extensions"
MACHINES = (
    shell("sh /home/ana/src/gnome-shell-ext.sh"),
    shell("sh /home/ana/.local/x/gnome-shell-ext.sh"),
    shell(f"sh {CACHE}/gnome-shell-ext.sh"),
    windows(r"C:\Program Files (x86)\NetSupport\NetSupport Manager\client32.exe"),
    windows(r"C:\Users\ana\AppData\Roaming\Chrome\client32.exe"),
    found("registry", r"HKCU\Console\FaceName", "Consolas"),
    found("registry", r"HKCU\Console\IpDateInfo", "b'x'"),
    windows(r"C:\Program Files\Hubstaff\HubstaffClient.exe"),
    windows(r"C:\Windows\SysWOW64\scthost.exe"),
    found("file", rf"C:\ProgramData\{HIDDEN}"),
    fetches("https://debian.org/x"),
    fetches("https://cdn.copy9.com/x"),
    a_machine("Linux", a_process(), feed=BROKEN),
    a_machine("Linux", a_process(), feed=HALF),
)


@pytest.mark.parametrize(
    ("row", "machine"), list(zip(ROWS, MACHINES, strict=True)), ids=[row[0] for row in ROWS]
)
def test_row_of_rules_is_true(tmp_path, row, machine):
    """The machine's facts, judged with the feed that is given to the scan."""
    snapshot, feed = machine
    for name, text in feed.items():
        (tmp_path / name).write_text(text)
    rules, gaps = load_user_rules([str(tmp_path)] if feed else [], elevated=False)

    check(row, judge(snapshot._replace(gaps=gaps), rules))
