"""A whole Mac: what its witnesses say together. On recorded forms only, never yet on a Mac."""

from datetime import timedelta

import pytest

from camcheck.collect.macos import collect, past_uses
from camcheck.collect.macos.cameras import UNNAMED, CoreMediaError
from camcheck.collect.macos.machine import CommandError
from camcheck.model import CaptureState, Fact, IndicatorKind, IndicatorState, Reason, Via
from tests.collect.macos.fake import (
    ASSISTANT,
    CAMERA,
    EXTENSION,
    NOW,
    STATUS_DAEMON,
    SYSTEM_STATUS,
    UID,
    ZOOM,
    a_device,
    a_line,
    a_log,
    a_machine,
    a_process,
    activity,
)


def look(**answers):
    answers.setdefault("devices", [a_device()])
    return collect(machine=a_machine(**answers))


def dot_of(snapshot):
    (found,) = (one for one in snapshot.indicators if one.kind is IndicatorKind.DESKTOP_ICON)
    return found


def gaps_of(snapshot):
    return [(gap.fact, gap.reason) for gap in snapshot.gaps]


def test_running_camera_with_a_named_user_fits():
    """CoreMediaIO says that it runs, the green dot says for whom: holder, capture, indicator."""
    snapshot = look(log=a_log(activity(f"cam:{ZOOM}", "mic:x")), processes=[a_process()])

    assert CaptureState.ACTIVE is snapshot.captures[0].state
    assert [(CAMERA, 500, Via.SYSTEM_LOG)] == [
        (holder.camera, holder.pid, holder.via) for holder in snapshot.holders
    ]
    assert IndicatorState.ON is dot_of(snapshot).state
    assert snapshot.processes[0].signer.startswith("Developer ID")
    assert () == snapshot.gaps


def test_running_camera_that_the_dot_does_not_show():
    """It runs somewhere, the dot's last word is nobody: the disagreement that checks look for."""
    snapshot = look(log=a_log(activity("mic:x")), processes=[a_process()])

    assert CaptureState.ACTIVE is snapshot.captures[0].state
    assert IndicatorState.OFF is dot_of(snapshot).state
    assert [(Fact.HOLDERS, Reason.MISSING)] == gaps_of(snapshot)


def test_running_camera_without_any_known_line_is_not_dark():
    """No line of a known form is a format not recognised, never a dot that is off."""
    snapshot = look(log=a_log(a_line("Sensors now {camera: zoom}")))

    assert IndicatorState.NOT_OBSERVABLE is dot_of(snapshot).state
    assert (Fact.INDICATORS, Reason.UNPARSED) in gaps_of(snapshot)


@pytest.mark.parametrize(
    "message",
    [
        "Active activity attributions changed to <private>",
        'Active activity attributions changed to {"cam": "us.zoom.xos"}',
        'Active activity attributions changed to ["camera us.zoom.xos"]',
        f"Active activity attributions changed to {'[' * 100_000}",
        f"Active activity attributions changed to [{'9' * 5_000}]",
        "Sorted active attributions from SystemStatus update: [cam Zoom us.zoom.xos]",
        "Frame publisher cameras changed to {us.zoom.xos}",
        "Frame publisher cameras changed to <private>",
    ],
)
def test_known_line_in_an_unknown_form_is_a_gap(message):
    """A release that words a line anew is told as that, whether a camera runs or not."""
    snapshot = look(devices=[a_device(running=False)], log=a_log(a_line(message)))

    assert [(Fact.HOLDERS, Reason.UNPARSED)] == gaps_of(snapshot)


def test_idle_camera_and_no_lines_is_nobody():
    """The camera rests and the log has nothing to tell: that is no gap."""
    snapshot = look(devices=[a_device(running=False)])

    assert CaptureState.INACTIVE is snapshot.captures[0].state
    assert () == snapshot.holders
    assert () == snapshot.gaps


def test_line_of_another_program_counts_for_nothing():
    """Any program may write this text; only Control Center's own image path makes it true."""
    forged = activity(image="/Users/bob/ControlCenter.app/Contents/MacOS/ControlCenter", seconds=9)
    snapshot = look(log=a_log(activity(f"cam:{ZOOM}"), forged), processes=[a_process()])

    assert IndicatorState.ON is dot_of(snapshot).state


def test_later_line_replaces_the_earlier():
    """Each line is the complete list: a program that is gone from it has stopped."""
    snapshot = look(
        devices=[a_device(running=False)],
        log=a_log(activity(seconds=5), activity(f"cam:{ZOOM}")),
        processes=[a_process()],
    )

    assert () == snapshot.holders
    assert IndicatorState.OFF is dot_of(snapshot).state


