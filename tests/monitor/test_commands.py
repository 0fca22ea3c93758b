"""camcheck monitor, history and allow, as somebody types them."""

import contextlib
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from camcheck.cli.commands import camcheck
from camcheck.cli.run import Wishes, run_scan
from camcheck.errors import HistoryError, MonitorError
from camcheck.findings import Past, Severity
from camcheck.history.place import FILE
from camcheck.history.store import History
from camcheck.model import CaptureState, Fact, Gap, Moment, Reason
from camcheck.render.history import render
from camcheck.scan import with_past
from tests.builders import a_report, a_use

from .build import START, a_finding, a_process, a_session


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A history of its own for each test."""
    for module in ("history", "allow", "monitor"):
        monkeypatch.setattr(
            f"camcheck.cli.{module}.history_folder", lambda: str(tmp_path / "state")
        )
    return str(tmp_path / "state")


def call(*words: str) -> Result:
    return CliRunner().invoke(camcheck, words)


def an_hour_ago(**changes):
    began = datetime.now(UTC) - timedelta(hours=1)
    return a_session(began=began, ended=began + timedelta(minutes=20), **changes)


def a_past(*sessions, **changes) -> Past:
    past = Past(
        START - timedelta(hours=12),
        START + timedelta(hours=12),
        sessions,
        watched=((START - timedelta(hours=6), START + timedelta(hours=12)),),
    )
    return past._replace(**changes)


def test_the_history_tells_who_when_and_how_long(folder: str):
    """The picture and the list."""
    with contextlib.closing(History(folder)) as history:
        history.begin(an_hour_ago(capture=CaptureState.ACTIVE, findings=(a_finding(),)))
        history.watched(since=datetime.now(UTC) - timedelta(hours=2), until=datetime.now(UTC))
    done = call("history")

    assert 0 == done.exit_code
    assert "zoom, on HD Webcam, for 20 min 00 s, it filmed" in done.output
    assert "[HIGH] zoom, which has HD Webcam open, has an odd origin" in done.output


def test_the_history_is_data_for_programs(folder: str):
    """Every field of a session, and the times in which somebody watched."""
    with contextlib.closing(History(folder)) as history:
        history.begin(an_hour_ago())
    data = json.loads(call("history", "--format", "json", "--since", "2h").output)

    assert 1 == data["schema_version"]
    assert "zoom" == data["sessions"][0]["process"]["name"]
    assert [] == data["watched"]


def test_another_camera_or_another_time_is_not_shown(folder: str):
    """--camera takes an id or a part of the name; --since a length or a date."""
    with contextlib.closing(History(folder)) as history:
        history.begin(an_hour_ago())

    def number(*words: str) -> int:
        return len(json.loads(call("history", "--format", "json", *words).output)["sessions"])

    assert (1, 1, 0) == (
        number("--camera", "webcam"),
        number("--camera", "usb:1234:5678:A"),
        number("--camera", "other"),
    )
    assert (0, 1) == (number("--since", "10m"), number("--since", "2020-01-01"))


@pytest.mark.parametrize("words", ["soon", "-3h", "99999999999999h", "2026-13-01"])
def test_a_time_that_is_none_is_wrong_usage(folder: str, words: str):
    """Exit code 2, and an example."""
    History(folder).close()
    done = call("history", f"--since={words}")

    assert 2 == done.exit_code
    assert "Try: yesterday" in " ".join(done.output.split())


def test_no_history_says_that_nobody_watched(folder: str, monkeypatch):
    """Not an empty list: where the system notes nothing by itself, nothing is known."""
    monkeypatch.setattr("camcheck.collect.system_of_notes", lambda: "")
    done = call("history")

    assert isinstance(done.exception, HistoryError)
    assert "no monitor has run" in str(done.exception)
    assert not os.path.exists(folder)


def test_what_could_not_be_delivered_is_shown_once(folder: str):
    """The next chance is the next look at the history."""
    with contextlib.closing(History(folder)) as history:
        history.keep(json.dumps({"title": "x used \x1b[31m", "body": "b"}), at=datetime.now(UTC))

    assert "x used \\x1b[31m" in call("history").output
    assert "x used" not in call("history").output


def test_approve_list_and_withdraw(folder: str, tmp_path: Path):
    """By full path; the number in the list withdraws."""
    program = shutil.copy("/bin/sleep", tmp_path / "filmer")
    assert str(program) in call("allow", str(program)).output
    assert str(program) in call("allow").output

    assert "No program is approved." in call("allow", "--remove", "1").output


def test_a_program_that_is_no_file_is_refused(folder: str):
    """The reason is told."""
    done = call("allow", "/nothing/there")

    assert isinstance(done.exception, MonitorError)


def test_times_without_a_monitor_are_unknown_not_unused():
    """Six hours nobody watched: question marks, and dots where it was watched and not used."""
    row = render(a_past()).splitlines()[3]

    assert row.startswith("all cameras        ??????????????")
    assert row.endswith("." * 40)


def test_without_any_monitor_nothing_is_claimed():
    """No picture of dots."""
    assert "nothing is known about it" in render(a_past(watched=()))


def test_use_and_findings_stand_at_their_time():
    """In the middle of the row, marked where there is something to look at."""
    odd = a_session(camera_name="Other", findings=(a_finding(Severity.LOW),))
    lines = render(a_past(a_session(), odd)).splitlines()

    assert "=" == lines[3][19:].strip(".?")
    assert "!" == lines[4][19:].strip(".?")


def test_nothing_hostile_reaches_the_terminal():
    """Names are escaped and bounded; each line stays one line."""
    hostile = a_process(exe="/tmp/\x1b[2J\n" + "x" * 5000)
    text = render(a_past(a_session(process=hostile, camera_name="\u202eCam")))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert all(len(line) < 500 for line in text.splitlines())


def test_a_report_gets_its_timeline(folder: str):
    """Begin, end and findings as moments, in order; nothing where there is no history."""
    assert () == with_past(a_report(), history=folder, timeline=True).timeline
    with contextlib.closing(History(folder)) as history:
        history.begin(an_hour_ago(findings=(a_finding(),)))
        history.add(Moment(datetime.now(UTC), "", "The computer slept."))
    report = with_past(a_report(), history=folder, timeline=True)
    texts = [moment.text for moment in report.timeline]

    assert 4 == len(texts)
    assert "zoom began to use the camera." in texts
    assert "zoom ended its use of the camera after 20 min 00 s." in texts
    assert "The computer slept." == texts[-1]


def test_a_report_file_carries_the_history(folder: str):
    """What the monitor saw is in the report; nothing where none ran; a broken one is a gap."""
    none = with_past(a_report(), history=folder, timeline=True)
    with contextlib.closing(History(folder)) as history:
        history.begin(an_hour_ago())
    some = with_past(a_report(), history=folder, timeline=True)
    Path(folder, FILE).write_bytes(b"no database at all" * 100)
    broken = with_past(a_report(), history=folder, timeline=True)

    assert ((), ()) == (none.timeline, none.gaps)
    assert "zoom began to use the camera." in [moment.text for moment in some.timeline]
    assert [Fact.HISTORY] == [gap.fact for gap in broken.gaps]
    assert () == broken.timeline


@pytest.fixture
def windows_remembers(monkeypatch: pytest.MonkeyPatch):
    """Windows has noted a use an hour ago and one last year; another user's notes are denied."""
    began = datetime.now(UTC) - timedelta(hours=1)
    ended = began + timedelta(minutes=3)
    uses = (
        a_use(began=began - timedelta(days=365), ended=ended - timedelta(days=365), program="Old"),
        a_use(began=began, ended=ended),
    )
    gap = Gap(Fact.HISTORY, "HKU", Reason.DENIED, "Start camcheck as administrator to see it.")
    monkeypatch.setattr("camcheck.collect.past_uses", lambda: (uses, (gap,)))
    monkeypatch.setattr("camcheck.collect.system_of_notes", lambda: "windows")


