"""The history: what is committed stays, and it never outgrows its bounds."""

import contextlib
import os
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from camcheck.errors import HistoryError
from camcheck.history.place import FILE
from camcheck.history.store import Bounds, History
from camcheck.model import Moment, MomentKind
from tests.monitor.build import START, a_finding, a_process, a_session
from tests.systems import of_unix


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with contextlib.closing(History(str(tmp_path))) as opened:
        yield opened


def test_a_session_comes_back_as_it_was(history: History):
    """Every field, findings and names that are no UTF-8 included."""
    session = a_session(findings=(a_finding(),), away=("screen locked",))
    number = history.begin(session)

    assert [(number, session)] == [(one.id, one.session) for one in history.sessions()]


def test_a_hostile_name_can_be_stored(history: History):
    """A lone surrogate (a byte of a file name) becomes visible, and breaks nothing."""
    history.begin(a_session(process=a_process(name="a\udcff\n\x1b[31m")))

    (stored,) = history.sessions()
    assert stored.session.process is not None
    assert "a\\udcff\n\x1b[31m" == stored.session.process.name


def test_an_update_replaces_and_an_end_is_an_end(history: History):
    """A session that has ended is not taken up again."""
    number = history.begin(a_session(ended=None))
    assert 1 == len(history.unfinished())
    history.update(number, a_session(), seen=START)

    assert [] == history.unfinished()
    assert [a_session()] == [stored.session for stored in history.sessions()]


def test_since_means_went_on_after(history: History):
    """A use that goes on into the time asked for is part of it; an older one is not."""
    history.begin(a_session())
    history.begin(a_session(began=START - timedelta(days=3), ended=START - timedelta(days=2)))

    assert 1 == len(history.sessions(since=START + timedelta(seconds=10)))
    assert 2 == len(history.sessions(since=START - timedelta(days=2)))
    assert 0 == len(history.sessions(since=START + timedelta(seconds=31)))


@of_unix("file modes")
def test_the_file_is_for_its_owner_alone(history: History):
    """Mode 0600: when somebody uses the camera is private."""
    assert 0o600 == stat.S_IMODE(os.stat(history.path).st_mode)


@of_unix("O_NOFOLLOW")
def test_a_link_in_its_place_is_refused(tmp_path: Path):
    """Root must not be made to write somewhere else."""
    (tmp_path / "target").touch()
    (tmp_path / "history.db").symlink_to(tmp_path / "target")

    with pytest.raises(HistoryError):
        History(str(tmp_path))


def test_a_newer_history_is_not_touched(tmp_path: Path):
    """What a newer version wrote is for that version to read."""
    History(str(tmp_path)).close()
    with contextlib.closing(sqlite3.connect(tmp_path / "history.db")) as database:
        database.execute("PRAGMA user_version = 99")

    with pytest.raises(HistoryError, match="newer camcheck"):
        History(str(tmp_path))


def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path):
    """Could not look: never an empty history."""
    (tmp_path / "history.db").write_bytes(b"this is no database, but it is long enough" * 100)

    with pytest.raises(HistoryError, match=r"history\.db cannot be used"):
        History(str(tmp_path))


def test_an_entry_of_another_version_is_counted_and_the_others_are_shown(history: History):
    """What cannot be read is told, not left out in silence."""
    history.begin(a_session())
    with contextlib.closing(sqlite3.connect(history.path)) as database, database:
        database.execute(
            "INSERT INTO session (began, ended, seen, camera, body) VALUES (1, 2, 2, 'x', '{}')"
        )

    assert 1 == len(history.sessions())
    assert 1 == history.unreadable


def test_the_oldest_goes_when_the_bound_is_reached(tmp_path: Path):
    """Too many sessions for 400 kB: the latest are there, and the file is not larger."""
    bounds = Bounds(size=400 * 1024)
    with contextlib.closing(History(str(tmp_path), bounds)) as history:
        for number in range(2000):
            began = START + timedelta(minutes=number)
            history.begin(a_session(began=began, ended=began))
        latest = history.sessions()[-1]

        assert 0 == history.waiting
        assert START + timedelta(minutes=1999) == latest.session.began
        assert os.path.getsize(history.path) <= bounds.size


