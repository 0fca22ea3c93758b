"""Texts and numbers of Windows, understood without Windows."""

import pytest

from camcheck.collect.windows.cameras import cameras
from camcheck.collect.windows.consent import package_family, parse_entry, read_consent
from camcheck.collect.windows.devices import IMAGE_CLASS, SENSOR_CAMERA
from camcheck.collect.windows.native import from_filetime, guid
from camcheck.collect.windows.persistence import (
    decode_task,
    parse_task,
    registry_entries,
    startup_entries,
    startup_folders,
    task_entries,
)
from camcheck.collect.windows.processes import integrity_level, service_group, signed
from camcheck.collect.windows.programs import Trust
from camcheck.collect.windows.registry import user_name
from camcheck.collect.windows.roles import is_frame_server, role
from camcheck.model import Bus, CameraKind, Fact, PersistenceEntry, Reason
from tests.collect.windows.fake import NOW, USER, FakeRegistry, a_device, a_process, filetime
from tests.collect.windows.shortcuts import a_shortcut

TASK = """<?xml version="1.0" encoding="UTF-16"?>
<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Principals><Principal><UserId>S-1-5-18</UserId></Principal></Principals>
  <Settings><Enabled>{enabled}</Enabled></Settings>
  <Actions><Exec><Command>C:\\Temp\\é.exe</Command><Arguments>-q "a b"</Arguments></Exec></Actions>
</Task>"""


def test_filetime_counts_from_1601():
    """0 is never; the Unix epoch is 116444736000000000 ticks of 100 ns after 1601."""
    assert from_filetime(0) is None
    assert 0 == from_filetime(116444736000000000).timestamp()
    assert NOW == from_filetime(filetime(NOW))


def test_guid_has_the_layout_of_windows():
    """The first three parts are little-endian numbers, the rest bytes in order."""
    assert (
        "33221100554477668899aabbccddeeff"
        == bytes(guid("00112233-4455-6677-8899-AABBCCDDEEFF")).hex()
    )


@pytest.mark.parametrize(
    ("exe", "family"),
    [
        (
            r"C:\Program Files\WindowsApps\MSTeams_24004.1.0.0_x64__8wekyb3d8bbwe\ms-teams.exe",
            "MSTeams_8wekyb3d8bbwe",
        ),
        (
            r"C:\Windows\SystemApps\Microsoft.Windows.Photos_8wekyb3d8bbwe\Photos.exe",
            "Microsoft.Windows.Photos_8wekyb3d8bbwe",
        ),
        (r"C:\Users\bob\Some_Folder__x\evil.exe", None),
        (r"C:\Program Files\WindowsApps\Deleted\x.exe", None),
    ],
)
def test_package_family_is_in_the_path(exe, family):
    """A packaged program's family is read from where Windows installs packages, nowhere else."""
    assert family == package_family(exe)


@pytest.mark.parametrize(
    ("start", "stop", "open_ended"),
    [(1, 0, True), (1, 2, False), (0, 0, False), (1, None, False), (None, 0, False)],
)
def test_entry_is_open_only_with_a_start_and_no_stop(start, stop, open_ended):
    """A stop of 0 alone means nothing: programs that never used the camera have it too."""
    values = {"LastUsedTimeStart": start, "LastUsedTimeStop": stop}
    values = {name: value for name, value in values.items() if value is not None}
    entry = parse_entry(values, path=r"HKU\x\C:#a#b.exe", packaged=False, user=None)

    assert open_ended is entry.open_ended
    assert r"C:\a\b.exe" == entry.program


def test_extra_level_of_24h2_is_entered():
    """Windows 11 24H2 may put the programs one level deeper, under "Executables"."""
    store = rf"{USER}\SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager"
    key = rf"{store}\ConsentStore\webcam\NonPackaged\Executables\C:#a.exe"
    entries, gaps = read_consent(FakeRegistry({key: {"LastUsedTimeStart": 10**17}}))

    assert () == gaps
    assert [r"C:\a.exe"] == [entry.program for entry in entries]


def test_known_accounts_and_profiles_have_names():
    """A security identifier is shown as the name of its profile; one without stays as it is."""
    profiles = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
    registry = FakeRegistry({rf"{profiles}\S-1": {"ProfileImagePath": r"C:\Users\Zoë"}})

    assert ["Zoë", "S-2", "SYSTEM"] == [
        user_name(registry, sid) for sid in ("S-1", "S-2", "S-1-5-18")
    ]


