"""A whole Windows machine: what its witnesses say together."""

from datetime import timedelta

import pytest

from camcheck.collect.windows import FRAME_SERVER_KEYS, NOTICE_KEY, collect, past_uses
from camcheck.collect.windows.cameras import UNNAMED
from camcheck.collect.windows.consent import STORE
from camcheck.model import (
    CameraKind,
    CameraUse,
    CaptureState,
    Fact,
    Gap,
    IndicatorKind,
    IndicatorState,
    Reason,
    Via,
)
from tests.collect.windows.fake import (
    CAMERA,
    LINK,
    NOW,
    USER,
    ZOOM,
    a_device,
    a_machine,
    a_process,
    consent,
    consent_key,
    streaming,
)

EMPTY_STORE = {f"{USER}\\{STORE}": {}}


def look(**answers):
    answers.setdefault("devices", [a_device()])
    answers.setdefault("registry", EMPTY_STORE)
    return collect(machine=a_machine(**answers))


def icon_of(snapshot, camera=CAMERA):
    (found,) = (
        one
        for one in snapshot.indicators
        if one.kind is IndicatorKind.DESKTOP_ICON and one.camera == camera
    )
    return found


def test_streaming_process_is_a_holder_of_a_running_camera():
    """What the sensor monitor reports is capture, with the process that it names."""
    snapshot = look(activities=[streaming()], processes=[a_process()], registry=consent(ZOOM))

    assert CaptureState.ACTIVE is snapshot.captures[0].state
    assert {(500, Via.SENSOR_MONITOR), (500, Via.CONSENT_STORE)} == {
        (holder.pid, holder.via) for holder in snapshot.holders
    }
    assert IndicatorState.ON is icon_of(snapshot).state
    assert "Zoom Video" == snapshot.processes[0].signer
    assert () == snapshot.gaps


def test_streaming_that_windows_does_not_show_has_its_icon_off():
    """Streaming without a note in the ConsentStore is the disagreement that a check looks for."""
    snapshot = look(activities=[streaming()], processes=[a_process()])

    assert CaptureState.ACTIVE is snapshot.captures[0].state
    assert IndicatorState.OFF is icon_of(snapshot).state


def test_streaming_to_windows_hello_need_not_be_shown():
    """Windows' own face sign-in is not in its list; that must frighten nobody."""
    hello = a_process(700, r"C:\Windows\System32\svchost.exe", unit="WbioSvcGroup")
    snapshot = look(activities=[streaming(700)], processes=[hello])

    assert IndicatorState.NOT_OBSERVABLE is icon_of(snapshot).state
    assert "Windows Hello" in snapshot.holders[0].detail


def test_program_that_poses_as_windows_hello_is_told_apart():
    """The name alone makes nobody a part of Windows: the folder must be Windows' own."""
    fake = a_process(700, r"C:\Users\bob\System32\svchost.exe", unit="WbioSvcGroup")
    snapshot = look(activities=[streaming(700)], processes=[fake])

    assert IndicatorState.OFF is icon_of(snapshot).state
    assert "Hello" not in snapshot.holders[0].detail


def test_list_that_could_not_be_read_whole_is_never_off():
    """Another user's store that is denied may hold the entry: then nothing is said, with a gap."""
    registry = {**EMPTY_STORE, rf"HKU\S-1-5-21-9-9-9-1002\{STORE}": PermissionError}
    snapshot = look(activities=[streaming()], processes=[a_process()], registry=registry)

    assert IndicatorState.NOT_OBSERVABLE is icon_of(snapshot).state
    assert [(Fact.HISTORY, Reason.DENIED)] == [(gap.fact, gap.reason) for gap in snapshot.gaps]


def test_stale_entry_of_a_dead_program_is_history_only():
    """A crash leaves an entry open; no process of it lives, so nobody holds the camera."""
    snapshot = look(registry=consent(ZOOM, began=NOW - timedelta(days=90)))

    assert () == snapshot.holders
    assert CaptureState.INACTIVE is snapshot.captures[0].state
    assert IndicatorState.OFF is icon_of(snapshot).state
    assert [(ZOOM, None)] == [(use.program, use.ended) for use in snapshot.history]


def test_program_started_after_an_open_entry_is_not_behind_it():
    """An entry older than the process was left by an earlier run that crashed."""
    snapshot = look(registry=consent(ZOOM, began=NOW - timedelta(days=1)), processes=[a_process()])

    assert () == snapshot.holders


def test_note_without_streaming_is_undetermined():
    """The store says that a use goes on, the monitor sees no frames: neither wins."""
    snapshot = look(registry=consent(ZOOM), processes=[a_process()])

    assert CaptureState.UNDETERMINED is snapshot.captures[0].state
    assert [Via.CONSENT_STORE] == [holder.via for holder in snapshot.holders]