def test_past_use_is_history():
    """What came and went in the log is a use with begin and end; what stays has no end."""
    lines = (activity(f"cam:{ZOOM}"), activity(seconds=60), activity("cam:b", seconds=90))
    snapshot = look(devices=[a_device(running=False)], log=a_log(*lines))

    assert [(ZOOM, 60), ("b", None)] == [
        (use.program, use.ended and (use.ended - NOW).seconds) for use in snapshot.history
    ]


@pytest.mark.parametrize(
    ("line", "release"),
    [
        (
            a_line(
                "Sorted active attributions from SystemStatus update: "
                f"[[mic] A, (b) (c.d), [cam] Zoom ({ZOOM})]"
            ),
            "15.0",
        ),
        (a_line(f'Frame publisher cameras changed to [{ZOOM}: ["{UID}"]]'), "26.5"),
        (a_line(SYSTEM_STATUS, image=STATUS_DAEMON), "13.2"),
        (a_line(EXTENSION, image=ASSISTANT), "13.3"),
    ],
)
def test_every_known_form_names_the_user(line, release):
    """Each release's own line leads to the same process at the same camera."""
    snapshot = look(log=a_log(line), processes=[a_process()], release=release)

    assert [(CAMERA, 500)] == [(holder.camera, holder.pid) for holder in snapshot.holders]
    assert (Fact.HOLDERS, Reason.MISSING) not in gaps_of(snapshot), "a microphone's user is none"


FFMPEG = "/opt/homebrew/bin/ffmpeg"


def tool(pid=600, exe=FFMPEG, **changed):
    name = exe.rpartition("/")[2]
    return a_process(pid=pid, application=None, exe=exe, name=name, **changed)


def held(snapshot):
    return [holder.pid for holder in snapshot.holders]


def test_tool_without_an_application_is_found_by_its_name():
    """The dot calls ffmpeg "cam:ffmpeg", for it has no application's id."""
    snapshot = look(log=a_log(activity("cam:ffmpeg")), processes=[a_process(), tool()])

    assert [600] == held(snapshot)
    assert () == snapshot.gaps


def test_tools_of_one_name_are_all_named():
    """A false ffmpeg beside the real one: the system does not say which, so neither is hidden."""
    other = tool(601, "/Users/Shared/.x/ffmpeg")
    snapshot = look(log=a_log(activity("cam:ffmpeg")), processes=[tool(), other, tool(602)])

    assert [600, 601] == held(snapshot)
    assert all("one of 2 programs" in holder.detail for holder in snapshot.holders)


def test_tool_that_is_called_like_an_application_is_named_beside_it():
    """A file with an application's id for its name cannot hide behind that application."""
    false = tool(601, f"/Users/Shared/{ZOOM}")
    snapshot = look(log=a_log(activity(f"cam:{ZOOM}")), processes=[a_process(), false])

    assert [500, 601] == held(snapshot)


def test_tool_that_began_after_the_line_is_not_it():
    """The near miss: a later program of that name did not use the camera then."""
    later = tool(started=NOW + timedelta(minutes=1))
    snapshot = look(log=a_log(activity("cam:ffmpeg")), processes=[later])

    assert [] == held(snapshot)
    assert (Fact.HOLDERS, Reason.MISSING) in gaps_of(snapshot)


@pytest.mark.parametrize(
    "line",
    [
        activity("cam:Photo Tool"),
        a_line(
            "Sorted active attributions from SystemStatus update: "
            "[[cam] Photo Tool (Photo Tool), [mic] A (b c)]"
        ),
        a_line(f'Frame publisher cameras changed to [Photo Tool: ["{UID}"], b c: ["x"]]'),
    ],
)
def test_identifier_with_a_space_is_read(line):
    """Names of files have spaces; in each form of the line the program is found."""
    snapshot = look(log=a_log(line), processes=[tool(exe="/usr/local/bin/Photo Tool")])

    assert 600 in held(snapshot)
    assert (Fact.HOLDERS, Reason.UNPARSED) not in gaps_of(snapshot)


@pytest.mark.parametrize("empty", ["[:]", "[]", "[ : ]"])
def test_empty_publisher_releases_every_camera(empty):
    """Control Center's empty list, in the forms of several releases, means nobody."""
    lines = (
        a_line(f'Frame publisher cameras changed to [{ZOOM}: ["{UID}"]]'),
        a_line(f"Frame publisher cameras changed to {empty}", seconds=1),
    )
    snapshot = look(devices=[a_device(running=False)], log=a_log(*lines), processes=[a_process()])

    assert () == snapshot.holders
    assert CaptureState.INACTIVE is snapshot.captures[0].state


