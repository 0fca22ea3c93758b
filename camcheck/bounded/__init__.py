"""Looks that end, whatever they look at: made by a child process that can be left behind.

Who reads /proc/PID/cmdline waits in the kernel for as long as that process keeps its memory map
locked, and who reads a file for as long as the server of its file system likes (FUSE). Neither can
be interrupted, and a thread that waits there keeps its process from ending. A child process can be
left behind. It notes on a board in shared memory what it is about to look at; where that does not
change and no work is done, the subject blocks those who look. The child is killed, or ends when it
is let go, and another one looks at everything else.

Sources: get_mm_cmdline and m_start in fs/proc, which wait for the lock of the memory map;
request_wait_answer in fs/fuse/dev.c, which waits deaf to every signal once the server has taken
the request; proc_pid_stat(5).
"""

import os
import time
from collections.abc import Callable

from camcheck.bounded.child import (
    DONE,
    FAILED,
    STUCK,
    Answer,
    answer_of,
    be_child,
    follow,
    fork,
    is_child,
    new_board,
    note,
    note_nothing,
    send,
    take_leave,
    taken,
)
from camcheck.errors import CamcheckError
from camcheck.typed import Any, TypeVar

MEMORY, PROGRAMS = "memory", "program"  # kinds of subjects: of a process, a file that runs
PATIENCE, SOON = 2.0, 0.5  # seconds without a step or work: at first, and after that
REMEMBERED = 60.0  # seconds for which what blocked is not tried again
_FEW = 3  # subjects of one owner that are tried; then the owner counts as one that blocks

_Seen = TypeVar("_Seen")


class BlockedError(TimeoutError):
    """Who looks there waits for ever, so it is passed over."""


_passed: frozenset[str] = frozenset()
_left: dict[str, tuple[int, float]] = {}  # by subject: the child that was left behind, and when


def passes_any() -> bool:
    """Whether the look of this process passes over anything at all: hardly ever."""
    return bool(_passed)


def is_passed_over(subject: str) -> bool:
    """Whether the look of this process passes over a subject, because it is known to block."""
    return bool(_passed) and _is_among(subject, _passed)


def is_blocking(subject: str) -> bool:
    """Whether a subject itself was found to block, not just others of its owner."""
    return subject in _passed


class looking_at:  # noqa: N801 read as a verb: with looking_at(...)
    """Names what is looked at. Raises BlockedError for what is known to block.

    A subject is a kind, an owner and a thing ("memory/1000/4711"): of an owner with many that
    block, all are passed over.
    """

    __slots__ = ("_before", "_name")

    def __init__(self, subject: str) -> None:
        self._name = subject

    def __enter__(self) -> None:
        if is_child():
            if _passed and is_passed_over(self._name):
                raise BlockedError(f"{self._name} blocks those who look at it")
            self._before = note(self._name.encode("utf-8", "surrogateescape"))

    def __exit__(self, *_: object) -> None:
        if is_child():
            if self._before:
                note(self._before)
            else:
                note_nothing()


def in_time(look: Callable[[], _Seen], subject: str) -> _Seen:
    """What ``look`` returns or raises; BlockedError when its subject does not answer."""
    if is_child():
        with looking_at(subject):
            return look()
    _forget()
    if _is_among(subject, frozenset(_left)):
        raise BlockedError(f"{subject} blocks those who look at it")

    def named() -> _Seen:
        with looking_at(subject):
            return look()

    return _settled(named, frozenset(), again=False)


def watched(
    look: Callable[[], _Seen],
) -> _Seen:
    """What ``look`` returns or raises, whatever blocks inside of it.

    What blocks is passed over where ``look`` names it; it is called anew for that, in a process of
    its own each time, so that it changes nothing here. The less is loaded when it is called, the
    less memory has to be copied.
    """
    if is_child():
        return look()
    _forget()
    return _settled(look, frozenset(_left), again=True)


def _settled(
    look: Callable[[], _Seen],
    passed: frozenset[str],
    *,
    again: bool,
) -> _Seen:
    tries = 2
    while True:
        kind, content = _ask(look, passed)
        if kind == DONE:
            seen: _Seen = content
            return seen
        if kind == FAILED:
            raise content
        if content and not again:
            raise BlockedError(f"{content} blocks those who look at it")
        if content:
            passed = _widened({*passed, content})
            continue
        tries -= 1  # nobody is to blame
        if not tries:
            raise CamcheckError(
                "The look at this computer was ended or held still, twice. Somebody may not want "
                "it: see which programs run, or start the computer from another disk."
            )


