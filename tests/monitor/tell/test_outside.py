"""What leaves the monitor: the user's own program, the journal, the lines on the terminal."""

import json
import os
import socket
import stat
import time
from datetime import timedelta
from pathlib import Path

import pytest

from camcheck.errors import MonitorError
from camcheck.findings import Severity
from camcheck.interpreter import changeable_by
from camcheck.model import Moment
from camcheck.monitor.tell.child import Children, Job
from camcheck.monitor.tell.hook import Hook
from camcheck.monitor.tell.journal import Journal, encode
from camcheck.monitor.tell.terminal import Live
from tests.monitor.build import START, a_finding, a_process, a_session, at
from tests.systems import of_unix
from tests.waiting import until


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A program of the user that keeps what it is given, each time in a file of its own."""
    path = tmp_path / "hook"
    kept = f"{tmp_path}/got-$$"
    path.write_text(f"#!/bin/sh\ncat > {kept}.part\nmv {kept}.part {kept}\n")
    path.chmod(0o755)
    return path


def got(folder: Path) -> list[dict]:
    return [json.loads(path.read_text()) for path in folder.glob("got-*") if path.suffix != ".part"]


def run(hook: Hook, folder: Path, number: int) -> list[dict]:
    until(lambda: (hook.tick(at(time.monotonic())), not hook._children.busy)[1])
    assert number == len(got(folder))
    return got(folder)


@of_unix("the program is a shell script")
def test_the_program_gets_the_event_as_json(tmp_path: Path, script: Path, monkeypatch):
    """One start for the begin, one for the end; names of the machine are data, no arguments."""
    monkeypatch.setattr("camcheck.monitor.tell.hook.changeable_by", lambda path: None)
    hook = Hook(str(script))
    hostile = a_process(name="$(touch /tmp/pwned)", cmdline=("a\nb", "\x1b[31m"))
    hook.session("began", a_session(ended=None, process=hostile), 7)
    hook.session("changed", a_session(process=hostile), 7)
    hook.session("ended", a_session(process=hostile), 7)
    events = run(hook, tmp_path, 2)

    assert ["began", "ended"] == sorted(event["event"] for event in events)
    assert {7} == {event["number"] for event in events}
    assert "$(touch /tmp/pwned)" == events[0]["session"]["process"]["name"]


@of_unix("the program is a shell script")
def test_a_new_finding_starts_the_program_once(tmp_path: Path, script: Path, monkeypatch):
    """A change without a new finding does not."""
    monkeypatch.setattr("camcheck.monitor.tell.hook.changeable_by", lambda path: None)
    hook = Hook(str(script))
    for _ in range(3):
        hook.session("changed", a_session(findings=(a_finding(),)), 7)
    (event,) = run(hook, tmp_path, 1)

    assert "high" == event["severity"]


def test_a_relative_or_missing_program_is_refused():
    """No search in PATH."""
    for program in ("hook", "/nothing/there", "/tmp"):
        with pytest.raises(MonitorError, match="no full path"):
            Hook(program)


@of_unix("root")
def test_root_runs_nothing_that_others_can_change(tmp_path: Path):
    """The file, and each folder on the way to it."""
    if os.geteuid() != 0:
        pytest.skip("only root runs into this")
    program = tmp_path / "open" / "hook"
    program.parent.mkdir()
    program.touch()
    program.chmod(0o755)
    assert changeable_by(os.path.realpath("/bin/cat")) is None
    program.parent.chmod(0o777)
    assert (str(program.parent), "everybody") == changeable_by(str(program))
    program.chmod(0o757)

    assert (str(program), "everybody") == changeable_by(str(program))


@of_unix("sleep(1)")
def test_a_program_that_hangs_is_ended_and_the_others_get_their_turn(tmp_path: Path):
    """Six programs that do not end, four at once: none outlives its time."""
    children, results = Children(), []
    for _ in range(6):
        children.run(Job(("/bin/sleep", "600"), "x", results.append, patience=0.1))
    until(lambda: (children.tick(time.monotonic()), len(results) == 6)[1])

    assert [None] * 6 == results
    assert not children.busy


def test_a_program_that_cannot_start_is_no_error():
    """It was removed since."""
    results: list[int | None] = []
    children = Children()
    children.run(Job(("/nothing/there",), "", results.append))
    children.tick(0)

    assert [None] == results


def test_of_too_many_the_oldest_is_dropped_and_counted():
    """A storm must not grow the memory."""
    children, results = Children(), []
    for _ in range(60):
        children.run(Job(("/bin/true",), "", results.append))

    assert 10 == children.dropped == len(results)


@of_unix("systemd's journal")
def test_the_journal_gets_fields_and_text_that_cannot_forge_others(tmp_path: Path):
    """A line break in a name would begin a field of its own, so it is sent with its length."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(str(tmp_path / "socket"))
    journal = Journal(str(tmp_path / "socket"))
    hostile = a_process(exe="/tmp/a\nPRIORITY=0")
    journal.session("began", a_session(process=hostile, findings=(a_finding(),)), 1)
    journal.moment(Moment(START, "", "The computer slept."))
    lines = server.recv(1 << 20).split(b"\n")
    moment = server.recv(1 << 20)
    server.close()

    assert b"PRIORITY=3" in lines
    assert b"PRIORITY=0" not in lines
    assert b"CAMCHECK_EXE=/tmp/a\\nPRIORITY=0" in lines
    assert b"CAMCHECK_EVENT=began" in lines
    assert b"MESSAGE=The computer slept." in moment
    assert b"A\n\x03\x00\x00\x00\x00\x00\x00\x00x\ny\n" == encode({"A": "x\ny"})


