"""The answer for a person at a terminal: the card first, then one paragraph for each story.

Severity and state are words, never colour or position alone, so a screen reader loses nothing.
"""

from collections.abc import Iterator

from camcheck.answer import Answer, Doing, Kind, Story
from camcheck.answer.card import card
from camcheck.answer.judge import answer
from camcheck.answer.sentences import say
from camcheck.findings import Report
from camcheck.printable import printable
from camcheck.render.lines import WIDTH, Paint, wrapped

_STYLE = {Kind.NOBODY: "green", Kind.IN_USE: "bold", Kind.LOOK: "yellow", Kind.ALARM: "red"}
_MOST = {Kind.NOBODY: 1, Kind.IN_USE: 2, Kind.LOOK: 2, Kind.ALARM: 2}
"""Stories that are told in full below the card."""
_STEPS, _HARMLESS = 3, 1


def render(report: Report, *, colour: bool = False, width: int = WIDTH, more: bool = True) -> str:
    """The answer in a few lines; `render.details` has everything."""
    given = answer(report)
    return render_answer(given, colour=colour, width=width, more=more)


def render_answer(
    given: Answer, *, colour: bool = False, width: int = WIDTH, more: bool = True
) -> str:
    """The card, the stories that matter, and (with ``more``) the commands that tell more."""
    paint = Paint(on=colour)
    shown = card(given)
    lines = [paint(line, _STYLE[given.kind]) for line in wrapped(shown.sentence, width=width)]
    for text in shown.lines:
        lines += wrapped(printable(text, limit=300), width=width)
    worth = _worth(given)
    told: set[tuple[str, ...]] = set()
    for place, story in enumerate(worth[: _MOST[given.kind]]):
        # the card has the first reason of the first story
        lines += ["", *_story(story, paint, width, again=story.steps in told, skip=not place)]
        told.add(story.steps)
    if len(worth) > _MOST[given.kind]:
        number = str(len(worth) - _MOST[given.kind])
        lines += ["", *wrapped(say("more.stories", number=number), width=width)]
    if more:
        lines += ["", *(paint(line, "dim") for line in wrapped(shown.more, width=width))]
    return "\n".join(lines) + "\n"


def _worth(given: Answer) -> list[Story]:
    """The stories that are told below the card."""
    if given.kind in (Kind.LOOK, Kind.ALARM):
        told = [story for story in given.stories if story.matters]
    else:
        told = [story for story in given.stories if story.doing is not Doing.NOTHING]
    return told


def _story(story: Story, paint: Paint, width: int, *, again: bool, skip: int) -> Iterator[str]:
    title = printable(story.name, limit=60)
    if story.matters:
        title += f" [{story.severity.value.upper()}]"
    yield paint(title, "bold")
    yield from wrapped(" ".join(facts(story)), indent=2, width=width)
    if story.file:
        yield from wrapped(say("who.file", file=story.file), indent=2, width=width)
    if not story.matters:
        return
    for reason in story.reasons[skip : skip + 2]:
        yield from wrapped(f"- {printable(reason, limit=300)}", indent=2, hang=2, width=width)
    if again:
        return
    for text in story.harmless[:_HARMLESS]:
        sentence = say("harmless", cause=text)
        yield from wrapped(sentence, indent=2, width=width)
    for number, step in enumerate(story.steps[:_STEPS], 1):
        text = f"{number}. {printable(step, limit=300)}"
        yield from wrapped(text, indent=2, hang=3, width=width)


def facts(story: Story) -> list[str]:
    """What it does, whose it is, where it comes from, since when and how often, in sentences."""
    told = [say(f"does.{story.doing.value}")]
    if story.role:
        told.append(say("who.role", role=story.role))
    if story.pids:
        told.append(say(f"who.{story.whose.value}", user=story.user or "?"))
        told.append(
            say("who.origin" if story.known else "who.claimed", origin=story.origin)
            if story.origin
            else say("who.no-origin")
        )
    if story.since:
        told.append(say("who.since", when=f"{story.since.astimezone():%H:%M}"))
    if story.last and story.times:
        when = f"{story.last.astimezone():%Y-%m-%d %H:%M}"
        told.append(
            say("who.past.once", when=when)
            if story.times == 1
            else say("who.past", number=str(story.times), when=when)
        )
    return told
