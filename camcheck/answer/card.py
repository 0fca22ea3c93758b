"""The card: the answer in at most sixty words, first thing in every output."""

from typing import NamedTuple

from camcheck.answer import Answer, Doing, Kind, Role, Story, Whose
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
        lines += _about(first)
    lines += [*_todo(answer, first)][:2]
    if answer.missing is not None:
        lines.append(say("missing.line", clause=answer.missing))
    return Card(answer.sentence, tuple(dict.fromkeys(lines)), say("more.both"))


def _is_told(answer: Answer, story: Story) -> bool:
    return story.matters or (answer.kind is Kind.IN_USE and story.doing is not Doing.NOTHING)


def _about(story: Story) -> list[str]:
    """The reason of what matters; of an ordinary use nothing but what the sentence lacks."""
    if story.matters:
        return list(story.reasons[:1])
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
    return [*steps, say("do.call" if story.doing is Doing.FILMS else "do.unexpected")]