def test_serial_of_a_composite_device_is_its_parents():
    """The camera is one function of a device; the device has the serial number."""
    (camera,) = cameras([a_device(parent=r"USB\VID_046D&PID_0826\5B2F1C")])

    assert ("usb:046d:0826:5B2F1C", "5B2F1C") == (camera.id, camera.serial)


def test_number_that_windows_made_up_is_no_serial():
    """An ampersand tells a number made from the port; the port is then part of the identity."""
    (camera,) = cameras([a_device(parent=r"USB\VID_046D&PID_0826\5&2c1d&0&3")])

    assert camera.serial is None
    assert "usb:046d:0826:6&1a2b&0&0000" == camera.id


def test_scanner_is_no_camera():
    """The image class has scanners as well; only a video device in it is a camera."""
    scanner = a_device(categories=(IMAGE_CLASS,), service="usbscan")
    webcam = a_device(instance=r"USB\VID_1&PID_2\3", categories=(IMAGE_CLASS,))

    assert 1 == len(cameras([scanner, webcam]))


@pytest.mark.parametrize(
    ("changed", "kind", "bus"),
    [
        ({"categories": (SENSOR_CAMERA,)}, CameraKind.INFRARED, Bus.USB),
        ({"name": "Integrated IR Camera"}, CameraKind.INFRARED, Bus.USB),
        ({"name": "Irma's Camera"}, CameraKind.PHYSICAL, Bus.USB),
        ({"instance": r"ROOT\IMAGE\0000"}, CameraKind.VIRTUAL, Bus.VIRTUAL),
        ({"instance": r"ACPI\INT3471\1"}, CameraKind.PHYSICAL, Bus.PLATFORM),
    ],
)
def test_kind_and_bus(changed, kind, bus):
    """Infrared cameras are sensor cameras or say so by name; those of programs hang on no bus."""
    (camera,) = cameras([a_device(**changed)])

    assert (kind, bus) == (camera.kind, camera.bus)


def test_svchost_is_known_by_its_group_and_folder():
    """Which services a host runs is on its command line; another program of that name runs none."""
    words = ("svchost.exe", "-k", "Camera", "-s", "FrameServer")

    assert "Camera" == service_group(r"C:\Windows\System32\svchost.exe", words)
    assert service_group(r"C:\Temp\svchost.exe", words) is None
    assert service_group(r"C:\Windows\System32\svchost.exe", ("svchost.exe", "-k")) is None


@pytest.mark.parametrize(
    ("exe", "unit", "expected"),
    [
        (r"C:\Windows\System32\svchost.exe", "Camera", "Frame Server"),
        (r"C:\Windows\System32\svchost.exe", "netsvcs", None),
        (r"C:\Windows\System32\DeviceCensus.exe", None, "Device Census"),
        (r"C:\Windows\System32\SensorDataService.exe", None, "Windows Hello"),
        (r"D:\Windows\System32\DeviceCensus.exe", None, None),
        (r"C:\Temp\Windows\System32\DeviceCensus.exe", None, None),
        (r"C:\Users\b\DeviceCensus.exe", None, None),
    ],
)
def test_parts_of_windows_are_told_by_their_folder(monkeypatch, exe, unit, expected):
    """Only a program in System32 of the running Windows: anybody can make D:\\Windows."""
    monkeypatch.setenv("SYSTEMROOT", r"C:\Windows")
    found = role(a_process(exe=exe, unit=unit))

    assert expected in found if expected else found is None


def test_frame_server_is_one_service_of_many():
    """The Frame Server is the host of the group Camera and no other."""
    host = r"C:\Windows\System32\svchost.exe"

    assert is_frame_server(a_process(exe=host, unit="Camera"))
    assert not is_frame_server(a_process(exe=host, unit="CameraMonitor"))


@pytest.mark.parametrize(
    ("level", "name"),
    [
        (0x1000, "low"),
        (0x2000, "medium"),
        (0x2100, "medium"),
        (0x3000, "high"),
        (0x4000, "system"),
        (0, "untrusted"),
    ],
)
def test_integrity_levels(level, name):
    """The level's relative identifier, and what lies between two levels counts as the lower."""
    assert name == integrity_level(level)


