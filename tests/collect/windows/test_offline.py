"""Hives from a disk, made by hivex and read on any system."""

import json
import random
import sqlite3
import sys
from datetime import timedelta

import pytest

from camcheck.cli import main
from camcheck.collect.windows.consent import STORE
from camcheck.collect.windows.offline import collect_offline
from camcheck.errors import OfflineError
from camcheck.model import Fact, Reason
from camcheck.scan import judge
from tests.collect.windows.fake import NOW, ZOOM, filetime
from tests.collect.windows.hives import merge, registry_text, write_empty
from tests.collect.windows.test_usage_database import LATER, a_database

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="hivex makes hives on Linux")

USER, SOFTWARE, SYSTEM = (
    "HKEY_CURRENT_USER",
    r"HKEY_LOCAL_MACHINE\SOFTWARE",
    r"HKEY_LOCAL_MACHINE\SYSTEM",
)
RUN = r"Microsoft\Windows\CurrentVersion\Run"
SPY = r"C:\Users\Zoe\AppData\Local\Temp\evil.exe"
USES = {"LastUsedTimeStart": filetime(NOW), "LastUsedTimeStop": filetime(NOW + timedelta(hours=1))}


@pytest.fixture
def ntuser(tmp_path):
    """The hive of the user Zoë: two programs have used the camera, one starts itself."""
    home = tmp_path / "Users" / "Zoë"
    home.mkdir(parents=True)
    keys = {
        f"{STORE}\\NonPackaged\\{ZOOM.replace(chr(92), '#')}": USES,
        f"{STORE}\\NonPackaged\\{SPY.replace(chr(92), '#')}": {**USES, "LastUsedTimeStop": 0},
        f"{STORE}\\Vendor.App_8wekyb3d8bbwe": {"Value": "Deny"},
        f"Software\\{RUN}": {"Spy": SPY},
    }
    hive = write_empty(home / "NTUSER.DAT")
    return merge(hive, registry_text(USER, keys), root=USER)


@pytest.fixture
def software(tmp_path):
    """The machine's hive: what Windows it is, and a program that starts with it."""
    keys = {
        r"Microsoft\Windows NT\CurrentVersion": {
            "ProductName": "Windows 11 Home",
            "CurrentBuild": "26100",
        },
        RUN: {"Helper": r'"C:\Program Files\Helper\helper.exe" -s'},
    }
    return merge(write_empty(tmp_path / "hive-a"), registry_text(SOFTWARE, keys), root=SOFTWARE)


@pytest.fixture
def system(tmp_path):
    """The machine's services, in the second of its control sets."""
    service = {"ImagePath": r"C:\Temp\spy.exe", "Start": 2, "Type": 16}
    keys = {
        "Select": {"Current": 2},
        r"ControlSet001\Services\Old": {**service, "ImagePath": "old"},
        r"ControlSet002\Services\Spy": service,
    }
    return merge(write_empty(tmp_path / "hive-b"), registry_text(SYSTEM, keys), root=SYSTEM)


def test_past_use_is_read_from_a_disk(ntuser):
    """Programs, times and the user come out of NTUSER.DAT; an open entry has no end."""
    snapshot = collect_offline([str(ntuser)])

    assert {
        (ZOOM, "Zoë", NOW, NOW + timedelta(hours=1)),
        (SPY, "Zoë", NOW, None),
    } == {(use.program, use.user, use.began, use.ended) for use in snapshot.history}
    assert [("Vendor.App_8wekyb3d8bbwe", "denied")] == [
        (one.program, one.answer) for one in snapshot.permissions
    ]


def test_what_starts_itself_is_read_from_all_three(ntuser, software, system):
    """Run keys of user and machine, and the services of the control set that was in force."""
    snapshot = collect_offline(map(str, [system, ntuser, software]))

    assert {("Spy", SPY, "Zoë"), ("Helper", r'"C:\Program Files\Helper\helper.exe" -s', None)} <= {
        (entry.name, entry.command, entry.user) for entry in snapshot.persistence
    }
    assert [r"C:\Temp\spy.exe"] == [
        entry.command for entry in snapshot.persistence if entry.kind == "service"
    ]
    assert ("Windows 11 Home", "26100") == (snapshot.host.release, snapshot.host.version)


def test_disk_says_nothing_about_now(ntuser, software, system):
    """Cameras, holders and capture are gaps: nobody can take an offline look for a live one."""
    snapshot = collect_offline(map(str, [ntuser, software, system]))
    asked = {gap.fact for gap in snapshot.gaps if gap.reason is Reason.NOT_ASKED}

    assert {Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS, Fact.CAPTURE, Fact.INDICATORS} == asked


def test_hive_that_was_not_given_is_named(ntuser):
    """One hive of three is a third of the answer, and the report says which two are missing."""
    gaps = collect_offline([str(ntuser)]).gaps

    assert {"SOFTWARE", "SYSTEM"} == {gap.subject for gap in gaps if gap.fact is Fact.PERSISTENCE}


def test_two_users_of_one_name_are_kept_apart(ntuser, tmp_path):
    """Two hives from folders of the same name are two users."""
    other = tmp_path / "other" / "Zoë"
    other.mkdir(parents=True)
    (other / "NTUSER.DAT").write_bytes(ntuser.read_bytes())
    snapshot = collect_offline([str(ntuser), str(other / "NTUSER.DAT")])

    assert {"Zoë", "Zoë (2)"} == {use.user for use in snapshot.history}


