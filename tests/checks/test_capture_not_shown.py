"""A camera that films while Windows or macOS shows nobody is told, and nothing less is."""

import pytest

from camcheck.checks.capture_not_shown import CaptureNotShown
from camcheck.collect.macos import collect as collect_mac
from camcheck.collect.windows import collect as collect_windows
from camcheck.findings import Confidence, Severity
from tests.collect.macos import fake as mac
from tests.collect.windows import fake as windows
from tests.collect.windows.test_collect import EMPTY_STORE


def found_on_windows(**answers):
    answers.setdefault("registry", EMPTY_STORE)
    machine = windows.a_machine(devices=[windows.a_device()], **answers)
    return list(CaptureNotShown().run(collect_windows(machine=machine)))


def found_on_mac(**answers):
    machine = mac.a_machine(**{"devices": [mac.a_device()], **answers})
    return list(CaptureNotShown().run(collect_mac(machine=machine)))


def test_stream_that_windows_forgets_is_told_with_its_program():
    """The monitor names a program, the list does not: low, for Windows is known to forget."""
    (finding,) = found_on_windows(activities=[windows.streaming()], processes=[windows.a_process()])

    assert (Severity.LOW, Confidence.LOW) == (finding.severity, finding.confidence)
    assert any("Zoom.exe" in evidence.text for evidence in finding.evidence)


def test_camera_that_runs_for_nobody_on_a_mac():
    """It runs somewhere, the green dot shows nobody and no line names anybody: medium."""
    (finding,) = found_on_mac(log=mac.a_log(mac.activity()))

    assert (Severity.MEDIUM, Confidence.MEDIUM) == (finding.severity, finding.confidence)
    assert ["CoreMediaIO", "Control Center"] == [one.source for one in finding.evidence]


def test_shown_stream_is_nothing():
    """What films and is shown fits."""
    use = {"activities": [windows.streaming()], "processes": [windows.a_process()]}
    assert [] == found_on_windows(**use, registry=windows.consent(windows.ZOOM))
    assert [] == found_on_mac(
        log=mac.a_log(mac.activity(f"cam:{mac.ZOOM}")), processes=[mac.a_process()]
    )


def test_resting_camera_is_nothing():
    """A camera that rests and is shown for nobody fits; a stale entry changes nothing."""
    assert [] == found_on_windows()
    assert [] == found_on_windows(registry=windows.consent(windows.ZOOM))
    assert [] == found_on_mac(devices=[mac.a_device(running=False)], log=mac.a_log(mac.activity()))


@pytest.mark.parametrize("log", [mac.END, mac.a_log(mac.a_line("Sensors: camera on"))])
def test_format_not_recognised_is_no_finding(log):
    """Without a line of a known form nobody knows what the dot shows."""
    assert [] == found_on_mac(log=log)


def test_system_that_could_not_be_asked_is_no_finding():
    """Without the sensor monitor nobody knows whether it streams."""
    assert [] == found_on_windows(monitor_fails="not offered")


def test_windows_hello_is_no_finding():
    """A part of Windows that uses the camera need not be shown."""
    hello = windows.a_process(7, r"C:\Windows\System32\svchost.exe", unit="WbioSvcGroup")
    assert [] == found_on_windows(activities=[windows.streaming(7)], processes=[hello])


def test_linux_is_left_to_another_check():
    """On Linux the icon knows only programs that come by PipeWire; that is no disagreement."""
    machine = mac.a_machine(devices=[mac.a_device()], log=mac.a_log(mac.activity()))
    snapshot = collect_mac(machine=machine)
    linux = snapshot._replace(host=snapshot.host._replace(system="Linux"))

    assert [] == list(CaptureNotShown().run(linux))