def test_without_monitor_the_note_counts_and_the_gap_says_so():
    """An old Windows without the monitor still has its notes; the report says what is missing."""
    snapshot = look(monitor_fails="not offered", registry=consent(ZOOM), processes=[a_process()])

    assert CaptureState.ACTIVE is snapshot.captures[0].state
    assert [(Fact.CAPTURE, Reason.UNSUPPORTED)] == [(gap.fact, gap.reason) for gap in snapshot.gaps]


def test_without_monitor_and_note_nothing_is_known():
    """Nobody could be asked whether it streams: undetermined, never inactive."""
    snapshot = look(monitor_fails="not offered")

    assert CaptureState.UNDETERMINED is snapshot.captures[0].state


def test_unread_report_is_a_gap():
    """A report of the monitor that could not be read is no silence."""
    snapshot = look(failures=["error 0x80004005"])

    assert [(Fact.CAPTURE, Reason.UNPARSED)] == [(gap.fact, gap.reason) for gap in snapshot.gaps]


def test_number_of_an_ended_process_is_not_the_new_one():
    """A process that began after the report only inherited the number of the one that streamed."""
    later = a_process(started=NOW + timedelta(minutes=1))
    snapshot = look(activities=[streaming(reported=NOW)], processes=[later])

    assert () == snapshot.holders
    assert [(Fact.HOLDERS, Reason.MISSING)] == [(gap.fact, gap.reason) for gap in snapshot.gaps]
    assert CaptureState.ACTIVE is snapshot.captures[0].state


def test_use_with_two_cameras_is_attributed_to_neither():
    """The store names no camera: with two of them, a third that stands for "one of these"."""
    other = a_device(instance=r"USB\VID_1111&PID_2222\SN1", name="Other", links=())
    snapshot = look(devices=[a_device(), other], registry=consent(ZOOM), processes=[a_process()])

    assert [UNNAMED] == [holder.camera for holder in snapshot.holders]
    assert UNNAMED in {camera.id for camera in snapshot.cameras}
    assert [IndicatorState.ON] * 2 == [
        icon_of(snapshot, camera.id).state for camera in snapshot.cameras if camera.id != UNNAMED
    ]


def test_monitor_tells_which_of_two_cameras():
    """A process that the monitor sees at one camera is noted for that camera alone."""
    other = a_device(instance=r"USB\VID_1111&PID_2222\SN1", name="Other", links=())
    snapshot = look(
        devices=[a_device(), other],
        registry=consent(ZOOM),
        processes=[a_process()],
        activities=[streaming()],
    )

    assert {CAMERA} == {holder.camera for holder in snapshot.holders}


def test_camera_that_only_the_monitor_knows_is_listed():
    """A network or imitated camera that streams is not lost because SetupAPI has no device."""
    snapshot = look(
        activities=[streaming(link="swd#netcam#1")], processes=[a_process()], registry=EMPTY_STORE
    )

    assert "swd#netcam#1" in {camera.id for camera in snapshot.cameras}
    assert ["swd#netcam#1"] == [holder.camera for holder in snapshot.holders]


def test_virtual_camera_of_a_program_is_listed_without_a_light():
    """What OBS registers is a virtual camera, whose capture Windows does not account for."""
    key = r"HKLM\SOFTWARE\Classes\CLSID\{860BB310-5D01-11d0-BD3B-00A0C911CE86}\Instance\{A1}"
    snapshot = look(
        devices=[], registry={**EMPTY_STORE, key: {"FriendlyName": "OBS Virtual Camera"}}
    )

    assert [("OBS Virtual Camera", CameraKind.VIRTUAL)] == [
        (camera.name, camera.kind) for camera in snapshot.cameras
    ]
    assert CaptureState.UNDETERMINED is snapshot.captures[0].state
    assert () == snapshot.indicators


@pytest.mark.parametrize(
    ("value", "kind"),
    [(1, IndicatorKind.ON_SCREEN_NOTICE), (0, IndicatorKind.LED), (None, IndicatorKind.LED)],
)
def test_setting_tells_light_from_notice(value, kind):
    """Windows shows a notice only where it was told that there is no light; neither is read."""
    notice = {} if value is None else {NOTICE_KEY: {"NoPhysicalCameraLED": value}}
    snapshot = look(registry={**EMPTY_STORE, **notice})
    (light,) = (one for one in snapshot.indicators if one.kind is not IndicatorKind.DESKTOP_ICON)

    assert (kind, IndicatorState.NOT_OBSERVABLE) == (light.kind, light.state)