def test_what_is_older_than_the_bound_goes(history: History):
    """Half a year by default."""
    history.begin(a_session())
    history.add(Moment(START, "", "Something."))
    history.tidy(now=START + timedelta(days=179))
    assert (1, 1) == (len(history.sessions()), len(history.moments()))
    history.tidy(now=START + timedelta(days=181))

    assert ([], []) == (history.sessions(), history.moments())


def test_a_session_that_goes_on_is_never_too_old(history: History):
    """A program may hold the camera for a year."""
    history.begin(a_session(ended=None))
    history.tidy(now=START + timedelta(days=400))

    assert 1 == len(history.sessions())


def test_a_full_disk_loses_nothing_that_was_committed(small_disk: Path):
    """What cannot be written waits, and is written when there is room again."""
    history = History(str(small_disk))
    number = history.begin(a_session(ended=None))
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), open(ballast, "wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    for minute in range(300):
        history.begin(a_session(began=START + timedelta(minutes=minute)))
    assert history.waiting > 0
    assert number in {stored.id for stored in history.unfinished()}
    ballast.unlink()
    history.retry()

    assert 0 == history.waiting
    assert 301 == len(history.sessions())
    history.close()
    with contextlib.closing(sqlite3.connect(small_disk / "history.db")) as database:
        assert ("ok",) == database.execute("PRAGMA integrity_check").fetchone()


def test_a_disk_that_stays_full_costs_bounded_memory_and_the_loss_is_told(small_disk: Path):
    """Five hundred writes wait; more are lost, and the history says how many."""
    history = History(str(small_disk))
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), open(ballast, "wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    for minute in range(3000):
        history.begin(a_session(began=START + timedelta(minutes=minute)))
    assert history.waiting <= 500
    ballast.unlink()
    history.retry()

    assert any("entries of the history were lost" in one.text for one in history.moments())
    history.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    if getattr(os, "geteuid", lambda: 1)() != 0 and not os.environ.get("CI"):
        pytest.skip("only root can mount a small disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)]
    subprocess.run(command, check=True)
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_month_of_heartbeats_does_not_grow_the_history(history: History):
    """The notes that the monitor watches replace each other."""
    resource = pytest.importorskip("resource", reason="Windows does not tell this much of memory")
    for hour in range(24 * 30):
        history.watched(since=START, until=START + timedelta(hours=hour))
        if hour == 0:
            first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert 1 == len(history.runs())
    assert os.path.getsize(history.path) < 100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first < 5_000


def test_a_moment_keeps_all_that_it_is(tmp_path: Path):
    """Its kind, its end and its counters are data; a plain one is a time and a sentence."""
    missed = Moment(START, "", "Nobody looked.", MomentKind.UNWATCHED, START + timedelta(seconds=9))
    moved = Moment(START, "cam", "Sent data.", MomentKind.COUNTED, missed.until, 812, 8000)
    plain = Moment(START, "", "Something.")
    with contextlib.closing(History(str(tmp_path))) as history:
        for moment in (missed, moved, plain):
            history.add(moment)

        assert [missed, moved, plain] == history.moments()


def test_a_history_of_the_version_before_is_read_and_goes_on(tmp_path: Path):
    """Its moments had no kind; what comes now has one."""
    with contextlib.closing(History(str(tmp_path))) as history:
        history.add(Moment(START, "", "Something."))
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as old:
        old.executescript("ALTER TABLE moment DROP COLUMN body; PRAGMA user_version = 1;")
    with contextlib.closing(History(str(tmp_path))) as history:
        missed = Moment(START, "", "Nobody looked.", MomentKind.UNWATCHED, START)
        history.add(missed)

        assert [Moment(START, "", "Something."), missed] == history.moments()


def test_a_use_without_an_end_that_is_over_is_not_unfinished(tmp_path: Path):
    """It is found by the time when it was over, and no monitor goes on with it."""
    over = a_session(ended=None, seen_until=START, over_by=START + timedelta(hours=1))
    with contextlib.closing(History(str(tmp_path))) as history:
        history.begin(over)

        assert [] == history.unfinished()
        assert [over] == [one.session for one in history.sessions()]
        assert [] == history.sessions(since=START + timedelta(hours=2))
