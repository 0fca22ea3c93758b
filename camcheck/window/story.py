"""A story as a row of the window: who it is, what it does, and what the person can say to that."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from camcheck.answer import Doing, Story
from camcheck.answer.sentences import say as sentence
from camcheck.findings import Severity
from camcheck.render.told import told
from camcheck.window.clock import moment
from camcheck.window.look import Seen
from camcheck.window.plain import box_of, button, text
from camcheck.window.sign import Sign, picture
from camcheck.window.words import here, say

_SIZE = 1.3  # lines of text


class StoryRow(QFrame):
    """``mine`` and ``not_mine`` and ``meaning`` say what was pressed, with the story."""

    mine = Signal(object)
    not_mine = Signal(object)
    meaning = Signal(object)

    def __init__(self, story: Story, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.story = story
        box = box_of(self, story.name)
        head = QHBoxLayout()
        mark = QLabel()
        size, ratio = round(self.fontMetrics().height() * _SIZE), self.devicePixelRatioF()
        mark.setPixmap(picture(sign_of_story(story), size=size, ratio=ratio))
        head.addWidget(mark)
        head.addWidget(text(f"{story.name}: {_does(story)}", bold=True), 1)
        box.addLayout(head)
        for line in lines(story):
            box.addWidget(text(line))
        buttons = QHBoxLayout()
        for word, signal in (
            ("story.mine", self.mine),
            ("story.not-mine", self.not_mine),
            ("story.meaning", self.meaning),
        ):
            made = button(word, about=story.name)
            made.setObjectName(word)
            made.clicked.connect(lambda _=False, told=signal: told.emit(self.story))
            buttons.addWidget(made)
        buttons.addStretch(1)
        box.addLayout(buttons)


def sign_of_story(story: Story) -> Sign:
    """How grave it is, as a sign."""
    if story.severity.rank >= Severity.HIGH.rank:
        return Sign.ALARM
    return Sign.LOOK if story.matters else Sign.IN_USE


def _does(story: Story) -> str:
    return say("story.past" if story.past else f"story.{story.doing.value}")


def lines(story: Story) -> list[str]:
    """Why it is told, where it comes from, and since when."""
    told = list(story.reasons)
    if story.role:
        told.append(sentence("who.role", role=story.role))
    if story.file:
        told.append(sentence("who.file", file=story.file))
    if story.origin:
        told.append(sentence("who.origin" if story.known else "who.claimed", origin=story.origin))
    elif story.pids:
        told.append(sentence("who.no-origin"))
    if story.since and story.doing is not Doing.NOTHING:
        told.append(say("story.since", when=moment(story.since)))
    elif story.last:
        told.append(say("story.last", when=moment(story.last)))
    return told


def meaning(story: Story, *, seen: Seen | None = None) -> list[str]:
    """Everything about a story; with the look that it comes from also for the person who helps."""
    out = [say("meaning.now"), f"  {_does(story)}", ""]
    if not story.matters:
        out += [say("meaning.nothing"), ""]
    for head, items in (
        ("meaning.why", story.reasons),
        ("meaning.harmless", story.harmless),
        ("meaning.steps", tuple(map(here, story.steps))),
    ):
        if items:
            out += [say(head), *(f"  • {one}" for one in items), ""]
    if seen is not None:
        shown, _ = told(seen.report, seen.answer._replace(stories=(story,)))
        out.append(say("meaning.helper"))
        out += [f"  {label}: {value}" for one in shown for label, value in one.helper]
    return out
