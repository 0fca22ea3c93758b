"""The read-only door: each user her own sessions, of others no name, and nobody else's file."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from camcheck.findings import Severity, Span, Subject
from camcheck.history.store import History
from camcheck.monitor.clock import Clock
from camcheck.monitor.tell.door import Door, left_for, path_of, read, users
from tests.monitor.build import a_finding, a_process, a_session

ERIKA, BOB = 41001, 41002
NOW = datetime.now(UTC)
HERS = a_session(
    began=NOW - timedelta(hours=2), ended=NOW, process=a_process(uid=ERIKA, user="erika")
)
HIS = a_session(
    began=NOW - timedelta(hours=1),
    ended=NOW,
    process=a_process(uid=BOB, user="bob", exe="/home/bob/secret", name="secret", pid=9),
)
NOBODYS = a_session(began=NOW - timedelta(minutes=5), ended=None, process=None, suspects=("rec",))


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user can reach, on a file system with access control lists."""
    folder = Path(tempfile.mkdtemp(prefix="camcheck-", dir="/dev/shm"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def door(place: Path) -> Path:
    """What the service leaves for two users. Root alone can write it."""
    if os.geteuid() != 0:
        assert not os.environ.get("CI")
        pytest.skip("only root writes it")
    history = History(str(place / "state"))
    for session in (HERS, HIS, NOBODYS):
        history.begin(session)
    listener = Door(history, users=lambda: [ERIKA, BOB], folder=str(place / "door"))
    listener.tick(Clock().now())
    history.close()
    return place / "door"


def test_a_user_sees_her_own_sessions_and_of_others_no_name():
    """Neither who it was nor with which program; not even as a suspect or in a finding."""
    other = a_finding(Severity.MEDIUM, subject=Subject(("cam",), ("/home/bob/secret",)))
    hers = HERS._replace(findings=(a_finding(), other), suspects=("secret",))
    left = left_for(ERIKA, [hers, HIS, NOBODYS], at=NOW, watched=(Span(NOW, NOW),))

    assert [HERS._replace(findings=(a_finding(),))] == list(left.sessions)
    assert [(HIS.began, HIS.ended), (NOBODYS.began, None)] == [
        (one.began, one.ended) for one in left.others
    ]
    assert {"camera", "camera_name", "began", "ended"} == set(left.others[0]._fields)
    assert "secret" not in str(left)


def test_the_kernel_lets_that_user_read_it_and_nobody_else(door: Path):
    """Asked as each of them, by another program."""

    def may(uid: int, path: str, flag: str = "-r") -> bool:
        words = ["/usr/bin/test", flag, path]
        done = subprocess.run(words, user=uid, group=uid, extra_groups=[], check=False)
        return done.returncode == 0

    hers, his = path_of(ERIKA, folder=str(door)), path_of(BOB, folder=str(door))

    assert (True, False) == (may(ERIKA, hers), may(ERIKA, his))
    assert (False, True) == (may(BOB, hers), may(BOB, his))
    assert not may(ERIKA, hers, "-w")
    assert not may(ERIKA, str(door), "-w")
    assert not may(65534, hers)


def test_what_was_left_is_read_as_it_was_written(door: Path):
    """The times of the watch, and that it is fresh."""
    left = read(path_of(BOB, folder=str(door)))

    assert left is not None
    assert [HIS] == [one._replace(nodes=(), ways=()) for one in left.sessions]
    assert not left.is_old()
    assert left._replace(at=NOW - timedelta(minutes=10)).is_old()


def test_a_change_is_written_and_what_is_old_is_forgotten(place: Path):
    """Within half a second of the next tick; sessions of seven days, no more."""
    if os.geteuid() != 0:
        pytest.skip("only root writes it")
    history = History(str(place / "state"))
    listener = Door(history, users=lambda: [ERIKA], folder=str(place / "door"))
    now = Clock().now()
    listener.tick(now)
    listener.session("began", HERS, 1)
    listener.session(
        "ended", HERS._replace(began=NOW - timedelta(days=9), ended=NOW - timedelta(days=9)), 2
    )
    listener.tick(now._replace(elapsed=now.elapsed + 0.1))
    path = path_of(ERIKA, folder=str(place / "door"))
    before = read(path)
    listener.tick(now._replace(elapsed=now.elapsed + 0.6))
    after = read(path)
    history.close()

    assert before is not None
    assert after is not None
    assert ((), 1) == (before.sessions, len(after.sessions))


def test_what_is_not_roots_or_makes_no_sense_is_no_door(place: Path, door: Path):
    """A user cannot be shown another's invention, nor be kept waiting by a pipe."""
    path = Path(path_of(ERIKA, folder=str(door)))
    good = path.read_text()
    os.chown(path, BOB, BOB)
    assert None is read(str(path))
    os.chown(path, 0, 0)
    path.write_text(good[:-20])
    assert None is read(str(path))
    path.write_text(json.dumps({**json.loads(good), "more": 1}))
    assert None is read(str(path))
    path.unlink()
    assert None is read(str(path))
    os.mkfifo(path)
    assert None is read(str(path))
    path.unlink()
    (place / "good").write_text(good)
    path.symlink_to(place / "good")
    assert None is read(str(path))


def test_where_the_file_cannot_be_written_the_monitor_goes_on(place: Path):
    """A full disk, a file in the place of the folder."""
    if os.geteuid() != 0:
        pytest.skip("only root writes it")
    (place / "door").write_text("")
    history = History(str(place / "state"))
    Door(history, users=lambda: [ERIKA], folder=str(place / "door")).tick(Clock().now())
    history.close()

    assert None is read(path_of(ERIKA, folder=str(place / "door")))


def test_users_are_those_whose_folder_is_their_own(tmp_path: Path):
    """Root is none: it reads the history itself."""
    if os.geteuid() != 0:
        pytest.skip("only root can give folders away")
    for name, owner in ((str(ERIKA), ERIKA), (str(BOB), ERIKA), ("0", 0), ("junk", ERIKA)):
        (tmp_path / name).mkdir()
        os.chown(tmp_path / name, owner, owner)

    assert [ERIKA] == users(str(tmp_path))
    assert [] == users(str(tmp_path / "nothing"))
