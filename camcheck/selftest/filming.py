"""Films with a camera in a process of its own, so that a camera that hangs stops nothing.

`interpreter.own_module` runs it, with the node as its argument: a line of JSON when the first
picture came, one when its input ends and it has stopped. It keeps some grey pictures in memory for
the judgement and writes none; with ``--show`` the last one goes to who asked, small, in that line.
"""

import base64
import json
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import IO, Any

from camcheck.fact import NamedTuple
from camcheck.interpreter import own_module
from camcheck.selftest import SelftestError

LOAD_WITHIN = 30.0  # seconds until OpenCV is loaded, on a slow or busy machine
START_WITHIN = 10.0  # seconds from then until the first picture
STOP_WITHIN = 5.0
_KEPT = 8
_PAUSE = 0.25  # seconds between pictures that are kept


SHOWS = "--show"
_WIDE = 200  # pixels


class Picture(NamedTuple):
    """Grey values from 0 to 255, row by row."""

    width: int
    height: int
    grey: bytes


class Filming:
    """Films while it is entered; `kind` is then what the pictures were, by `frames`."""

    def __init__(
        self,
        node: str,
        *,
        command: list[str] | None = None,
        patience: float = START_WITHIN,
        shows: bool = False,
    ) -> None:
        """``shows``: `seen` is then the last picture, small and grey, for the person's eyes."""
        self._node, self._patience = node, patience
        words = (node, SHOWS) if shows else (node,)
        self._command = command or own_module("camcheck.selftest.filming", *words)
        self.kind: str | None = None
        self.seen: Picture | None = None
        self.pictures = 0
        self.started = self.stopped = 0.0  # time.monotonic()

    def __enter__(self) -> "Filming":
        """Returns when the first picture came. Raises SelftestError."""
        self._child = subprocess.Popen(  # noqa: S603 our own interpreter and module
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        trouble = "gives no picture: it hangs, or something else uses it"
        answer = self._wait(max(LOAD_WITHIN, self._patience), trouble)
        if answer.get("event") == "opening":
            answer = self._wait(self._patience, trouble)
        if answer.get("event") != "filming":
            self._end()
            why = answer.get("why", "no reason given")
            raise SelftestError(f"The camera {self._node} could not be started: {why}.")
        self.started = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._child.stdin:
                self._child.stdin.close()
                answer = self._wait(STOP_WITHIN, "does not stop")
                self.stopped = time.monotonic()
                self.kind, self.pictures = answer.get("kind"), int(answer.get("pictures", 0))
                self.seen = _picture(answer.get("seen"))
        finally:
            self._end()

    def _wait(self, seconds: float, trouble: str) -> dict[str, Any]:
        """The child's next line. Raises SelftestError when it does not come in time."""
        lines: list[str] = []
        pipe: IO[str] | None = self._child.stdout
        reader = threading.Thread(target=lambda: lines.append(pipe.readline() if pipe else ""))
        reader.daemon = True
        reader.start()
        reader.join(seconds)
        if not lines:
            self._child.kill()
            reader.join()
            self._end()
            raise SelftestError(f"The camera {self._node} {trouble} (after {seconds:.0f} seconds).")
        try:
            answer = json.loads(lines[0])
        except ValueError:
            answer = None
        return answer if isinstance(answer, dict) else {"event": "failed", "why": "it broke off"}

    def _end(self) -> None:
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                pipe.close()


def _picture(data: object) -> Picture | None:
    """What the child sent of its last picture; None: nothing, or nothing that makes sense."""
    match data:
        case [int(width), int(height), str(text)]:
            grey = base64.b64decode(text)
            return Picture(width, height, grey) if len(grey) == width * height else None
        case _:
            return None


def film(node: str, *, source: IO[str], target: IO[str], shows: bool = False) -> int:
    """Films until ``source`` ends; what the child process runs. Returns the exit status."""
    import cv2

    from camcheck.selftest.frames import judge_pictures

    def say(**facts: object) -> None:
        target.write(json.dumps(facts) + "\n")
        target.flush()

    backend = cv2.CAP_V4L2 if node.startswith("/dev/") else cv2.CAP_ANY
    say(event="opening")
    video = cv2.VideoCapture(int(node) if node.isdecimal() else node, backend)
    there, frame = video.read() if video.isOpened() else (False, None)
    if not there:
        why = "it gives no picture" if video.isOpened() else "it is in use, or refuses to open"
        video.release()
        say(event="failed", why=why)
        return 1
    say(event="filming")
    end = threading.Event()

    def wait_for_end() -> None:
        source.read()
        end.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    kept: list[Any] = []
    count, due = 0, time.monotonic()
    while there and frame is not None:
        count += 1
        if time.monotonic() >= due:
            grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) if frame.ndim == 3 else frame
            kept = [*kept[1 - _KEPT :], grey]
            due = time.monotonic() + _PAUSE
        if end.is_set():
            break
        there, frame = video.read()
    video.release()
    seen = _small(kept[-1]) if shows and kept else None
    say(event="done", pictures=count, kind=judge_pictures(kept).value, seen=seen)
    return 0


def _small(picture: Any) -> list[int | str]:
    """Width, height and grey values, at most `_WIDE` pixels wide."""
    import cv2

    height, width = picture.shape[:2]
    wide = min(_WIDE, width)
    small = cv2.resize(picture, (wide, max(1, height * wide // width)))
    return [small.shape[1], small.shape[0], base64.b64encode(small.tobytes()).decode()]


if __name__ == "__main__":
    shown = SHOWS in sys.argv[2:]
    sys.exit(film(sys.argv[1], source=sys.stdin, target=sys.stdout, shows=shown))