def test_unfinished_hive_is_a_gap(ntuser):
    """A hive of a running Windows has its last changes in a log beside it: said, not ignored."""
    data = bytearray(ntuser.read_bytes())
    data[4:8] = (99).to_bytes(4, "little")
    ntuser.write_bytes(data)

    assert (str(ntuser), Reason.UNSUPPORTED) in {
        (gap.subject, gap.reason) for gap in collect_offline([str(ntuser)]).gaps
    }


@pytest.mark.parametrize("data", [b"", b"regf", b"regf" + bytes(8192), b"MZ" * 4096])
def test_file_that_is_no_hive_is_refused(tmp_path, data):
    """A file that is no hive is told to the user by name."""
    path = tmp_path / "NTUSER.DAT"
    path.write_bytes(data)

    with pytest.raises(OfflineError, match="no registry hive"):
        collect_offline([str(path)])


def test_hive_of_another_kind_is_refused(tmp_path):
    """A hive that is neither a user's nor the machine's (SAM, an application's) is not read."""
    with pytest.raises(OfflineError, match="neither"):
        collect_offline([str(write_empty(tmp_path / "SAM"))])


def test_missing_file_is_refused(tmp_path):
    """A file that is not there is an error with its name."""
    with pytest.raises(OfflineError, match="cannot be read"):
        collect_offline([str(tmp_path / "none")])


def test_changed_bytes_never_break_it(ntuser, capfd):
    """Whatever bytes of a hive are changed, it is read, refused, or read with a gap: no crash."""
    whole = ntuser.read_bytes()
    dice = random.Random(7)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 4, 40))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        ntuser.write_bytes(data)
        try:
            collect_offline([str(ntuser)])
        except OfflineError:
            continue

    assert ("", "") == capfd.readouterr()


def test_damaged_value_is_a_gap(ntuser):
    """A damaged entry is not passed over in silence."""
    data = bytearray(ntuser.read_bytes())
    at = data.index(b"LastUsedTimeStart") - 0x14
    assert b"vk" == data[at : at + 2]
    data[at : at + 2] = b"xx"
    ntuser.write_bytes(data)

    assert Reason.UNPARSED in {gap.reason for gap in collect_offline([str(ntuser)]).gaps}


def test_database_of_earlier_uses_is_read_from_a_disk(ntuser, tmp_path):
    """CapabilityAccessManager.db has the uses before the last; a use that both note is one."""
    path, database = a_database(
        tmp_path, uses=((ZOOM, "webcam", NOW, LATER), (SPY, "webcam", LATER, LATER))
    )
    database.close()
    snapshot = collect_offline([str(ntuser), path])

    assert [(ZOOM, NOW), (SPY, NOW), (SPY, LATER)] == [
        (use.program, use.began) for use in snapshot.history
    ]


def test_database_of_another_form_is_a_gap(ntuser, tmp_path):
    """A database that is none of Windows' is told, and the hives are read all the same."""
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE x (y)")
    other.commit()
    other.close()
    snapshot = collect_offline([str(ntuser), str(tmp_path / "other.db")])

    assert 2 == len(snapshot.history)
    assert any("of another form" in gap.detail for gap in snapshot.gaps)


def test_what_a_disk_cannot_tell_is_said_once(ntuser):
    """Five kinds of facts are missing for one reason: the report says that reason once."""
    report = judge(collect_offline([str(ntuser)]))

    assert 5 == sum(gap.subject == "the running system" for gap in report.snapshot.gaps)
    assert 1 == sum(gap.subject == "the running system" for gap in report.gaps)


def test_names_of_keys_have_no_case(software):
    """Rules write HKLM\\Software, the hive is mounted as HKLM\\SOFTWARE: it is the same key."""
    wanted = r"HKLM\Software\Microsoft\windows\CURRENTVERSION\Run\helper"
    snapshot = collect_offline([str(software)], wanted=[wanted])

    assert [r'"C:\Program Files\Helper\helper.exe" -s'] == [one.value for one in snapshot.artifacts]


def test_command_reads_hives(ntuser, software, capfdbinary):
    """`camcheck scan --offline-hive NTUSER.DAT SOFTWARE` claims no more than it saw."""
    with pytest.raises(SystemExit) as ended:
        main(["scan", "--format", "json", "--offline-hive", str(ntuser), str(software)])
    report = json.loads(capfdbinary.readouterr().out)

    assert 11 <= ended.value.code <= 14, "what starts itself from a temporary folder is odd"
    assert "not-asked" in {gap["reason"] for gap in report["gaps"]}
    assert [SPY, ZOOM] == sorted(
        (use["program"] for use in report["history"]), key=len, reverse=True
    )


def test_command_refuses_files_without_the_option(capfd):
    """A file without the option is wrong usage: nobody shall believe that it was read."""
    with pytest.raises(SystemExit) as ended:
        main(["scan", "NTUSER.DAT"])

    assert 2 == ended.value.code
    assert "--offline-hive" in capfd.readouterr().err


def test_rules_are_asked_about_hives(tmp_path, capfdbinary):
    """A value that a known spying program leaves in the registry is found on the disk as well."""
    keys = {r"Software\Microsoft\Windows\CurrentVersion\Run": {"DarkComet RAT": r"C:\x\msdcsc.exe"}}
    hive = merge(write_empty(tmp_path / "NTUSER.DAT"), registry_text(USER, keys), root=USER)
    with pytest.raises(SystemExit) as ended:
        main(["scan", "--format", "json", "--offline-hive", str(hive)])
    report = json.loads(capfdbinary.readouterr().out)

    assert any("DarkComet" in finding["title"] for finding in report["findings"]), report[
        "findings"
    ]
    assert 11 <= ended.value.code <= 14
