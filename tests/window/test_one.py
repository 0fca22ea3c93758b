"""One window for each login, and what it can be asked."""

import contextlib
import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from camcheck.monitor.tell.handover import MOST, SOCKET, hand_over
from camcheck.window.one import _AT_ONCE, One, answer
from tests.waiting import until
from tests.window.shown import application, settle

MESSAGE = {"title": "lamp films", "body": "Since 12:00.", "urgent": False}


@pytest.fixture
def one(tmp_path: Path) -> Iterator[One]:
    """The first, which listens."""
    application()
    made = One(str(tmp_path / "login/camcheck"))
    assert made.begin()
    yield made
    made.close()


def wait(condition: Callable[[], object]) -> None:
    until(lambda: (settle(), condition())[1])


def aside(do: Callable[[], object]) -> list[object]:
    """Does it in a thread, as another process would; what it returned, when it has."""
    found: list[object] = []
    threading.Thread(target=lambda: found.append(do()), daemon=True).start()
    return found


def test_the_second_is_none_and_its_folder_is_this_users_alone(one: One, tmp_path: Path):
    """A lock by process; a socket that nobody else can reach."""
    folder = tmp_path / "login/camcheck"

    assert not One(str(folder)).begin()
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert 0o700 == stat.S_IMODE(folder.parent.stat().st_mode)


@pytest.mark.skipif(os.name != "posix", reason="the monitor hands over through a socket")
def test_a_notification_is_handed_over_and_counts_when_it_was_shown(one: One, tmp_path: Path):
    """Until then the monitor does not take it for delivered."""
    told: list[tuple[object, object]] = []
    one.told.connect(lambda data, caller: told.append((data, caller)))
    done = aside(lambda: hand_over(dict(MESSAGE), str(tmp_path / "login/camcheck")))
    wait(lambda: told)
    assert [] == done
    assert MESSAGE == told[0][0]
    answer(told[0][1])  # type: ignore[arg-type]
    wait(lambda: done)

    assert [True] == done


@pytest.mark.skipif(os.name != "posix", reason="the monitor hands over through a socket")
@pytest.mark.parametrize(
    "said",
    [b"nonsense\n", b"[]\n", b'{"tell": "text"}\n', b'{"run": "x"}\n', b"x" * (MOST + 1)],
    ids=["nonsense", "list", "text", "unknown", "too long"],
)
def test_what_it_does_not_understand_it_hangs_up_on(one: One, tmp_path: Path, said: bytes):
    """Two requests and no more."""

    def ask() -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            caller.connect(str(tmp_path / "login/camcheck" / SOCKET))
            try:
                caller.sendall(said)
                return caller.recv(16)
            except OSError:
                return b""

    done = aside(ask)
    wait(lambda: done)

    assert [b""] == done


@pytest.mark.skipif(os.name != "posix", reason="the monitor hands over through a socket")
def test_without_a_window_nothing_is_handed_over(tmp_path: Path):
    """No folder, an ordinary file, a socket that nobody listens at: the monitor tells it itself."""
    assert not hand_over(dict(MESSAGE), str(tmp_path))
    (tmp_path / SOCKET).write_text("")
    assert not hand_over(dict(MESSAGE), str(tmp_path))
    (tmp_path / SOCKET).unlink()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(tmp_path / SOCKET))
    assert not hand_over(json.loads(json.dumps(MESSAGE)), str(tmp_path))


@pytest.mark.skipif(os.name != "posix", reason="the monitor hands over through a socket")
def test_callers_who_say_nothing_leave_room_for_others(one: One, tmp_path: Path):
    """However many there are: the oldest are let go."""
    with contextlib.ExitStack() as silent:
        for _ in range(2 * _AT_ONCE):
            caller = silent.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            caller.connect(str(tmp_path / "login/camcheck" / SOCKET))
            settle()
        one.told.connect(lambda _, who: answer(who))
        done = aside(lambda: hand_over(dict(MESSAGE), str(tmp_path / "login/camcheck")))
        wait(lambda: done)

    assert [True] == done
    assert _AT_ONCE >= len(one._callers)


@pytest.mark.skipif(os.name != "posix", reason="the monitor hands over through a socket")
def test_whoever_says_nonsense_again_and_again_does_no_harm(tmp_path: Path):
    """Freed memory is overwritten here, so that its use ends the process at once."""
    settings = {"MALLOC_PERTURB_": "165", "PYTHONMALLOC": "debug", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.window.knocking", str(tmp_path / "login")],
        env={**os.environ, **settings},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)
