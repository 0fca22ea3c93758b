"""How the page about holders is read: what it claims, and what it leaves open."""

from .table import answer_in_words, claims

PAGE = """\
## Linux 6.1.0

| way of holding | | root | alice | bob | lsof | fuser | psutil |
|---|---|---|---|---|---|---|---|
| `a_way` | its title | seen: fd, mapping; odd (high) | counted: odd (low) | gap | yes | no | no |
"""


def report(*, pid: int, severity: str | None = None, gaps: int = 0) -> dict[str, object]:
    """A report with one holder, perhaps a finding and gaps."""
    findings = [{"check": "odd", "severity": severity}] if severity else []
    return {"holders": [{"pid": pid, "via": "fd"}], "findings": findings, "gaps": [{}] * gaps}


def test_a_page_claims_the_first_word_of_each_cell() -> None:
    """Process ids, ways and severities are not part of the claim."""
    assert {("6.1.0", "a_way"): ["seen", "counted", "gap", "yes", "no", "no"]} == claims(PAGE)


def test_answers_in_words() -> None:
    """Seen, counted, a gap, or nothing: for the process that truly holds the camera."""
    assert "seen: fd; odd (high)" == answer_in_words(7, report(pid=7, severity="high"))
    assert "seen: fd" == answer_in_words(7, report(pid=7, severity="info"))
    assert "counted: odd (low)" == answer_in_words(8, report(pid=7, severity="low"))
    assert "gap" == answer_in_words(8, report(pid=7, gaps=1))
    assert "nothing" == answer_in_words(8, report(pid=7))