@of_unix("systemd's journal")
def test_a_journal_that_is_away_stops_nothing(tmp_path: Path):
    """It is counted."""
    journal = Journal(str(tmp_path / "nothing"))
    journal.session("began", a_session(), 1)

    assert 1 == journal.lost


def test_the_terminal_shows_each_thing_once_and_escaped():
    """Begin, films, end with its length, and the findings; no control character of a name."""
    lines: list[str] = []
    live = Live(lines.append)
    hostile = a_process(exe="/tmp/\x1b[2Jx")
    session = a_session(process=hostile, ended=None)
    live.session("began", session, 1)
    live.session("changed", session._replace(openings=2), 1)
    live.session("changed", session._replace(openings=3), 1)
    live.session("ended", a_session(process=hostile, findings=(a_finding(Severity.HIGH),)), 1)
    live.moment(Moment(START, "", "The computer slept."))

    assert 5 == len(lines)
    assert "has opened HD Webcam" in lines[0]
    assert "(used for 30.0 s)" in lines[2]
    assert "[HIGH]" in lines[3]
    assert not any("\x1b" in line for line in lines)


def test_the_lines_of_the_terminal_stand_in_order_of_time():
    """An end is told seconds after it happened, when something later has been told: each line has
    the time when it was written, and the end says when it was."""
    lines: list[str] = []
    clock = [START]
    live = Live(lines.append, now=lambda: clock[0])
    for second, what, session in (
        (0.1, "began", a_session(ended=None)),
        (33, "began", a_session(began=START + timedelta(seconds=33), ended=None)),
        (35, "ended", a_session()),
    ):
        clock[0] = START + timedelta(seconds=second)
        live.session(what, session, int(second))

    times = [line[:8] for line in lines]
    assert sorted(times) == times
    assert ["at" in line.split("(")[-1] for line in lines] == [False, False, True]
    assert f"(at {(START + timedelta(seconds=30)).astimezone():%H:%M:%S})" in lines[2]


@of_unix("file modes")
def test_the_history_file_is_private_even_with_an_open_umask(tmp_path: Path):
    """Files made by the monitor do not follow the user's umask."""
    from camcheck.history.store import History

    before = os.umask(0)
    try:
        History(str(tmp_path / "state")).close()
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()]

    assert {0o600} == set(modes)
    assert 0o700 == stat.S_IMODE((tmp_path / "state").stat().st_mode)
