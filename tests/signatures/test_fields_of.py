"""From facts to Sigma events."""

import pytest

from camcheck.model import Artifact, ArtifactKind, Fact, Gap, Holder, PersistenceEntry, Reason, Via
from camcheck.signatures.expression import UNKNOWN
from camcheck.signatures.field import CAMERA, PROCESS
from camcheck.signatures.fields_of import (
    Family,
    camera_events,
    file_events,
    persistence_events,
    process_events,
    registry_events,
)
from tests.signatures.builders import (
    NOW,
    a_file,
    a_holder,
    a_process,
    a_snapshot,
    an_entry,
)


def events_of(*processes, **fields):
    snapshot = a_snapshot(*processes, **fields)
    return process_events(snapshot, Family(snapshot))


def test_process_has_its_fields_under_sigma_names():
    """Each fact of a process can be asked for by the name that Sigma gives it."""
    parent = a_process(1, "/usr/sbin/cron", user="root")
    child = a_process(
        10, "/usr/bin/x", ppid=1, cmdline=("x", "-v"), cwd="/", sha256="ab", unit="x.service"
    )
    event = events_of(parent, child)[1]

    expected = {
        "Image": "/usr/bin/x",
        "CommandLine": "x -v",
        "ProcessName": "x",
        "ProcessId": "10",
        "ParentProcessId": "1",
        "ParentImage": "/usr/sbin/cron",
        "ParentCommandLine": "/usr/sbin/cron",
        "ParentUser": "root",
        "AncestorImage": ("/usr/sbin/cron",),
        "CurrentDirectory": "/",
        "User": "ana",
        "Hashes": "SHA256=AB",
        "sha256": "ab",
        "ExeState": "present",
        "KernelThread": "false",
        "Unit": "x.service",
        "HoldsCamera": "false",
    }
    assert expected == {field: event.get(field) for field in expected}


@pytest.mark.parametrize("field", sorted(PROCESS))
def test_every_field_that_rules_may_ask_for_has_an_answer(field):
    """No supported field is a dead end, for a process or for a camera's holder."""
    process = a_process()
    snapshot = a_snapshot(process, holders=(a_holder(process),))

    assert process_events(snapshot, Family(snapshot))[0].get(field) is not KeyError
    for own in CAMERA:
        camera_events(snapshot, Family(snapshot))[0].get(own)


def test_field_that_could_not_be_read_is_unknown():
    """An executable that is named in unknown is not the same as none."""
    kernel = a_process(2, None, kernel_thread=True, cmdline=())
    denied = a_process(3, None, unknown=("exe", "cmdline"))
    absent, unknown = events_of(kernel, denied)

    assert absent.get("Image") is None
    assert unknown.get("Image") is UNKNOWN
    assert unknown.get("CommandLine") is UNKNOWN


def test_digest_that_was_not_computed_is_unknown():
    """Most executables are not hashed, which says nothing about their digest."""
    assert events_of(a_process())[0].get("sha256") is UNKNOWN


def test_parent_that_is_not_among_the_processes_is_unknown():
    """A parent that ended or is hidden is unknown; the first process has none."""
    orphan = events_of(a_process(10, ppid=999))[0]
    first = events_of(a_process(1, ppid=0))[0]

    assert orphan.get("ParentImage") is UNKNOWN
    assert orphan.get("AncestorImage") == (UNKNOWN,)
    assert first.get("ParentImage") is None
    assert first.get("AncestorImage") == ()


def test_circle_of_parents_ends():
    """Two processes that name each other as parent do not stop the scan."""
    one, other = a_process(1, ppid=2), a_process(2, ppid=1)

    assert 12 == len(events_of(one, other)[0].get("AncestorImage"))


def test_holding_a_camera_is_unknown_where_holders_could_not_be_seen():
    """Not found to hold a camera means not holding it only when all could be seen."""
    holder, other = a_process(10), a_process(11)
    gap = Gap(Fact.HOLDERS, "x", Reason.DENIED, "")
    fields = {"holders": (a_holder(holder),), "gaps": (gap,)}
    holding, unseen = events_of(holder, other, **fields)

    assert holding.get("HoldsCamera") == "true"
    assert unseen.get("HoldsCamera") is UNKNOWN


def test_camera_event_tells_how_the_camera_is_held():
    """A holder's event has the process's fields and the camera's."""
    process = a_process()
    snapshot = a_snapshot(process, holders=(a_holder(process, access="read"),))
    event = camera_events(snapshot, Family(snapshot))[0]

    fields = ("Image", "Camera", "CameraVia", "CameraNode", "CameraAccess", "HoldsCamera")
    assert ["/usr/bin/cheese", "usb:1", "fd", "/dev/video0", "read", "true"] == [
        event.get(field) for field in fields
    ]


def test_holder_that_is_no_known_process_has_unknown_fields():
    """A holder of which nothing but the number is known matches no rule."""
    stranger = Holder("usb:1", 99, NOW, Via.PIPEWIRE, "node")
    snapshot = a_snapshot(holders=(stranger,))
    event = camera_events(snapshot, Family(snapshot))[0]

    assert event.get("Image") is UNKNOWN
    assert event.get("Camera") == "usb:1"


def test_start_entry_is_an_event_and_its_file_another():
    """A cron file is a start entry, and a file that exists."""
    snapshot = a_snapshot(persistence=(an_entry("/bin/x"),), artifacts=(a_file("/tmp/.a"),))

    entry = persistence_events(snapshot)[0]
    files = file_events(snapshot)

    assert ("cron", "/etc/cron.d/x", "/bin/x") == tuple(
        entry.get(field) for field in ("Kind", "TargetFilename", "CommandLine")
    )
    assert {"/etc/cron.d/x", "/tmp/.a"} == {event.get("TargetFilename") for event in files}


def test_run_key_is_a_registry_event():
    """A start entry of the registry has the value's full name as target, its text as details."""
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
    entry = PersistenceEntry("run-key", key, "Updater", r"C:\x.exe", "ana")
    service = PersistenceEntry("service", r"HKLM\S\Services\Tsvchst", "Tsvchst", "x.exe")
    found = Artifact(ArtifactKind.REGISTRY, r"HKCU\Software\DC3_FEXEC")
    snapshot = a_snapshot(persistence=(entry, service), artifacts=(found,), system="Windows")

    events = registry_events(snapshot)

    assert [r"HKCU\Software\DC3_FEXEC", key + r"\Updater", r"HKLM\S\Services\Tsvchst"] == [
        event.get("TargetObject") for event in events
    ]
    assert r"C:\x.exe" == events[1].get("Details")
    assert [] == file_events(snapshot)
