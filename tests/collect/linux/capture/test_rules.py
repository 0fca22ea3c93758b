"""The rules by which witnesses decide: each row is a situation and the rule that must decide it."""

from pathlib import Path

import pytest

from camcheck.collect.linux.capture.rules import BURST, RULES, STREAM, Signs, decide
from camcheck.model import CaptureState

ACTIVE, INACTIVE = CaptureState.ACTIVE, CaptureState.INACTIVE
UNDETERMINED = CaptureState.UNDETERMINED

ROOT = Path(__file__).parents[4]
ISO = Signs(reserved=False, suspended=False, references=1)
BULK = ISO._replace(bulk=True)

TABLE = [
    # an isochronous camera
    ("asleep", INACTIVE, ISO._replace(suspended=True)),
    ("nobody-has-it-open", INACTIVE, ISO._replace(references=0)),
    ("channel-closed-unsampled", INACTIVE, ISO),
    ("channel-closed", INACTIVE, ISO._replace(transfers=0)),
    ("channel-closed", INACTIVE, ISO._replace(transfers=BURST - 1)),
    ("short-stream-possible", UNDETERMINED, ISO._replace(transfers=BURST)),
    ("channel-closed", INACTIVE, ISO._replace(transfers=500, microphone=True)),
    ("reserved-unsampled", ACTIVE, ISO._replace(reserved=True)),
    ("reserved-and-moving", ACTIVE, ISO._replace(reserved=True, transfers=1)),
    ("reserved-and-moving", ACTIVE, ISO._replace(reserved=True, transfers=9, microphone=True)),
    ("reserved-but-still", UNDETERMINED, ISO._replace(reserved=True, transfers=0)),
    ("driver-counts-pictures", ACTIVE, ISO._replace(frames=1, counting=True)),
    ("driver-counts-data", ACTIVE, ISO._replace(transfers=8, frames=0, counting=True)),
    # taken from its driver: power and the driver's count say nothing
    ("channel-closed", INACTIVE, ISO._replace(bound=False, suspended=True, transfers=0)),
    ("reserved-and-moving", ACTIVE, ISO._replace(bound=False, reserved=True, transfers=7)),
    ("moving", ACTIVE, BULK._replace(bound=False, references=0, transfers=7)),
    # a bulk camera: its alternate setting stays 0
    ("asleep", INACTIVE, BULK._replace(suspended=True, microphone=True)),
    ("nobody-has-it-open", INACTIVE, BULK._replace(references=0, microphone=True)),
    ("unsampled", UNDETERMINED, BULK),
    ("no-transfer", INACTIVE, BULK._replace(transfers=0)),
    ("few-transfers", UNDETERMINED, BULK._replace(transfers=STREAM - 1)),
    ("moving", ACTIVE, BULK._replace(transfers=STREAM)),
    ("moving", ACTIVE, BULK._replace(transfers=STREAM, steady=True)),
    ("moved-for-a-moment", UNDETERMINED, BULK._replace(transfers=99, steady=False)),
    ("driver-counts-data", ACTIVE, BULK._replace(transfers=7, frames=0, counting=True)),
    ("microphone-in-the-way", UNDETERMINED, BULK._replace(transfers=50, microphone=True)),
    ("driver-counts-pictures", ACTIVE, BULK._replace(transfers=50, microphone=True, frames=2)),
    ("moving-without-pictures", UNDETERMINED, BULK._replace(transfers=50, frames=0)),
    ("buffers-fill", ACTIVE, BULK._replace(transfers=50, microphone=True, pictures=True)),
    ("buffers-still", INACTIVE, BULK._replace(transfers=50, microphone=True, pictures=False)),
    # not on USB
    ("sensor-awake", ACTIVE, Signs(sensor=True)),
    ("sensor-asleep", INACTIVE, Signs(sensor=False, references=3)),
    ("buffers-fill", ACTIVE, Signs(pictures=True, references=1)),
    ("thread-makes-pictures", ACTIVE, Signs(thread=True, references=1)),
    ("thread-rests", INACTIVE, Signs(thread=False, references=1)),
    ("no-witness", UNDETERMINED, Signs(references=1)),
    ("no-witness", UNDETERMINED, Signs()),
]


@pytest.mark.parametrize(("rule", "state", "signs"), TABLE)
def test_the_rule_that_decides(rule, state, signs):
    """Each situation is decided by the rule of docs/capture.md, and to its state."""
    decided = decide(signs)

    assert (rule, state) == (decided.id, decided.state)


def test_every_rule_decides_a_situation():
    """A rule that no row reaches is dead."""
    assert {rule.id for rule in RULES} == {row[0] for row in TABLE}


def test_rules_have_names_of_their_own():
    """The documentation refers to a rule by its name."""
    assert len(RULES) == len({rule.id for rule in RULES})


def test_the_documentation_has_every_rule():
    """docs/capture.md tells the rules in their order."""
    text = (ROOT / "docs/capture.md").read_text(encoding="utf-8")
    places = [text.find(f"`{rule.id}`") for rule in RULES]

    assert -1 not in places
    assert sorted(places) == places


def test_nothing_known_is_never_inactive():
    """Without any witness the answer is not "it does not film"."""
    assert UNDETERMINED is decide(Signs()).state
