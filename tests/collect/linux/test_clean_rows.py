"""Whole judgements of ordinary machines: what all checks together say of rows without a culprit.

Built from recorded facts. The idle node and a call through PipeWire are also played for real on the
lab's webcam (tests/lab/test_capture.py), a call in a browser through the real permission portal in
tests/collect/linux/desktop/test_portal.py. No machine here has a webcam with a microphone or an
infrared camera: those two rows are built alone.
"""

import pytest

from camcheck.answer.judge import answer
from camcheck.collect.linux import collect_cameras
from camcheck.collect.linux.desktop.pipewire import consumers, parse
from camcheck.findings import Severity
from camcheck.model import CameraKind, CaptureState, IndicatorKind, IndicatorState, Trust, Via
from camcheck.scan import judge
from tests.builders import (
    CAMERA,
    WHEN,
    a_camera,
    a_capture,
    a_count,
    a_holder,
    a_process,
    a_snapshot,
    an_indicator,
)
from tests.collect.linux.capture.test_look import STREAMING, USB, look_at
from tests.collect.linux.capture.test_look import tree as tree  # a fixture
from tests.collect.linux.desktop.test_pipewire import A_CALL, client, node

ICON_OFF = an_indicator(
    IndicatorState.OFF,
    kind=IndicatorKind.DESKTOP_ICON,
    trust=Trust.SOFTWARE,
    reason="GNOME of user 1000 shows no icon for this camera",
)
ICON_ON = ICON_OFF._replace(state=IndicatorState.ON)
BROKER = a_process(pid=50, name="pipewire", exe="/usr/bin/pipewire", cmdline=("/usr/bin/pipewire",))
HELD_BY_BROKER = a_holder(pid=50)


def said(**facts):
    """Check and severity of every finding, and the kind of answer."""
    report = judge(a_snapshot(**facts))
    return {(found.check, found.severity) for found in report.findings}, answer(report).kind.value


def test_pipewire_that_offers_a_camera_nobody_uses_is_no_news():
    """An idle node: no consumer, no film, nobody has it open."""
    graph = parse([node(30, "suspended"), client(29, 4242)])
    facts = {
        "processes": [BROKER],
        "holders": list(consumers(graph, (a_camera(),), (BROKER,))),
        "captures": [a_capture(CaptureState.INACTIVE)],
        "references": [a_count(0, 0)],
        "indicators": [ICON_OFF],
    }

    assert (set(), "nobody") == said(**facts)


@pytest.mark.parametrize("application", ["org.mozilla.firefox", ""])
def test_a_call_through_the_portal_is_information(application):
    """Of a sandboxed browser, and of one that the portal has no name for."""
    firefox = a_process(
        pid=77, name="firefox", exe="/usr/bin/firefox", cmdline=("firefox",),
        application=f"flatpak:{application}" if application else None,
    )  # fmt: skip
    portal = a_process(pid=51, name="xdg-desktop-por", exe="/usr/libexec/xdg-desktop-portal")
    told = {"pipewire.access": "portal", "pipewire.access.portal.app_id": application}
    graph = parse([*A_CALL[:3], client(29, 51, **told, **{"application.process.id": 77})])
    running = (BROKER, portal, firefox)
    (consumer,) = consumers(graph, (a_camera(),), running)
    findings, _ = said(
        processes=list(running),
        holders=[HELD_BY_BROKER, consumer],
        captures=[a_capture()],
        references=[a_count(1, 1)],
        indicators=[ICON_ON],
    )

    assert 77 == consumer.pid
    assert {("camera-in-use", Severity.INFO)} == findings


@pytest.mark.parametrize("endpoints", ["00", "01"], ids=["isochronous", "bulk"])
def test_the_microphone_of_a_webcam_in_use_is_no_news(tree, endpoints):
    """It keeps the device awake and its transfers moving; the camera's driver counts nobody."""
    tree.driver_counts("uvcvideo", 0)
    tree.write(f"{STREAMING}/bNumEndpoints", endpoints)
    sound = tree.interface(USB, 2, driver="snd-usb-audio", kind="01")
    tree.write(f"{sound}/bInterfaceSubClass", "02")
    tree.write(f"{sound}/bAlternateSetting", " 1")
    capture, gaps = look_at(tree, lambda: tree.write(f"{USB}/urbnum", "600"))
    cameras, _ = collect_cameras(tree.roots())
    facts = {"cameras": cameras, "captures": [capture], "gaps": gaps, "references": [a_count(0, 0)]}

    assert CaptureState.INACTIVE is capture.state
    assert (set(), "nobody") == said(**facts)


@pytest.mark.parametrize("capture", [CaptureState.ACTIVE, CaptureState.INACTIVE])
def test_a_login_by_face_is_information(capture):
    """Howdy opens the infrared camera as root, past the desktop; no icon is meant for it."""
    howdy = a_process(
        name="python3", exe="/usr/bin/python3.11", user="root", uid=0, package="python3.11-minimal",
        cmdline=("/usr/bin/python3", "/lib/security/howdy/compare.py", "erika"),
    )  # fmt: skip
    infrared = a_camera(name="Integrated IR Camera", kind=CameraKind.INFRARED)
    findings, _ = said(
        cameras=[infrared],
        processes=[howdy],
        holders=[a_holder(started=WHEN, via=Via.FD)],
        captures=[a_capture(capture, camera=CAMERA)],
        references=[a_count(1, 1)],
        indicators=[ICON_OFF],
    )

    assert {("camera-in-use", Severity.INFO)} == findings