@pytest.mark.parametrize("key", FRAME_SERVER_KEYS)
def test_switched_off_frame_server_is_a_gap(key):
    """Without the Frame Server streams pass the monitor by, so its silence means less."""
    snapshot = look(registry={**EMPTY_STORE, key: {"EnableFrameServerMode": 0}})

    assert [(Fact.CAPTURE, key)] == [(gap.fact, gap.subject) for gap in snapshot.gaps]


def test_frame_server_itself_is_named():
    """The service that reads cameras for others is told apart from its clients."""
    server = a_process(800, r"C:\Windows\System32\svchost.exe", unit="Camera")
    snapshot = look(
        activities=[streaming(800), streaming(500)],
        processes=[server, a_process()],
        registry=consent(ZOOM),
    )
    details = {
        holder.pid: holder.detail for holder in snapshot.holders if "stream" in holder.detail
    }

    assert "Frame Server" in details[800]
    assert "streaming" == details[500]


def test_devices_that_cannot_be_listed_are_a_gap():
    """An error of SetupAPI is not a machine without cameras."""
    snapshot = look(devices=OSError(5, "refused"))

    assert [(Fact.CAMERAS, Reason.FAILED)] == [(gap.fact, gap.reason) for gap in snapshot.gaps]


def test_missing_store_is_a_gap():
    """A Windows that keeps no record says nothing about past use, and less about present use."""
    snapshot = look(registry={})

    assert [(Fact.HISTORY, Reason.MISSING)] == [(gap.fact, gap.reason) for gap in snapshot.gaps]


@pytest.mark.parametrize("stop", [-1, "never", b"\0", 1 << 63])
def test_entry_that_is_no_time_is_a_gap(stop):
    """Anybody may write into the store; what is no time is neither use nor silence."""
    values = {"LastUsedTimeStart": 1, "LastUsedTimeStop": stop}
    snapshot = look(registry={consent_key(ZOOM): values}, processes=[a_process()])

    assert [(Fact.HISTORY, Reason.UNPARSED)] == [(gap.fact, gap.reason) for gap in snapshot.gaps]
    assert () == snapshot.holders


def test_link_of_another_category_is_the_same_camera():
    """The monitor may name another of the device's interfaces than SetupAPI listed first."""
    other = LINK.replace(
        "e5323777-f976-4f5b-9b55-b94699c46e44", "24e552d7-6523-47f7-a647-d3465bf1f5ca"
    )
    snapshot = look(activities=[streaming(link=other.upper())], processes=[a_process()])

    assert [CAMERA] == [camera.id for camera in snapshot.cameras]


def test_monitor_tells_which_of_many_processes():
    """A browser is one entry and many processes: the one that the monitor names is the user."""
    family = [a_process(500), a_process(501, started=NOW - timedelta(minutes=1))]
    snapshot = look(registry=consent(ZOOM), processes=family, activities=[streaming(501)])

    assert {501} == {holder.pid for holder in snapshot.holders}


def test_ended_use_of_a_running_program_is_history():
    """A program that runs on after it stopped using the camera holds nothing."""
    snapshot = look(registry=consent(ZOOM, ended=NOW), processes=[a_process()])

    assert () == snapshot.holders
    assert [NOW] == [use.ended for use in snapshot.history]


def test_past_uses_are_those_of_a_scan():
    """camcheck history asks for them alone, with the gaps about them."""
    gap = Gap(Fact.HISTORY, "CapabilityAccessManager.db", Reason.DENIED, "Start camcheck as ...")
    denied = rf"HKLM\{STORE}"
    machine = a_machine(
        registry={**consent(ZOOM, ended=NOW), denied: PermissionError},
        earlier=((CameraUse(None, "Old", None, NOW, NOW, "db"),), (gap,)),
    )
    uses, gaps = past_uses(machine=machine)
    snapshot = collect(machine=machine)

    assert [ZOOM, "Old"] == sorted((use.program for use in uses), key=len, reverse=True)
    assert snapshot.history == uses
    assert {gap.subject, denied} == {gap.subject for gap in gaps}
    assert set(gaps) <= set(snapshot.gaps)


@pytest.mark.parametrize("streams", [True, False])
def test_silence_of_the_monitor_says_what_it_may_not_hear(streams):
    """A program that opens the driver itself is named beside silence, not beside a stream."""
    snapshot = look(activities=[streaming()] if streams else [], processes=[a_process()])
    (witness,) = (one for one in snapshot.captures[0].witnesses if one.name == "sensor-monitor")

    assert streams is (witness.detail is None)
    assert streams or "past the Frame Server" in witness.detail
