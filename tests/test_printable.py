"""Text of the machine becomes visible, harmless and bounded."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcheck.printable import printable

ANY_TEXT = st.text(st.characters())  # lone surrogates included


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("USB 2.0 Câmera 摄像头", "USB 2.0 Câmera 摄像头"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m", "\\x9b31m"),
        ("evil\u202egnp.exe", "evil\\u202egnp.exe"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("filler\u3164", "filler\\u3164"),
        ("byte\udcff", "byte\\udcff"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("\x7f\x00", "\\x7f\\x00"),
        ("C:\\Windows\\notepad.exe", "C:\\Windows\\notepad.exe"),
    ],
)
def test_what_acts_or_hides_is_shown_as_an_escape(text, shown):
    """Ordinary text of any language stays; what acts or cannot be seen is spelled out."""
    assert shown == printable(text)


@given(ANY_TEXT)
def test_nothing_that_comes_out_can_act(text):
    """No character of the result is a control, format, surrogate, private or line separator."""
    shown = printable(text, limit=None)

    assert shown.isprintable()
    assert set() == {unicodedata.category(char) for char in shown} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    }
    shown.encode("utf-8")


@given(ANY_TEXT, st.integers(0, 200))
def test_the_result_is_never_longer_than_the_limit(text, limit):
    """A limit holds for what comes out, escapes and the note about the rest included."""
    assert len(printable(text * 20, limit=limit)) <= max(limit, 48)


@given(ANY_TEXT)
def test_text_within_the_limit_keeps_every_character(text):
    """Nothing is left out as long as the escaped text fits."""
    assert printable(text, limit=None) == printable(text, limit=10 * len(text) + 48)


def test_long_text_keeps_both_ends_and_counts_the_rest():
    """The middle goes; what is said to be left out is what is missing."""
    shown = printable("a" * 500 + "z" * 500, limit=100)
    kept = len(shown) - len("[… 000 characters left out …]")

    assert shown.startswith("aaa")
    assert shown.endswith("zzz")
    assert f"[… {1000 - kept} characters left out …]" in shown


def test_an_escape_is_never_cut_in_two():
    """Half an escape would read as something else."""
    shown = printable("\x1b" * 1000, limit=101)
    head, note, tail = shown.partition(shown[shown.index("[") : shown.index("]") + 1])

    assert "" == (head + tail).replace("\\x1b", "")
    assert "left out" in note