def test_log_against_coremediaio_is_undetermined():
    """The log names a user of a camera that CoreMediaIO calls idle: neither wins."""
    line = a_line(f'Frame publisher cameras changed to [{ZOOM}: ["{UID}"]]')
    snapshot = look(devices=[a_device(running=False)], log=a_log(line), processes=[a_process()])

    assert CaptureState.UNDETERMINED is snapshot.captures[0].state


def test_named_program_that_is_not_running_is_a_gap():
    """The system names a program that nobody finds among the processes: said, not dropped."""
    snapshot = look(log=a_log(activity("cam:com.gone")))

    assert (Fact.HOLDERS, Reason.MISSING) in gaps_of(snapshot)


def test_two_idle_cameras_and_a_named_user():
    """With two cameras running, the dot does not say which of them it is about."""
    snapshot = look(
        devices=[a_device(), a_device(uid="2", name="B")],
        log=a_log(activity(f"cam:{ZOOM}")),
        processes=[a_process()],
    )

    assert [UNNAMED] == [holder.camera for holder in snapshot.holders]


def test_camera_switched_while_looking_is_no_disagreement():
    """A camera that came on after the log was read may not be held against the dot."""
    snapshot = look(devices=[a_device(running=False)], after=[a_device()], log=a_log(activity()))

    assert IndicatorState.NOT_OBSERVABLE is dot_of(snapshot).state


def test_silent_camera_is_undetermined():
    """A camera that does not say whether it runs is not called idle."""
    snapshot = look(devices=[a_device(running=None)])

    assert CaptureState.UNDETERMINED is snapshot.captures[0].state


@pytest.mark.parametrize("reason", [Reason.FAILED, Reason.TIMED_OUT, Reason.MISSING])
def test_log_that_gives_no_answer_is_a_gap(reason):
    """Without the log neither holders nor the dot nor the past are known."""
    snapshot = look(log=CommandError(reason, "log(1) wrote nothing"))

    assert {Fact.HOLDERS, Fact.INDICATORS, Fact.HISTORY} <= {fact for fact, _ in gaps_of(snapshot)}
    assert IndicatorState.NOT_OBSERVABLE is dot_of(snapshot).state


def test_cameras_that_cannot_be_listed_are_a_gap():
    """CoreMediaIO that cannot be asked is not a Mac without cameras."""
    snapshot = look(devices=CoreMediaError("refused"))

    assert {(Fact.CAMERAS, Reason.FAILED), (Fact.CAPTURE, Reason.FAILED)} == set(gaps_of(snapshot))


def test_signature_without_answer_stays_unknown():
    """A codesign that says nothing known leaves the signer unknown, with a gap."""
    snapshot = look(log=a_log(activity(f"cam:{ZOOM}")), processes=[a_process()], signature=None)

    assert "signer" in snapshot.processes[0].unknown
    assert [(Fact.PROCESSES, Reason.FAILED)] == gaps_of(snapshot)


def test_microphone_user_is_never_taken_for_the_cameras():
    """A camera entry without a process, followed by the list of another sensor, names nobody."""
    message = (
        "Server data changed for media domain: <STMediaStatusDomainData: 0x1> {\n"
        "cameraAttributions = <STListData: 0x2> {\n"
        "<STMediaStatusDomainCameraCaptureAttribution: 0x3> { cameraDescriptor = "
        f"<STMediaStatusDomainCameraDescriptor: 0x4; cameraIdentifier: {UID}>; }};\n"
        "audioAttributions = <STListData: 0x5> {\n"
        "auditToken = <BSAuditToken: 0x6; AUID: 501; PID: 500; ASID: 1>;\n};"
    )
    line = a_line(message, image=STATUS_DAEMON)
    snapshot = look(log=a_log(line), processes=[a_process()], release="13.2")

    assert () == snapshot.holders
    assert (Fact.HOLDERS, Reason.UNPARSED) in gaps_of(snapshot)


def test_program_started_after_the_line_is_not_its_user():
    """A number or application that began after the line is another run of it."""
    later = a_process(started=NOW + timedelta(minutes=1))
    snapshot = look(log=a_log(activity(f"cam:{ZOOM}")), processes=[later])

    assert () == snapshot.holders
    assert (Fact.HOLDERS, Reason.MISSING) in gaps_of(snapshot)


def test_past_uses_are_those_of_a_scan():
    """camcheck history asks the log alone; a log that says nothing is a gap and no empty past."""
    log = a_log(activity(f"cam:{ZOOM}"), activity(seconds=60))
    uses, gaps = past_uses(machine=a_machine(log=log))
    silent = past_uses(machine=a_machine(log=CommandError(Reason.FAILED, "log wrote nothing")))

    assert [(ZOOM, 60)] == [(use.program, (use.ended - use.began).seconds) for use in uses]
    assert () == gaps
    assert ((), [Fact.HISTORY]) == (silent[0], [gap.fact for gap in silent[1]])
