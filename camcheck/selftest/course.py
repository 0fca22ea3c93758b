"""The self-test as it runs: rounds with the user, or a code for a film; what the witnesses did."""

import itertools
import time
from collections.abc import Callable

from camcheck.fact import NamedTuple
from camcheck.model import Capture, CaptureState, Witness
from camcheck.selftest.code import CHIP, Code, Span
from camcheck.selftest.filming import Filming
from camcheck.selftest.rounds import Answer, LightVerdict, Round, judge_rounds

SETTLE = 2.5  # seconds before a question: long enough for every light


class WitnessReport(NamedTuple):
    """Which witnesses changed when the camera filmed, and which did not in every round."""

    changed: tuple[str, ...]
    silent: tuple[str, ...]


class Result(NamedTuple):
    """A self-test that was made. ``pictures`` are the kinds that the rounds gave."""

    camera: str
    verdict: LightVerdict
    rounds: tuple[Round, ...]
    witnesses: WitnessReport
    pictures: tuple[str, ...]


def run_rounds(
    camera: str,
    node: str,
    plan: tuple[bool, ...],
    *,
    ask: Callable[[int], Answer],
    look: Callable[[], Capture | None],
    start: Callable[[str], Filming] = Filming,
    settle: float = SETTLE,
) -> Result:
    """Plays the rounds. ``ask`` returns what the person saw, ``look`` the capture state now."""
    idle = look()
    rounds, pictures, looks = [], [], []
    for number, films in enumerate(plan, start=1):
        if films:
            with start(node) as filming:
                looks.append(look())
                _rest(filming.started, settle)
                answer = ask(number)
            pictures.append(filming.kind or "unknown")
        else:
            began = time.monotonic()
            look()  # the same work, so that the time gives nothing away
            _rest(began, settle)
            answer = ask(number)
        rounds.append(Round(films, answer))
    witnesses = compare(idle, [seen for seen in looks if seen])
    return Result(camera, judge_rounds(rounds), tuple(rounds), witnesses, tuple(pictures))


def _rest(since: float, seconds: float) -> None:
    time.sleep(max(0.0, since + seconds - time.monotonic()))


def compare(idle: Capture | None, filming: list[Capture]) -> WitnessReport:
    """The witnesses that changed whenever the camera filmed, and those that did not.

    One that was not there at rest has changed if it says that frames flow.
    """
    at_rest = {w.name: _essence(w) for w in idle.witnesses} if idle else {}
    names = sorted({witness.name for capture in filming for witness in capture.witnesses})
    changed = []
    for name in names:
        spoke = [
            witness.says is CaptureState.ACTIVE
            or _essence(witness) != at_rest.get(name, _essence(witness))
            for capture in filming
            for witness in capture.witnesses
            if witness.name == name
        ]
        if len(spoke) >= len(filming) and all(spoke):
            changed.append(name)
    silent = [name for name in sorted({*names, *at_rest}) if name not in changed]
    return WitnessReport(tuple(changed), tuple(silent) if filming else ())


def _essence(witness: Witness) -> str:
    """The value without the time that it took: "+0 in 251 ms" is no change from "+0 in 250 ms"."""
    return witness.value.partition(" in ")[0]


def play_code(
    node: str,
    steps: tuple[bool, ...],
    *,
    say: Callable[[str], None],
    start: Callable[[str], Filming] = Filming,
    chip: float = CHIP,
) -> Code:
    """Films in the pattern of ``steps`` and returns what the camera truly did, and when.

    A camera that starts slowly stretches the code: each on and off lasts as long as it should.
    """
    begin = now = time.monotonic()
    spans: list[Span] = []
    done = 0
    for on, run in itertools.groupby(steps):
        count = len(list(run))
        if on:
            with start(node) as filming:
                _rest(filming.started, count * chip)
            now = filming.stopped
            spans.append(Span(filming.started - begin, filming.stopped - begin))
        else:
            _rest(now, count * chip)
            now = time.monotonic()
        done += count
        say(f"{done} of {len(steps)} steps")
    return Code(tuple(spans), time.monotonic() - begin)
