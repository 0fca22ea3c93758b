"""Is a report still what it was when it was made?"""

from camcheck import __version__
from camcheck.answer.judge import answer
from camcheck.fact import NamedTuple
from camcheck.report.read import Stored

FEWEST = 16  # hex digits of a digest that somebody read out; fewer prove too little


class Verification(NamedTuple):
    """``intact`` and, in sentences, what was compared and what could not be."""

    intact: bool
    sentences: tuple[str, ...]


def verify(stored: Stored, *, read_out: str | None = None) -> Verification:
    """Compares data, page and digests. ``read_out`` is the digest, or its beginning, that the
    maker of the report was shown, in groups or not.
    """
    sentences = []
    intact = stored.digest == stored.stated_digest
    sentences.append(
        "The data fits the digest that is stored with it."
        if intact
        else "The data was CHANGED: it does not fit the digest that is stored with it."
    )
    if stored.verdict != _verdict(stored):
        intact = False
        sentences.append("The stated verdict does not follow from the findings and gaps.")
    if stored.page is not None:
        fits = _page_fits(stored)
        intact = intact and fits is not False
        sentences.append(_PAGE[fits])
    if read_out is None:
        sentences.append(
            "A digest inside a file shows damage, not forgery: compare it with the one that the "
            "maker of the report was shown (--digest)."
        )
    else:
        wanted = "".join(read_out.split()).lower()
        fits = len(wanted) >= FEWEST and stored.digest.startswith(wanted)
        intact = intact and fits
        sentences.append(
            f"The {len(wanted)} digits that were read out fit."
            if fits
            else f"The digest that was read out does NOT fit (at least {FEWEST} digits are needed)."
        )
    return Verification(intact, tuple(sentences))


def _verdict(stored: Stored) -> str:
    """The verdict that follows from the data, in the words of its schema version."""
    report = stored.report
    if stored.version > 1:
        return answer(report).kind.value
    if report.worst is not None and (report.worst.rank > 0 or not report.gaps):
        return "found"
    return "incomplete" if report.gaps else "clear"


_PAGE = {
    True: "The page shows exactly this data.",
    False: "The page was CHANGED: it does not show what its data says.",
    None: "Another version of camcheck made the page, so its text was not compared with the data; "
    "read it with: camcheck report show.",
}


def _page_fits(stored: Stored) -> bool | None:
    """Whether this very camcheck makes the same page of the data; None when it is another one."""
    if stored.report.camcheck_version != __version__:
        return None
    from camcheck.render.html import render

    page = stored.page or ""
    return render(stored.report).splitlines() == page.splitlines()