@pytest.mark.parametrize(
    ("exe", "trust", "signer", "known"),
    [
        (r"C:\a.exe", Trust("Zoom Video", valid=True, code=0), "Zoom Video", True),
        (
            r"C:\a.exe",
            Trust("Zoom Video", valid=False, code=0x80096010),
            "Zoom Video (not valid)",
            True,
        ),
        (r"C:\a.exe", Trust(None, valid=False, code=0x800B0100), None, True),
        (r"C:\Windows\System32\a.exe", Trust(None, valid=False, code=0x800B0100), None, False),
        (r"C:\a.exe", Trust(None, valid=False, code=0x80092003), None, False),
    ],
)
def test_signer_is_known_or_unknown(exe, trust, signer, known):
    """Windows vouches for its own files elsewhere: there an unsigned file says nothing."""
    process = signed(a_process(exe=exe), trust)

    assert signer == process.signer
    assert known is ("signer" not in process.unknown)


def test_task_runs_its_command():
    """A task file is UTF-16 with a declaration; its command and arguments are one line."""
    text = decode_task(TASK.format(enabled="true").encode("utf-16"))

    assert (
        PersistenceEntry("scheduled-task", "T", "T", 'C:\\Temp\\é.exe -q "a b"', "S-1-5-18"),
    ) == parse_task(text, name="T")


def test_disabled_task_starts_nothing():
    """A task that is switched off is not reported as starting by itself."""
    assert () == parse_task(decode_task(TASK.format(enabled="false").encode()), name="T")


@pytest.mark.parametrize(
    "text", ["", "<Task", "no xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
)
def test_text_that_is_no_task_is_refused(text):
    """A broken file, or one with entities to expand, is an error and so a gap."""
    with pytest.raises(ValueError, match="task"):
        parse_task(text, name="T")


def test_tasks_are_found_in_every_folder(tmp_path):
    """Tasks lie in folders of folders; one that is none is a gap beside the others."""
    (tmp_path / "Microsoft").mkdir()
    (tmp_path / "Microsoft" / "Good").write_bytes(TASK.format(enabled="true").encode("utf-16"))
    (tmp_path / "Bad").write_text("?")
    entries, gaps = task_entries(str(tmp_path))

    assert 1 == len(entries)
    assert [(Fact.PERSISTENCE, Reason.UNPARSED)] == [(gap.fact, gap.reason) for gap in gaps]


def test_missing_folder_of_tasks_is_a_gap(tmp_path):
    """No folder of tasks is not a machine without tasks."""
    entries, gaps = task_entries(str(tmp_path / "Tasks"))

    assert () == entries
    assert [Reason.MISSING] == [gap.reason for gap in gaps]


def test_startup_folder_of_every_user_is_read(tmp_path):
    """A file in a user's startup folder is an entry of that user; desktop.ini is none."""
    folders = startup_folders(users=str(tmp_path), program_data=str(tmp_path / "none"))
    assert 1 == len(folders)
    place = (
        tmp_path / "Zoë" / "AppData" / "Roaming" / "Microsoft/Windows/Start Menu/Programs/Startup"
    )
    place.mkdir(parents=True)
    (place / "spy.lnk").write_bytes(a_shortcut(plain=r"C:\spy.exe", arguments="-q"))
    (place / "desktop.ini").write_text("")
    folders = startup_folders(users=str(tmp_path), program_data=str(tmp_path / "none"))
    entries, gaps = startup_entries(folders)

    assert () == gaps
    assert [("startup-folder", r"C:\spy.exe -q", "Zoë")] == [
        (entry.kind, entry.command, entry.user) for entry in entries
    ]


def test_denied_run_key_is_a_gap():
    """What may not be read is said, and the rest is still read."""
    run = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run"
    registry = FakeRegistry(
        {rf"HKLM\{run}": PermissionError, rf"{USER}\{run}": {"Spy": r"C:\spy.exe", "Empty": " "}}
    )
    entries, gaps = registry_entries(registry)

    assert [("HKCU\\" + run, "Spy")] == [(entry.path, entry.name) for entry in entries]
    assert [(rf"HKLM\{run}", Reason.DENIED)] == [(gap.subject, gap.reason) for gap in gaps]


@pytest.mark.parametrize(
    ("start", "kind", "expected"),
    [(2, 16, ["service"]), (1, 1, ["driver"]), (3, 16, []), (4, 16, [])],
)
def test_only_automatic_services_start_themselves(start, kind, expected):
    """A service that waits to be asked, or is switched off, starts nothing by itself."""
    key = r"HKLM\SYSTEM\CurrentControlSet\Services\Spy"
    values = {"ImagePath": r"C:\spy.exe", "Start": start, "Type": kind}
    entries, _ = registry_entries(FakeRegistry({key: values}))

    assert expected == [entry.kind for entry in entries]
