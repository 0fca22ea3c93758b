"""When something about cameras may have changed on a Mac: time to look again.

Two sources: Control Center's lines as the log streams them, and CoreMediaIO, which is asked every
two seconds, because its own notices are reported to be unreliable since macOS 12.
"""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from camcheck.collect.macos.cameras import CoreMedia, CoreMediaError, Device
from camcheck.collect.macos.log import question
from camcheck.collect.macos.machine import LOG
from camcheck.model import Fact, Gap, Reason

INTERVAL_SECONDS = 2.0


def stream_command(version: tuple[int, int]) -> tuple[str, ...]:
    """The command that streams the lines of this release of macOS (major, minor)."""
    words = ("--level", "debug") if "--debug" in question(version) else ()
    rest = tuple(word for word in question(version) if word != "--debug")
    return (LOG, "stream", "--style", "ndjson", *words, *rest)


@contextmanager
def watching(
    on_change: Callable[[], None],
    *,
    command: tuple[str, ...],
    devices: Callable[[], tuple[Device, ...]] | None = None,
    on_loss: Callable[[Gap], None] = lambda _: None,
) -> Iterator[tuple[Gap, ...]]:
    """Calls ``on_change`` after each change, on threads of its own, until the ``with`` ends.

    ``command`` comes from `stream_command`. Gives the gaps: what cannot be watched; what can no
    longer be watched is given to ``on_loss``.
    """
    gaps: list[Gap] = []
    with ExitStack() as stack:
        try:
            stack.enter_context(_streamed(command, on_change, on_loss))
        except OSError as error:
            detail = f"The green dot's changes are only seen at the next look: {error}."
            gaps.append(Gap(Fact.INDICATORS, command[0], Reason.FAILED, detail))
        try:
            ask = devices or CoreMedia().devices
            stack.enter_context(_polled(ask, on_change))
        except CoreMediaError as error:
            detail = f"Cameras that start are only seen in the log: {error}."
            gaps.append(Gap(Fact.CAPTURE, "CoreMediaIO", Reason.FAILED, detail))
        yield tuple(gaps)


@contextmanager
def _streamed(
    command: tuple[str, ...], on_change: Callable[[], None], on_loss: Callable[[Gap], None]
) -> Iterator[None]:
    """Reads a command's lines; each is a change, the text is left to the next look."""
    with subprocess.Popen(  # noqa: S603 - the system's own log command
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    ) as process:
        ending = threading.Event()

        def follow() -> None:
            for line in process.stdout or ():
                # The first line repeats the question and is no entry.
                if line.startswith(b"{"):
                    on_change()
            if not ending.is_set():
                detail = f"The green dot's changes are only seen at the next look: {LOG} ended."
                on_loss(Gap(Fact.INDICATORS, command[0], Reason.FAILED, detail))

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            process.terminate()
            thread.join()


@contextmanager
def _polled(ask: Callable[[], tuple[Device, ...]], on_change: Callable[[], None]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=_poll, args=(ask, ask(), on_change, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _poll(
    ask: Callable[[], tuple[Device, ...]],
    last: tuple[Device, ...],
    on_change: Callable[[], None],
    stop: threading.Event,
) -> None:
    while not stop.wait(INTERVAL_SECONDS):
        try:
            now = ask()
        except CoreMediaError:
            now = ()  # the next look says what is wrong
        if now != last:
            last = now
            on_change()
