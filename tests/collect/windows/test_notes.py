r"""Windows' notes of camera use, as real machines and those who imitate them write them."""

from datetime import timedelta

import pytest

from camcheck.collect.windows.consent import STORE, read_consent, switches
from camcheck.model import CaptureState, Fact, Host, IndicatorState, Reason, Via
from camcheck.scan import judge
from tests.collect.windows.fake import (
    CAMERA,
    NOW,
    USER,
    ZOOM,
    FakeRegistry,
    a_process,
    consent,
    consent_key,
    filetime,
    streaming,
)
from tests.collect.windows.test_collect import icon_of, look

HOST = r"C:\Windows\System32\svchost.exe"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _windows_is_on_c(monkeypatch):
    monkeypatch.setenv("SYSTEMROOT", r"C:\Windows")


def severities(snapshot, check):
    return [one.severity.value for one in judge(snapshot).findings if one.check == check]


@pytest.mark.parametrize(
    "began",
    [
        filetime(NOW),
        filetime(NOW).to_bytes(8, "little"),
        str(filetime(NOW)),
    ],
)
def test_time_of_another_type_is_read(began):
    """Atomic Red Team writes REG_BINARY; the entry keeps its name and its times."""
    stop = filetime(LATER).to_bytes(8, "little")
    key = {consent_key(ZOOM): {"LastUsedTimeStart": began, "LastUsedTimeStop": stop}}
    (entry,), gaps = read_consent(FakeRegistry(key))

    assert (NOW, LATER, False) == (entry.began, entry.ended, entry.open_ended)
    assert () == gaps


@pytest.mark.parametrize("bad", [b"four", "yesterday", ("a",), 1 << 63, b"\xff" * 8, -1])
def test_time_that_cannot_be_read_is_a_gap_that_names_the_program(bad):
    """The program is named, what can be read is kept, and the end stands for the use."""
    times = {"LastUsedTimeStart": bad, "LastUsedTimeStop": filetime(LATER)}
    snapshot = look(registry={consent_key(ZOOM): times})
    (gap,) = [one for one in snapshot.gaps if one.fact is Fact.HISTORY]

    assert Reason.UNPARSED is gap.reason
    assert ZOOM in gap.detail
    assert [(ZOOM, LATER)] == [(use.program, use.began) for use in snapshot.history]


def test_use_that_goes_on_since_nobody_knows_when_is_still_a_use():
    """An end of 0 beside a begin that cannot be read: who runs that program may be filming."""
    times = {"LastUsedTimeStart": b"?", "LastUsedTimeStop": 0}
    snapshot = look(registry={consent_key(ZOOM): times}, processes=[a_process()])

    assert [(500, Via.CONSENT_STORE)] == [(one.pid, one.via) for one in snapshot.holders]


def test_names_of_values_have_no_case():
    """Versions of Windows write lastusedtimestart in other cases; the registry does not care."""
    values = {"lastUsedTimestart": filetime(NOW), "LASTUSEDTIMESTOP": 0, "value": "Allow"}
    (entry,), gaps = read_consent(FakeRegistry({consent_key(ZOOM): values}))

    assert (NOW, True, "Allow", ()) == (entry.began, entry.open_ended, entry.answer, gaps)


def test_use_noted_for_the_machine_is_history_too():
    """Services and elevated programs are noted in HKLM, on ordinary computers as well."""
    snapshot = look(registry=consent(HOST, ended=LATER, root="HKLM"))

    assert [(HOST, None)] == [(use.program, use.user) for use in snapshot.history]


def hosts(*units):
    return [
        a_process(pid=600 + number, exe=HOST, unit=unit, started=NOW - timedelta(hours=9 - number))
        for number, unit in enumerate(units)
    ]


@pytest.mark.parametrize("unit", ["Camera", "WbioSvcGroup"])
def test_open_note_of_a_service_host_is_of_the_one_with_the_camera(unit):
    """Not the oldest of many: the Frame Server's host, or that of Windows Hello."""
    snapshot = look(
        registry=consent(HOST, root="HKLM"), processes=hosts("netsvcs", "LocalService", unit)
    )

    assert [602] == [holder.pid for holder in snapshot.holders]


def test_open_note_of_a_service_host_without_role_says_one_of_five():
    """Where none has to do with cameras, the one that is shown is not said to be it."""
    snapshot = look(registry=consent(HOST, root="HKLM"), processes=hosts(*"abcde"))
    (holder,) = snapshot.holders

    assert "one of 5 hosts of Windows' services" in holder.detail


