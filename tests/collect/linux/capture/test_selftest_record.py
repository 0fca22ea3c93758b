"""What self-tests have shown of the witnesses: who is believed, and in which direction."""

import json
import os

import pytest

from camcheck.cli import folders
from camcheck.cli.run import run_scan
from camcheck.collect import linux
from camcheck.collect.linux.capture.rules import Signs, decide
from camcheck.collect.linux.capture.selftest_record import (
    WitnessRecord,
    read_records,
    without_silent,
)
from camcheck.model import CaptureState, Fact, Reason
from camcheck.monitor.run import own_eyes
from camcheck.selftest.course import Result, WitnessReport
from camcheck.selftest.record import remember
from camcheck.selftest.rounds import LightVerdict
from tests.builders import CAMERA, a_snapshot
from tests.collect.linux.capture.test_look import USB, look_at, values
from tests.collect.linux.capture.test_look import tree as tree  # a fixture

if not hasattr(os, "geteuid"):
    pytest.skip("the record is used on Linux", allow_module_level=True)

KERNEL = "6.1.0-56-amd64"
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="giving files away needs root")


def known(*silent, changed=()):
    return WitnessRecord(frozenset(changed), frozenset(silent))


def a_record(folder, *silent, changed=(), kernel=KERNEL):
    """The record as a self-test writes it; returns its path."""
    witnesses = WitnessReport(tuple(changed), silent)
    result = Result(CAMERA, LightVerdict.FOLLOWS, (), witnesses, ())
    remember(str(folder), result, at="2026-05-06T07:08:09+00:00", kernel=kernel)
    return str(folder / "selftest.json")


def reasons(path):
    """No record, and the reasons of the gaps."""
    found, gaps = read_records(path, kernel=KERNEL)
    assert {} == found
    assert {Fact.CAPTURE} >= {gap.fact for gap in gaps}
    return [gap.reason for gap in gaps]


def test_what_a_self_test_wrote_is_read(tmp_path):
    """Writer and reader understand each other."""
    path = a_record(tmp_path / "camcheck", "usb-power", changed=["usb-transfers"])

    found = {CAMERA: known("usb-power", changed=["usb-transfers"])}
    assert (found, ()) == read_records(path, kernel=KERNEL)


def test_another_kernel_is_another_machine(tmp_path):
    """Power and count mean something else there."""
    assert [] == reasons(a_record(tmp_path, "usb-power", kernel="6.17.0"))


@pytest.mark.parametrize("path", [None, "/nowhere/selftest.json"])
def test_without_self_test_there_is_nothing_to_miss(path):
    """It is opt-in: no record is no gap."""
    assert [] == reasons(path)


@pytest.mark.parametrize("damage", ["", "[]", "{", "[" * 100_000, "\xff"])
def test_a_damaged_record_is_a_gap(tmp_path, damage):
    """It is told that what was learned is not used."""
    path = a_record(tmp_path, "usb-power")
    with open(path, "w", encoding="latin-1") as file:
        file.write(damage)

    assert [Reason.UNPARSED] == reasons(path)


@pytest.mark.parametrize("entry", [None, [], {"kernel": KERNEL, "silent": "usb-power"}])
def test_an_entry_that_makes_no_sense_says_nothing(tmp_path, entry):
    """Somebody's nonsense in a well-formed record."""
    path = a_record(tmp_path)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({CAMERA: entry}, file)
    found, gaps = read_records(path, kernel=KERNEL)

    assert (known(), ()) == (found.get(CAMERA, known()), gaps)


@pytest.mark.parametrize("mode", [0o620, 0o602])
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_record_that_others_can_write_is_not_believed(tmp_path, what, mode):
    """Whoever hides a film would like to choose what counts."""
    folder = tmp_path / "camcheck"
    path = a_record(folder, "usb-power")
    os.chmod(*((folder, mode | 0o500) if what == "folder" else (path, mode)))

    assert [Reason.FAILED] == reasons(path)


@ROOT_ONLY
@pytest.mark.parametrize("what", ["file", "folder"])
def test_root_does_not_believe_another_user(tmp_path, what):
    """A record in the hands of somebody who could be the evader."""
    folder = tmp_path / "camcheck"
    path = a_record(folder, "usb-power")
    os.chown(path if what == "file" else folder, 65534, 65534)

    assert [Reason.FAILED] == reasons(path)


@ROOT_ONLY
def test_a_self_test_by_sudo_leaves_a_record_of_root(tmp_path, monkeypatch):
    """Reports go to who called sudo; this file must not, or root could not believe it."""
    monkeypatch.setenv("SUDO_UID", "65534")
    path = a_record(tmp_path / "camcheck", "usb-power")

    assert 0 == os.stat(path).st_uid
    assert CAMERA in read_records(path, kernel=KERNEL)[0]


@pytest.mark.parametrize("what", ["link", "folder-link", "pipe", "denied"])
def test_what_is_no_plain_file_is_not_believed(tmp_path, what):
    """A link leads to where somebody else may write; a pipe must not hold the scan."""
    folder = tmp_path / "camcheck"
    path = a_record(folder, "usb-power")
    if what == "folder-link":
        (tmp_path / "other").symlink_to(folder)
        path = str(tmp_path / "other/selftest.json")
    elif what == "link":
        os.rename(path, tmp_path / "real.json")
        os.symlink(tmp_path / "real.json", path)
    elif what == "pipe":
        os.unlink(path)
        os.mkfifo(path, 0o600)
    elif os.geteuid() == 0:
        pytest.skip("root may read everything")
    else:
        os.chmod(path, 0)

    assert [Reason.FAILED if what == "pipe" else Reason.DENIED] == reasons(path)


