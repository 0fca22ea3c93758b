"""The self-test beside the window: it asks by a question that waits, and can be stopped."""

import platform
import queue
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime

from camcheck.fact import NamedTuple
from camcheck.model import Capture
from camcheck.report.read import parse
from camcheck.selftest import SelftestError
from camcheck.selftest.choice import choose
from camcheck.selftest.course import Result, run_rounds
from camcheck.selftest.filming import Filming, Picture
from camcheck.selftest.record import remember
from camcheck.selftest.rounds import Answer, plan
from camcheck.window import WindowError
from camcheck.window.means import Means

_PATIENCE = 60.0  # seconds for a look


class Ended(NamedTuple):
    """A test that was made, and the last picture of it."""

    result: Result
    seen: Picture | None


class StoppedError(WindowError):
    """The person has enough."""


class Rounds:
    """One self-test. ``ready`` and ``asked`` get the round's number, in the test's own thread."""

    def __init__(
        self,
        means: Means,
        camera: str,
        *,
        ready: Callable[[int], None],
        asked: Callable[[int], None],
    ) -> None:
        self._means, self._camera = means, camera
        self._ready, self._asked = ready, asked
        self._answers: queue.Queue[Answer | None] = queue.Queue()
        self._seen: Picture | None = None
        self._stopped = False

    def answer(self, said: Answer) -> None:
        """What the person saw."""
        self._answers.put(said)

    def stop(self) -> None:
        """The camera goes off, as soon as this round lets it."""
        self._stopped = True
        self._answers.put(None)

    def play(self) -> Ended:
        """Plays all rounds. Raises SelftestError, StoppedError, ReportError."""
        camera, node = choose(parse(_looked(self._means.look)).report.snapshot, self._camera)
        self._ready(1)
        result = run_rounds(
            camera.id, node, plan(), ask=self._ask, look=self._look, start=self._start
        )
        at, kernel = datetime.now(UTC).isoformat(), platform.release()
        remember(self._means.remembered, result, at=at, kernel=kernel)
        return Ended(result, self._seen)

    def _ask(self, number: int) -> Answer:
        self._asked(number)
        said = self._answers.get()
        if said is None or self._stopped:
            raise StoppedError("")
        self._ready(number + 1)
        return said

    def _look(self) -> Capture | None:
        if self._stopped:
            raise StoppedError("")
        captures = parse(_looked(self._means.look)).report.snapshot.captures
        return next((one for one in captures if one.camera == self._camera), None)

    def _start(self, node: str) -> Filming:
        rounds = self

        class Shown(Filming):
            """Its last picture is kept until the test ends."""

            def __exit__(self, *error: object) -> None:
                super().__exit__(*error)  # type: ignore[arg-type]
                rounds._seen = self.seen or rounds._seen

        return Shown(node, shows=True)


def _looked(words: tuple[str, ...]) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 our own command
            words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise SelftestError("The look at the camera did not end.") from None
    return done.stdout
