"""The card: the answer in at most sixty words, first thing in every output."""

from camcheck.answer import Answer, Doing, Kind, Role, Story, Whose
from camcheck.answer.judge import headline, is_plain
from camcheck.answer.sentences import say
from camcheck.fact import NamedTuple


class Card(NamedTuple):
    """``sentence`` is the answer, ``lines`` who, what to do now, and what could not be looked at.
    ``more`` is where more stands."""

    sentence: str
    lines: tuple[str, ...]
    more: str


WORDS = 60
"""Most words on a card: what a frightened person reads at once."""


def card(answer: Answer) -> Card:
    """The answer as a card. What does not fit stands in the stories below it: what a program is for
    first, then the second thing to do, then the reason or the file; never the first thing to do, or
    what was not seen."""
    first = next((one for one in answer.stories if _is_told(answer, one)), None)
    about = _about(answer, first) if first is not None else []
    role = _role(first) if first is not None else []
    todo = _todo(answer, first)[:2]
    missing = [] if answer.missing is None else [say("missing.line", clause=answer.missing)]
    while True:
        lines = tuple(dict.fromkeys((*role, *about, *todo, *missing)))
        shown = Card(answer.sentence, lines, say("more.both"))
        if number_of_words(shown) <= WORDS or not (role or about or todo[1:]):
            return shown
        if role:
            role = []
        elif todo[1:]:
            todo = todo[:1]
        else:
            about = []


def number_of_words(shown: Card) -> int:
    """How many words stand on a card."""
    return len(" ".join((shown.sentence, *shown.lines, shown.more)).split())


def _is_told(answer: Answer, story: Story) -> bool:
    return story.matters or (answer.kind is Kind.IN_USE and story.doing is not Doing.NOTHING)


def _about(answer: Answer, story: Story) -> list[str]:
    """The reason of what matters, where the sentence does not say it."""
    if story.matters:
        return list(story.reasons[:1]) if is_plain(headline(answer.kind, story), story) else []
    named = story.known or story.role is not None
    return [say("who.file", file=story.file)] if story.file and not named else []


def _role(story: Story) -> list[str]:
    """What a program is for that is proven to be one that is known."""
    return [] if story.role is None or story.matters else [say("who.role", role=story.role)]


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