def test_what_windows_remembers_is_shown_without_any_monitor(folder: str, windows_remembers):
    """It is no session, and no history is begun for it."""
    done = call("history")

    assert 0 == done.exit_code
    assert "No monitor watched in this time, so it knows nothing about it." in done.output
    assert "Remembered by Windows, not seen by camcheck." in done.output
    assert "Zoom.exe used a camera for 3 min 00 s (user bob)" in done.output
    assert "Zoom.exe, from ConsentStore" in done.output
    assert "Could not be read: HKU: Start camcheck as administrator" in done.output
    assert "Old" not in done.output
    assert not os.path.exists(folder)


def test_what_windows_remembers_is_no_session_of_the_monitor(folder: str, windows_remembers):
    """Beside what the monitor saw, marked with its source; for programs as well."""
    with contextlib.closing(History(folder)) as history:
        history.begin(an_hour_ago())
        history.watched(since=datetime.now(UTC) - timedelta(hours=2), until=datetime.now(UTC))
    text = call("history").output
    data = json.loads(call("history", "--format", "json").output)
    all_of_it = json.loads(call("history", "--format", "json", "--since", "2020-01-01").output)

    assert text.index("zoom, on HD Webcam") < text.index("Remembered by Windows")
    assert ["zoom"] == [session["process"]["name"] for session in data["sessions"]]
    assert [("bob", "windows")] == [
        (use["user"], data["remembered_by"]) for use in data["remembered"]
    ]
    assert "ConsentStore" in data["remembered"][0]["source"]
    assert ["denied"] == [gap["reason"] for gap in data["gaps"]]
    assert 2 == len(all_of_it["remembered"])


def test_windows_without_notes_says_that_nothing_is_noted(
    folder: str, windows_remembers, monkeypatch
):
    """Neither an error nor silence."""
    monkeypatch.setattr("camcheck.collect.past_uses", lambda: ((), ()))

    assert "Windows has noted no use in this time." in call("history").output


def test_a_report_of_a_disk_has_no_history_of_this_computer(folder: str, monkeypatch, tmp_path):
    """What the monitor of the helper's own computer saw is no part of another's report."""
    monkeypatch.setattr("camcheck.cli.run.history_folder", lambda: folder)
    with contextlib.closing(History(folder)) as history:
        history.begin(an_hour_ago())
    monkeypatch.setattr("camcheck.cli.run.scan", lambda *_, **__: a_report())
    for name, hives in (("disk", ("NTUSER.DAT",)), ("here", ())):
        run_scan(
            Wishes(
                output=str(tmp_path / "x"), reports=(str(tmp_path / f"{name}.json"),), hives=hives
            )
        )

    assert [] == json.loads((tmp_path / "disk.json").read_text())["timeline"]
    assert json.loads((tmp_path / "here.json").read_text())["timeline"]


def test_status_and_uninstall_without_anything(
    folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    """They say what is not there."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert "No monitor runs now" in call("monitor", "status").output
    assert "No service was installed." in call("monitor", "uninstall").output
