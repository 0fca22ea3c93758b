"""Looks that end: what a child returns, raises or is kept waiting for."""

import os
import signal
import sys
import threading
import time

import pytest

if sys.platform != "linux":
    pytest.skip("children are left behind on Linux only", allow_module_level=True)

from camcheck import bounded
from camcheck.bounded import child
from camcheck.errors import CamcheckError
from camcheck.model import Reason


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    monkeypatch.setattr(bounded, "_left", {})
    for name in ("PATIENCE", "SOON"):
        monkeypatch.setattr(bounded, name, 0.2)
    monkeypatch.setattr(child, "UNNAMED", 1.0)


def wait_for_ever():
    os.read(os.pipe()[0], 1)


def test_what_is_returned_or_raised_comes_through():
    """Any size, any error."""

    def fail():
        raise FileNotFoundError(2, "gone", "/x")

    assert b"x" * 1_000_000 == bounded.watched(lambda: b"x" * 1_000_000)
    with pytest.raises(FileNotFoundError) as raised:
        bounded.watched(fail)
    assert "/x" == raised.value.filename
    with pytest.raises(FileNotFoundError):
        bounded.in_time(fail, "file/x/y")


@pytest.mark.parametrize(
    "answer",
    [
        ("text \udcff", 3),
        (True, 1),
        bytearray(b"x"),
        (bytearray(b"x"), 1),
        Reason.DENIED,
        {1},
        None,
    ],
    ids=str,
)
def test_what_is_returned_keeps_its_type(answer):
    """Whichever way it came: a text and a number are handed on otherwise than all else."""
    seen = bounded.watched(lambda: answer)

    assert answer == seen
    assert type(answer) is type(seen)
    if type(answer) is tuple:
        assert [type(one) for one in answer] == [type(one) for one in seen]


def test_an_error_that_cannot_travel_is_told_in_words():
    """Its class and text remain."""

    class OddError(Exception):
        def __init__(self, one, two):
            super().__init__(f"{one} and {two}")

    def fail():
        raise OddError("this", "that")

    with pytest.raises(RuntimeError, match="OddError: this and that"):
        bounded.watched(fail)


def test_a_subject_that_blocks_is_passed_over_the_next_time(monkeypatch):
    """The look is made anew without it, and all else is seen; for a while it is not tried again."""
    children = []
    monkeypatch.setattr(bounded, "_ask", counted(bounded._ask, children))

    def look():
        seen = []
        for name in ("a/1/x", "b/1/x", "c/1/x"):
            try:
                with bounded.looking_at(name):
                    if name == "b/1/x":
                        wait_for_ever()
                    seen.append(name)
            except TimeoutError:
                seen.append("")
        return seen, bounded.is_blocking("b/1/x"), bounded.is_passed_over("b/1/y")

    assert (["a/1/x", "", "c/1/x"], True, False) == bounded.watched(look)
    assert 2 == len(children)
    assert ["a/1/x", "", "c/1/x"] == bounded.watched(look)[0]
    assert 3 == len(children)
    with pytest.raises(bounded.BlockedError):
        bounded.in_time(lambda: None, "b/1/x")


def test_a_look_by_itself_ends_in_time():
    """What blocks alone raises; what works on is given its time."""
    with pytest.raises(TimeoutError):
        bounded.in_time(wait_for_ever, "b/1/x")

    def work():
        until = time.process_time() + 0.5
        while time.process_time() < until:
            pass
        return "done"

    assert "done" == bounded.in_time(work, "b/1/y")


def test_work_without_end_is_ended(monkeypatch):
    """A server that gives a byte now and then keeps nobody either."""
    monkeypatch.setattr(child, "LONGEST", 0.4)

    def work():
        while True:
            pass

    with pytest.raises(TimeoutError):
        bounded.in_time(work, "b/1/x")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_who_ends_or_stops_the_look_twice_is_told(number):
    """Nothing that was looked at is blamed for it."""

    def look():
        with bounded.looking_at("a/1/x"):
            os.kill(os.getpid(), number)

    with pytest.raises(CamcheckError, match="ended or held still"):
        bounded.watched(look)


def test_what_has_no_name_does_not_last_for_ever():
    """Then nobody can be passed over: it is an error, in time."""
    with pytest.raises(CamcheckError):
        bounded.watched(wait_for_ever)


def test_many_of_one_owner_count_as_all(monkeypatch):
    """Four that block, and the fifth of that owner is not tried; others are."""
    tried = []

    def look():
        passed = []
        for name in (*(f"m/1/{n}" for n in range(9)), "m/2/x"):
            try:
                with bounded.looking_at(name):
                    if name.startswith("m/1/"):
                        wait_for_ever()
            except TimeoutError:
                passed.append(name)
        return passed

    monkeypatch.setattr(bounded, "_ask", counted(bounded._ask, tried))

    assert [f"m/1/{n}" for n in range(9)] == bounded.watched(look)
    assert 5 == len(tried)


def counted(function, calls):
    def call(*words):
        calls.append(1)
        return function(*words)

    return call


def test_many_owners_count_as_their_kind():
    """Somebody with many accounts is no end either."""
    few = {f"m/{owner}" for owner in range(3)}

    assert "m" not in bounded._widened({*few})
    assert "m" in bounded._widened({*few, "m/3", "n/1"})
    assert "n" not in bounded._widened({*few, "m/3", "n/1"})


def test_a_child_keeps_nothing_open_and_dies_with_its_parent():
    """What it leaves open would keep others waiting who read to the end."""
    reading, writing = os.pipe()
    try:
        numbers = bounded.watched(lambda: sorted(map(int, os.listdir("/proc/self/fd"))))
        null = bounded.watched(lambda: {os.readlink(f"/proc/self/fd/{n}") for n in (0, 1, 2)})
    finally:
        os.close(reading)
        os.close(writing)

    assert 5 >= len(numbers)
    assert {os.devnull} == null


def test_a_look_can_be_made_beside_other_threads():
    """The monitor reads events in a thread of its own."""
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert 7 == bounded.watched(lambda: 7)
    finally:
        end.set()
        thread.join()


def test_a_look_within_a_look_needs_no_other_child():
    """It is bounded already."""
    outer, inner = bounded.watched(lambda: (os.getpid(), bounded.watched(os.getpid)))

    assert outer == inner != os.getpid()


def test_a_companion_answers_again_and_again_and_is_made_anew_when_it_is_stuck():
    """Each question blocks for itself, also after somebody ended the child."""

    def look(what):
        if what == "stuck":
            wait_for_ever()
        if what == "wrong":
            raise FileNotFoundError(2, "gone")
        if what == "end":
            os._exit(1)
        return what, os.getpid()

    companion = bounded.Companion(look)
    first = companion.ask("a")
    again = companion.ask("b" * 100_000)

    assert ("a", "b" * 100_000) == (first[0], again[0])
    assert first[1] == again[1] != os.getpid()
    with pytest.raises(FileNotFoundError):
        companion.ask("wrong")
    for end in ("stuck", "end"):
        with pytest.raises(bounded.BlockedError):
            companion.ask(end)
        assert "c" == companion.ask("c")[0]
    pid = companion.ask("d")[1]
    companion.close()

    assert not os.path.exists(f"/proc/{pid}")
