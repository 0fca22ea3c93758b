"""The sensor monitor's callbacks, driven by a native library as Windows would call them."""

import ctypes
import os
import threading

import pytest

from camcheck.collect.windows import sensors
from camcheck.collect.windows.sensors import MonitorUnavailableError, SensorMonitor

LINK = (
    r"\\?\usb#vid_046d&pid_0826&mi_00#6&1a2b&0&0000#{e5323777-f976-4f5b-9b55-b94699c46e44}\global"
)


@pytest.fixture
def play(monkeypatch):
    """Hands the stand-in its script; afterwards it holds no reference and has met no trouble."""

    def hand_over(*lines: str) -> None:
        monkeypatch.setenv("CAMCHECK_STANDIN", "\n".join(lines))

    yield hand_over
    library = ctypes.WinDLL("mfsensorgroup.dll")

    assert (library.StandinOutstanding(), library.StandinTrouble()) == (0, 0)


def test_streaming_process_is_reported(play):
    """A report names the camera, the process and whether it streams, at a time of its own."""
    play(f"10|{LINK}|HD Webcam ✓|{os.getpid()},1;4321,0")

    with SensorMonitor() as monitor:
        (activity,) = monitor.activities()

    assert (LINK, "HD Webcam ✓") == (activity.device, activity.name)
    assert [(os.getpid(), True), (4321, False)] == [
        (process.pid, process.streaming) for process in activity.processes
    ]
    assert all(process.reported.year >= 2024 for process in activity.processes)


def test_later_report_replaces_the_earlier_one(play):
    """Each report is a camera's whole list: a process that is gone from it has stopped."""
    play(f"0|{LINK}|Cam|77,1", f"20|{LINK}|Cam|", "20|other|Other|5,1")

    with SensorMonitor() as monitor:
        activities = monitor.activities()

    assert {LINK: (), "other": (5,)} == {
        activity.device: tuple(process.pid for process in activity.processes)
        for activity in activities
    }


def test_silence_is_no_report(play):
    """Without streaming Windows reports nothing, and nothing is what the monitor gives."""
    play()

    with SensorMonitor() as monitor:
        assert () == monitor.activities()


def test_reports_arrive_while_it_stops(play):
    """A report under way when the monitor is stopped neither hangs nor is lost."""
    came = threading.Event()
    play(*(f"1|{LINK}|Cam|{number},1" for number in range(1, 9)))

    with SensorMonitor(on_report=lambda _: came.set()):
        assert came.wait(120)


def test_reports_come_on_a_thread_of_windows(play):
    """The listener is called on the monitor's own thread, not on ours."""
    threads = []
    play(f"0|{LINK}|Cam|1,1")

    with SensorMonitor(on_report=lambda _: threads.append(threading.get_ident())) as monitor:
        monitor.activities()

    assert [threading.get_ident()] != threads
    assert 1 == len(threads)


def test_monitor_can_be_had_again_and_again(play):
    """A hundred monitors in a row leave no reference behind (the fixture looks)."""
    play(f"0|{LINK}|Cam|1,1")
    for _ in range(100):
        with SensorMonitor():
            pass


@pytest.mark.parametrize("step", ["create", "start"])
def test_monitor_that_does_not_start_says_so(play, step):
    """A monitor that Windows refuses is unavailable, with the error's number."""
    play(f"fail:{step}")

    with pytest.raises(MonitorUnavailableError, match="0x8"), SensorMonitor():
        pass


def test_report_that_cannot_be_read_is_a_failure(play, monkeypatch):
    """A report with a part that Windows does not give is counted, never taken for silence."""
    play(f"0|{LINK}|Cam|1,1")
    monkeypatch.setattr(sensors, "_read_process", _refuse)

    with SensorMonitor() as monitor:
        assert () == monitor.activities()
        assert ("error 0x80004005",) == monitor.failures()


def _refuse(process):
    raise MonitorUnavailableError("error 0x80004005")