def _ask(look: Callable[[], object], passed: frozenset[str]) -> Answer:
    """One child, from its birth until it has answered, or is left behind."""
    board = new_board()
    reading, writing = os.pipe()

    def live() -> None:
        _pass_over(passed)
        send(writing, *answer_of(look))

    child = fork()
    if child == 0:
        be_child(live, board, (writing,))
    answer: Answer = STUCK, ""
    try:
        os.close(writing)
        answer = follow(child, reading, board, SOON if passed else PATIENCE)
        return answer
    finally:
        os.close(reading)
        board.close()
        if answer[0] == STUCK:  # Ctrl-C as well: the child must not go on alone
            _left[answer[1]] = child, time.monotonic()
        take_leave(child, stuck=answer[0] == STUCK)


def _pass_over(passed: frozenset[str]) -> None:
    global _passed
    _passed = passed


class Companion:
    """A child that looks again and again when it is asked: a monitor has no time for a new one.

    It is as its parent was when it was made, or made again after something blocked. Several threads
    may ask; they take turns.
    """

    def __init__(self, look: Callable[..., Any]) -> None:
        import threading

        self._look, self._turn = look, threading.Lock()
        self._child = 0
        with self._turn:
            self._begin()

    def ask(self, *words: object) -> Any:
        """What ``look`` returns or raises for these words. Raises BlockedError when it is stuck."""
        with self._turn:
            if not self._child:
                self._begin()
            answer: Answer = STUCK, ""
            try:
                send(self._asking, 0, words)
                answer = follow(self._child, self._answers, self._board, PATIENCE)
            except BrokenPipeError:
                pass  # somebody ended it
            finally:
                if answer[0] == STUCK:
                    self._end()
        kind, content = answer
        if kind == DONE:
            return content
        if kind == FAILED:
            raise content
        raise BlockedError(f"{content or 'somebody'} blocks those who look")

    def close(self) -> None:
        """Ends the child."""
        with self._turn:
            if self._child:
                self._end()

    def _begin(self) -> None:
        self._board = new_board()
        asked, self._asking = os.pipe()
        self._answers, answering = os.pipe()
        self._child = fork()
        if self._child == 0:
            be_child(
                lambda: _serve(self._look, asked, answering),
                self._board,
                (asked, answering),
            )
        os.close(asked)
        os.close(answering)

    def _end(self) -> None:
        os.close(self._asking)
        os.close(self._answers)
        self._board.close()
        take_leave(self._child, stuck=True)
        self._child = 0


def _serve(look: Callable[..., object], asked: int, answering: int) -> None:
    """Answers what is asked, until nobody can ask any more."""
    got = bytearray()
    while part := os.read(asked, 1 << 16):
        got += part
        for _, words in taken(got):
            with looking_at(f"look/{'/'.join(map(str, words))}"):
                answer = answer_of(lambda words=words: look(*words))  # type: ignore[misc]
            send(answering, *answer)


def _forget() -> None:
    """What blocked long ago is tried again, unless a child still waits there."""
    for subject, (child, at) in tuple(_left.items()):
        try:
            waits = os.waitpid(child, os.WNOHANG) == (0, 0)
        except ChildProcessError:
            waits = False  # it has been taken leave of
        if not waits and time.monotonic() - at > REMEMBERED:
            del _left[subject]


def _is_among(subject: str, passed: frozenset[str]) -> bool:
    """Whether a subject, its owner or its kind is passed over."""
    kind, _, rest = subject.partition("/")
    return not passed.isdisjoint((subject, f"{kind}/{rest.partition('/')[0]}", kind))


def _widened(passed: set[str]) -> frozenset[str]:
    """With many subjects of one owner that block, the owner blocks; with many owners, their kind.

    Each that is tried costs time: a thousand such processes are no hour.
    """
    for owner in {tuple(one.split("/")[:2]) for one in passed if one.count("/") > 1}:
        if sum(one.startswith("/".join((*owner, ""))) for one in passed) > _FEW:
            passed.add("/".join(owner))
    for kind in {one.partition("/")[0] for one in passed}:
        if sum(one.startswith(f"{kind}/") and one.count("/") == 1 for one in passed) > _FEW:
            passed.add(kind)
    return frozenset(passed)