def test_the_folder_is_that_of_the_self_test(monkeypatch, tmp_path):
    """A scan finds the record without the library that made its folder; root in the system's."""
    for data in (None, "", str(tmp_path)):
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        if data is not None:
            monkeypatch.setenv("XDG_DATA_HOME", data)
        for uid in (1000, 0):
            monkeypatch.setattr(os, "geteuid", lambda uid=uid: uid)
            folder = folders.remembered_folder()
            assert (uid == 0) == (folder == folders.SYSTEM_FOLDER)
            assert f"{folder}/selftest.json" == folders.selftest_record_path()


CAMERA_OF_TREE = "usb:046d:082c:S1"


def test_a_sleeping_camera_with_a_silent_power_is_looked_at_twice(tree):
    """Without the self-test it would be settled at once as asleep."""
    tree.write(f"{USB}/1-1:1.0/power/runtime_status", "suspended")
    plain, _ = look_at(tree)
    capture, _ = look_at(tree, known={CAMERA_OF_TREE: known("usb-power")})

    assert "its video part is switched off to save power" == plain.reason
    assert CaptureState.INACTIVE is values(plain)["usb-power"][1]
    assert "its video channel is closed" in capture.reason
    assert None is values(capture)["usb-power"][1]
    assert "usb-power cannot be relied on" in capture.reason


def test_a_silent_channel_leaves_it_to_the_transfers(tree):
    """A camera that films with a closed channel is judged as those that have none."""
    selftest_record = {CAMERA_OF_TREE: known("usb-alternate-setting", changed=["usb-transfers"])}

    def film():
        tree.write(f"{USB}/urbnum", "109")

    def more():
        tree.write(f"{USB}/urbnum", "118")

    plain, _ = look_at(tree, film, more)
    tree.write(f"{USB}/urbnum", "100")
    capture, _ = look_at(tree, film, more, known=selftest_record)
    assert CaptureState.UNDETERMINED is plain.state
    assert CaptureState.ACTIVE is capture.state
    assert "by the self-test, usb-transfers can be relied on" in capture.reason


def test_a_scan_reads_the_record(tree, tmp_path):
    """From the file to the reason of the judgement; one that is not believed is a gap."""
    tree.write(f"{USB}/1-1:1.0/power/runtime_status", "suspended")
    witnesses = WitnessReport((), ("usb-power",))
    result = Result(CAMERA_OF_TREE, LightVerdict.FOLLOWS, (), witnesses, ())
    folder, kernel = str(tmp_path / "camcheck"), os.uname().release
    remember(folder, result, at="2026-05-06T07:08:09+00:00", kernel=kernel)
    path = f"{folder}/selftest.json"
    (capture,) = linux.collect(tree.roots(), selftest_record=path).captures
    os.chmod(path, 0o666)
    snapshot = linux.collect(tree.roots(), selftest_record=path)

    assert "usb-power cannot be relied on" in capture.reason
    assert "usb-power" not in snapshot.captures[0].reason
    assert path in {gap.subject for gap in snapshot.gaps if gap.fact is Fact.CAPTURE}


@pytest.mark.parametrize("who", ["scan", "monitor"])
def test_scan_and_monitor_are_told_where_the_record_is(who, monkeypatch):
    """The command line knows the place, the collector reads it."""
    told = []

    def collect(**asked):
        told.append(asked["selftest_record"])
        return a_snapshot()

    monkeypatch.setattr("camcheck.scan.collect", collect)
    monkeypatch.setattr("camcheck.scan.watched", lambda look, **_: look())
    monkeypatch.setattr("camcheck.cli.run.deliver", lambda *_: None)
    if who == "scan":
        run_scan()
    else:
        monkeypatch.setattr("camcheck.monitor.run.open_watch", lambda: None)
        own_eyes(folders.selftest_record_path()).look()

    assert [folders.selftest_record_path()] == told
    assert told[0].endswith("/camcheck/selftest.json")


def test_other_cameras_have_other_witnesses(tree):
    """A self-test of one camera says nothing of another."""
    tree.write(f"{USB}/1-1:1.0/power/runtime_status", "suspended")
    capture, _ = look_at(tree, known={"usb:other": known("usb-power")})

    assert "its video part is switched off to save power" == capture.reason


AGAINST = {
    "usb-alternate-setting": Signs(reserved=False, references=1),
    "usb-transfers": Signs(bulk=True, transfers=0, references=1),
    "usb-power": Signs(suspended=True),
    "driver-references": Signs(references=0),
    "sensor-power": Signs(sensor=False),
    "picture-thread": Signs(thread=False),
}


@pytest.mark.parametrize("name", AGAINST)
def test_what_a_silent_witness_says_against_is_dropped(name):
    """Alone it would have decided that nothing films; without it nothing is known."""
    seen = AGAINST[name]

    assert CaptureState.INACTIVE is decide(seen).state
    assert CaptureState.UNDETERMINED is decide(without_silent(seen, known(name))).state
    assert seen == without_silent(seen, known(changed=[name]))


FOR = {
    "usb-alternate-setting": Signs(reserved=True),
    "usb-transfers": Signs(bulk=True, transfers=9),
    "driver-statistics": Signs(frames=1, counting=True),
    "sensor-power": Signs(sensor=True),
    "picture-thread": Signs(thread=True),
    "buffer-sequence": Signs(pictures=True),
}


@pytest.mark.parametrize("name", FOR)
def test_no_record_can_silence_what_speaks_for_a_film(name):
    """Not even one in which every witness is called silent."""
    seen = without_silent(FOR[name], known(*FOR, *AGAINST))

    assert CaptureState.ACTIVE is decide(seen).state
