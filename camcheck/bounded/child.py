"""A child process that works and can be left behind: its birth, its answers, its end.

On a board in shared memory it notes what it is at. Where that does not change and no work is done,
it is stuck. Sources: prctl(2), proc_pid_stat(5).
"""

import marshal
import mmap
import os
import select
import struct
import sys
import time
from collections.abc import Callable, Iterator
from types import ModuleType

from camcheck.errors import CamcheckError
from camcheck.typed import Any, NoReturn

LONGEST = 15.0  # seconds for one subject, whatever work it makes
UNNAMED = 45.0  # seconds without a step for what has no name, such as a desktop that is asked
_TURN, _ENDS = 0.05, 0.5  # seconds between two looks at the board; seconds that an end may take
_A_MOMENT = 0.001
_HEAD = struct.Struct("=QH")  # number of steps, length of the subject
_LENGTH = slice(8, 10)  # where the length stands
_MOST = 500  # bytes of a subject
_FRAME = struct.Struct("=IB")  # length, kind
DONE, FAILED, STUCK = range(3)
_PICKLED = 0x80  # beside the kind
_PR_SET_PDEATHSIG, _SIGKILL = 1, 9
_PROTOCOL = 5

# Plain pairs: each named tuple would cost every scan a tenth of a millisecond at its start.
Answer = tuple[int, Any]  # kind, and what was returned or raised, or what blocks
_Work = tuple[int, bytes, bytes]  # what shows that a child gets on: steps, processor time, state

_board: mmap.mmap | None = None  # of the child that this process is
_steps = 0
_subject = b""


def is_child() -> bool:
    """Whether this process is such a child."""
    return _board is not None


def new_board() -> mmap.mmap:
    """A board that a child will share."""
    return mmap.mmap(-1, _HEAD.size + _MOST)


def fork() -> int:
    """As os.fork, also beside other threads."""
    threads = sys.modules.get("threading")
    if threads is None or threads.active_count() == 1:
        return os.fork()
    import warnings

    with warnings.catch_warnings():
        # The child uses none of the locks that other threads can have.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def be_child(live: Callable[[], None], board: mmap.mmap, kept: tuple[int, ...]) -> NoReturn:
    """The life of a child. It keeps nothing open that somebody else waits to see closed."""
    global _board
    import ctypes

    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
        _forget_signals()
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in {0, 1, 2}.difference(kept):
            os.dup2(nothing, standard)
        for descriptor in map(int, os.listdir("/proc/self/fd")):
            if descriptor > 2 and descriptor not in kept:
                _close(descriptor)
        _board = board
        live()
    finally:
        os._exit(0)


def _close(descriptor: int) -> None:
    try:
        os.close(descriptor)
    except OSError:
        return  # that of the folder in which they were listed


def _forget_signals() -> None:
    """Whoever handles signals in the parent does not do so here."""
    signal = sys.modules.get("signal")
    if signal is not None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)


def _portable(error: BaseException) -> BaseException:
    """The error as it can be raised elsewhere, with the place where it was raised."""
    if not isinstance(error, CamcheckError | OSError):
        import traceback

        error.add_note("".join(traceback.format_exception(error)))
    try:
        _pickle().loads(_pickle().dumps(error))
    except Exception:  # noqa: BLE001 any class may refuse, in any way
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _pickle() -> ModuleType:
    """What pickle itself consists of; that brings a slow twin of it."""
    import _pickle

    return _pickle


def send(to: int, kind: int, content: Any) -> None:
    """Writes an answer, or a question, into a pipe.

    What a plain scan answers is a text and a number, for which nothing has to be loaded. All else
    is pickled: marshal would make bytes of whatever is like bytes.
    """
    if type(content) is tuple and {type(part) for part in content} <= {str, int}:
        data = marshal.dumps(content)
    else:
        data, kind = _pickle().dumps(content, _PROTOCOL), kind | _PICKLED
    data = _FRAME.pack(len(data), kind) + data
    while data:
        data = data[os.write(to, data) :]


def note(subject: bytes) -> bytes:
    """Writes on the board what is looked at from now on; returns what it was before."""
    global _steps, _subject
    before, _subject, _steps = _subject, subject[:_MOST], _steps + 1
    if _board is not None:
        _HEAD.pack_into(_board, 0, _steps, len(_subject))
        _board[_HEAD.size : _HEAD.size + len(_subject)] = _subject
    return before


def note_nothing() -> None:
    """Nothing that has a name is looked at any more."""
    global _subject
    _subject = b""
    if _board is not None:
        _board[_LENGTH] = b"\0\0"


def follow(child: int, reading: int, board: mmap.mmap, patience: float) -> Answer:
    """Waits for the answer, and for signs of work; no wait in here is longer than a moment."""
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    got = bytearray()
    last: _Work = 0, b"", b""
    begun = worked = time.monotonic()
    while True:
        if poll.poll(_TURN * 1000):
            part = os.read(reading, 1 << 20)
            if not part:
                return STUCK, ""  # somebody ended it
            got += part
            for answer in taken(got):
                return answer
            worked = time.monotonic()
            continue
        now, work, subject = time.monotonic(), _work(child, board), _subject_on(board)
        begun = begun if work[0] == last[0] else now
        worked = now if work[2] == b"R" or work != last else worked
        last = work
        if now - worked > (patience if subject else UNNAMED) or (subject and now - begun > LONGEST):
            return STUCK, "" if work[2] in (b"T", b"t") else subject


def _work(child: int, board: mmap.mmap) -> _Work:
    step, _ = _HEAD.unpack_from(board)
    try:
        with open(f"/proc/{child}/stat", "rb", buffering=0) as file:
            fields = (file.read() or b"").rpartition(b") ")[2].split()
    except OSError:
        fields = []
    return step, b" ".join(fields[11:13]), fields[0] if fields else b"?"


def _subject_on(board: mmap.mmap) -> str:
    _, length = _HEAD.unpack_from(board)
    return board[_HEAD.size : _HEAD.size + length].decode("utf-8", "surrogateescape")


def taken(got: bytearray) -> Iterator[Answer]:
    """The whole frames in what was received, which are taken from it."""
    while len(got) >= _FRAME.size:
        length, kind = _FRAME.unpack_from(got)
        end = _FRAME.size + length
        if len(got) < end:
            return
        data, pickled = bytes(got[_FRAME.size : end]), bool(kind & _PICKLED)
        yield kind & ~_PICKLED, (_pickle() if pickled else marshal).loads(data)
        del got[:end]


def _reap(child: int) -> None:
    """Takes leave of a child that ends, which takes a millisecond; of no other."""
    until = time.monotonic() + _ENDS
    while os.waitpid(child, os.WNOHANG) == (0, 0) and time.monotonic() < until:
        time.sleep(_A_MOMENT)


def take_leave(child: int, *, stuck: bool) -> None:
    """Ends what is stuck, and reaps what has ended; what is deaf ends when it is let go."""
    if stuck:
        os.kill(child, _SIGKILL)
    _reap(child)


def answer_of(look: Callable[[], object]) -> Answer:
    """What a call returns or raises, as an answer."""
    try:
        return DONE, look()
    except BaseException as error:  # noqa: BLE001 it is raised in the parent
        return FAILED, _portable(error)