def test_note_of_a_false_service_host_is_that_program():
    """The imitator in a folder of its own is named itself; no part of Windows vouches for it."""
    false = r"E:\Windows\System32\svchost.exe"
    snapshot = look(
        registry=consent(false),
        processes=[*hosts("Camera"), a_process(pid=700, exe=false, unit="Camera")],
    )
    (holder,) = snapshot.holders

    assert 700 == holder.pid
    assert "Windows Hello" not in holder.detail
    assert "Frame Server" not in holder.detail


def call(build, *, registry):
    """A program films; Windows has noted what ``registry`` says."""
    host = Host("windows", "11", f"10.0.{build}", "AMD64", "pc")
    return look(activities=[streaming()], processes=[a_process()], registry=registry, host=host)


@pytest.mark.parametrize(
    ("build", "registry", "expected"),
    [
        (26100, consent(ZOOM), []),
        (26220, consent(ZOOM), []),
        (26220, consent(ZOOM, ended=NOW), []),
        (26100, consent(ZOOM, ended=NOW), ["low"]),
        (26220, {f"{USER}\\{STORE}": {}}, ["low"]),
        (26220, consent(r"C:\other.exe", ended=NOW), ["low"]),
    ],
    ids=["open", "open-new", "closed-new", "closed", "no-note-new", "other-note-new"],
)
def test_call_whose_note_is_closed_is_ordinary_on_builds_that_do_so(build, registry, expected):
    """Build 26220 closes notes of uses that go on; a program without a note still is told."""
    assert expected == severities(call(build, registry=registry), "capture-not-shown")


def test_closed_note_of_nobody_is_no_excuse():
    """Frames flow to a process that is gone: no build explains that."""
    snapshot = look(activities=[streaming(pid=999)], registry=consent(ZOOM, ended=NOW))

    assert IndicatorState.OFF is icon_of(snapshot).state


OFF = {f"HKLM\\{STORE}": {"Value": "Deny"}}


def test_master_switch_that_is_off_is_told():
    """What the settings say is said with the camera, and nothing is found."""
    snapshot = look(registry=OFF)

    assert "camera access is switched off" in snapshot.captures[0].reason
    assert [("every program", "denied")] == [
        (one.program, one.answer) for one in snapshot.permissions
    ]
    assert [] == severities(snapshot, "capture-not-shown")


def test_switch_of_desktop_programs_and_of_a_user_is_kept_apart():
    """Three switches: the machine's, the user's, and that for programs outside the store."""
    keys = {
        f"{USER}\\{STORE}": {"value": "deny"},
        f"HKLM\\{STORE}\\NonPackaged": {"Value": "Deny"},
        f"HKLM\\{STORE}": {"Value": "Allow"},
    }

    assert {("every program", False), ("every desktop program", True)} == {
        (one.program, one.user is None) for one in switches(FakeRegistry(keys))
    }


def test_program_that_films_although_access_is_off_is_found():
    """The switch is what the user relies on; whoever gets past it is told."""
    snapshot = look(
        registry={**OFF, **consent(ZOOM)}, activities=[streaming()], processes=[a_process()]
    )

    assert CaptureState.ACTIVE is snapshot.captures[0].state
    assert ["medium"] == severities(snapshot, "capture-not-shown")


def test_windows_hello_may_film_although_access_is_off():
    """The switch does not hold back the sign-in by face, as its text in the settings says."""
    snapshot = look(registry=OFF, activities=[streaming(pid=600)], processes=hosts("WbioSvcGroup"))

    assert CAMERA == snapshot.captures[0].camera
    assert [] == severities(snapshot, "capture-not-shown")


@pytest.mark.parametrize(
    "exe", [r"E:\Windows\System32\svchost.exe", r"C:\Windows\System32\rundll32.exe"]
)
def test_imitator_of_windows_hello_may_not(exe):
    """A folder like Windows' on another drive, or a helper that serves anybody, excuses nobody."""
    first = hosts("netsvcs")[0]._replace(started=NOW - timedelta(days=1))
    false = a_process(pid=700, exe=exe, unit="WbioSvcGroup")
    snapshot = look(registry=OFF, activities=[streaming(pid=700)], processes=[first, false])

    assert "medium" in severities(snapshot, "capture-not-shown")
