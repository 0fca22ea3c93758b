"""Outside of the details nobody needs to know a word of the trade."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camcheck.answer.card import card
from camcheck.answer.judge import answer
from camcheck.answer.sentences import ENGLISH
from camcheck.checks import all_checks
from camcheck.findings import Report
from camcheck.model import Snapshot
from camcheck.render.text import render
from camcheck.scan import judge
from camcheck.signatures import builtin
from camcheck.signatures.verdict import wording
from tests.answer.situations import situations
from tests.report.strategies import reports, values

TRADE = re.compile(
    r"\bfds?\b|\bmapp(?:ed|ing|s)\b|uvcvideo|Image is|/dev/video|not.observable|\bwitness|\bdigest"
    r"|\bdescriptor|\busbfs\b|io_uring|/proc/|/sys/|\bSHA-?256\b"
    r"|camcheck-[a-z]+-\d|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}",
    re.IGNORECASE,
)
"""What a reader would have to look up, numbers of rules included."""
NAMES = st.text("xyz ", min_size=1, max_size=8)
"""Names from the machine that are no words of ours."""


def own_texts() -> Iterator[str]:
    """Every text of ours that a card or a story can hold."""
    yield from ENGLISH.values()
    for check in all_checks():
        yield from (check.texts.title, *check.texts.steps, *check.texts.harmless)
    for verdict in ("malware", "monitoring", "dual-use", "suspicious", "external"):
        words = wording(verdict)
        yield from (words.heading, *words.steps)
    for text in builtin.texts().values():
        yield from (text.family or text.title, *text.falsepositives)


def test_no_text_of_ours_is_in_the_words_of_the_trade():
    """Sentences, steps and harmless causes, of every check and every rule."""
    assert [] == [text for text in own_texts() if TRADE.search(text)]


@pytest.mark.parametrize("situation", list(situations()), ids=lambda one: one.name)
def test_the_default_output_is_in_plain_words(situation):
    """Whatever the machine says of ways and nodes stays in the details."""
    assert not TRADE.search(render(situation.report))


@settings(max_examples=60, deadline=None)
@given(reports(text=NAMES))
def test_any_report_is_told_in_plain_words(report: Report):
    """A finding that nobody has thought of brings its names, and no other word."""
    text = render(report)

    assert not TRADE.search(text)
    assert card(answer(report)).sentence


@settings(max_examples=60, deadline=None)
@given(values(Snapshot, text=NAMES))
def test_what_the_checks_find_is_told_in_plain_words(snapshot: Snapshot):
    """The same of everything that the checks of today make of any facts."""
    host = snapshot.host._replace(system="Linux")

    assert not TRADE.search(render(judge(snapshot._replace(host=host))))


def test_the_list_would_notice():
    """It knows what stood on the first screen before."""
    old = "process 146 (v4l2-ctl), via fd, mapping; Light: not observable; Image is /opt/x"

    assert ["fd", "mapping", "not observable", "Image is"] == TRADE.findall(old)
