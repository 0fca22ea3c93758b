"""The card: the answer in at most sixty words, first thing in every output."""

from typing import NamedTuple

from camcheck.answer import Answer, Doing, Kind, Role, Story, Whose
from camcheck.answer.judge import headline, is_plain
from camcheck.answer.sentences import say


class Card(NamedTuple):
    """``sentence`` is the answer, ``lines`` who, what to do now, and what could not be looked at.
    ``more`` is where more stands."""

    sentence: str
    lines: tuple[str, ...]
    more: str


def card(answer: Answer) -> Card:
    """The answer as a card."""
    first = next((one for one in answer.stories if _is_told(answer, one)), None)
    lines: list[str] = []
    if first is not None:
        lines += _about(answer, first)
    lines += [*_todo(answer, first)][:2]
    if answer.missing is not None:
        lines.append(say("missing.line", clause=answer.missing))
    return Card(answer.sentence, tuple(dict.fromkeys(lines)), say("more.both"))


def _is_told(answer: Answer, story: Story) -> bool:
    return story.matters or (answer.kind is Kind.IN_USE and story.doing is not Doing.NOTHING)


def _about(answer: Answer, story: Story) -> list[str]:
    """The reason of what matters, where the sentence does not say it."""
    if story.matters:
        return list(story.reasons[:1]) if is_plain(headline(answer.kind, story)) else []
    return [say("who.file", file=story.file)] if story.file and not story.known else []


def _todo(answer: Answer, story: Story | None) -> list[str]:
    """What to do now, the most urgent first."""
    if story is None:
        return []
    if story.matters:
        return list(story.steps)
    if story.about is Role.UNSEEN:
        return list(story.steps)
    steps = [answer.light] if answer.light else []
    if story.whose is Whose.ANOTHER:
        return [*steps, say("do.ask", user=story.user or "?")]
    if story.whose in (Whose.SERVICE, Whose.ADMINISTRATOR):
        return [*steps, say("do.ask-keeper")]
    return [*steps, say("do.call" if story.doing is Doing.FILMS else "do.unexpected")]
