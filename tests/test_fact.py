"""Facts behave as the named tuples of the standard library."""

import copy
import pickle
from typing import Any, NamedTuple, get_type_hints

import pytest

from camcheck import fact


class Plain(NamedTuple):
    """A kind."""

    number: int
    word: str | None = None
    words: tuple[str, ...] = ()


class Own(fact.NamedTuple):
    """A kind."""

    number: int
    word: str | None = None
    words: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        return 2 * self.number


class Other(fact.NamedTuple):
    number: int


def test_it_is_made_and_read_like_any_named_tuple():
    """By position and by name, with defaults, and equal to the plain tuple."""
    one, other = Own(1), Plain(1)

    assert one == other == (1, None, ())
    assert Own(number=2, word="a") == Plain(2, "a")
    assert (3, 6) == (Own(3).number, Own(3).twice)
    assert repr(other).replace("Plain", "Own") == repr(one)
    assert other._asdict() == one._asdict()
    assert other._replace(word="b") == one._replace(word="b")
    assert Own._make((1, "x", ())) == Own(1, "x")
    assert (Plain._fields, Plain._field_defaults) == (Own._fields, Own._field_defaults)
    assert get_type_hints(Plain) == get_type_hints(Own)
    assert hash(one) == hash(other)


@pytest.mark.parametrize("kind", [Plain, Own])
@pytest.mark.parametrize(
    "wrong",
    [
        lambda kind: kind(),
        lambda kind: kind(1, "", (), 4),
        lambda kind: kind(1, none=2),
        lambda kind: kind._make((1,)),
    ],
)
def test_what_is_no_fact_of_a_kind_is_refused(kind: Any, wrong: Any):
    """Too few, too many, unknown: the same error."""
    with pytest.raises(TypeError):
        wrong(kind)


@pytest.mark.parametrize("kind", [Plain, Own])
def test_a_field_that_is_not_there_is_no_change(kind: Any):
    """And nothing can be set."""
    with pytest.raises((ValueError, TypeError)):
        kind(1)._replace(none=2)
    with pytest.raises(AttributeError):
        kind(1).number = 2
    with pytest.raises(AttributeError):
        kind(1).none = 2


def test_it_goes_through_a_pipe_and_a_pattern():
    """As what a child process answers, and in match."""
    one = Own(1, "a")

    assert one == pickle.loads(pickle.dumps(one)) == copy.deepcopy(one)
    assert type(one) is type(pickle.loads(pickle.dumps(one)))
    match one:
        case Own(number, word):
            assert (1, "a") == (number, word)


def test_kinds_do_not_share_a_constructor():
    """Each is compiled when the first of its kind is made."""
    assert (5,) == Other(5)
    assert (5, None, ()) == Own(5)
