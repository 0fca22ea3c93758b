"""Any report at all, built from the types of the model: text of every kind in every field."""

import types
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin

from hypothesis import strategies as st

from camcheck import __version__
from camcheck.findings import Report
from camcheck.serial import fields

# Lone surrogates come from file names that are no UTF-8; the rest is what somebody would plant.
TEXT = st.one_of(
    st.text(max_size=12),
    st.text(st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF), max_size=3),
    st.sampled_from(["\x1b]0;x\x07", "a\nb", "‮gnp.exe", "</script><script>alert(1)</script>"]),
)
TIMES = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 (hypothesis wants the naive bounds)
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def values(kind: Any, *, text: st.SearchStrategy[str] = TEXT, most: int = 2) -> st.SearchStrategy:
    """Values of ``kind``; ``text`` is used for each text in it, tuples have ``most`` items."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple and inner[-1] is Ellipsis:
        item = values(inner[0], text=text, most=most)
        return st.lists(item, max_size=most).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(item, text=text, most=most) for item in inner))
    if origin in (Union, types.UnionType):
        return st.one_of(*(values(item, text=text, most=most) for item in inner))
    if hasattr(kind, "_fields"):
        known = {name: values(item, text=text, most=most) for name, item in fields(kind).items()}
        return st.builds(kind, **known)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return {
        str: text,
        bool: st.booleans(),
        int: st.integers(-(2**63), 2**63 - 1),
        datetime: TIMES,
        types.NoneType: st.none(),
    }[kind]


def reports(*, text: st.SearchStrategy[str] = TEXT) -> st.SearchStrategy[Report]:
    """Reports whose own gaps include the snapshot's, as those of a scan do."""

    def with_gaps(report: Report) -> Report:
        gaps = dict.fromkeys((*report.gaps, *report.snapshot.gaps))
        return report._replace(gaps=tuple(gaps), camcheck_version=__version__)

    return values(Report, text=text).map(with_gaps)
