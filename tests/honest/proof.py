"""How a row of the table of honest machines is proved: by the report that its machine gets."""

from camcheck.answer.judge import answer
from camcheck.findings import Report

Row = tuple[str, str, str, int]


def said(report: Report) -> str:
    """All that a report says in words."""
    findings = [
        text
        for one in report.findings
        for text in (one.title, one.explanation, *(line.text for line in one.evidence))
    ]
    gaps = [one.detail for one in report.gaps]
    reasons = [one.reason for one in (*report.snapshot.captures, *report.snapshot.indicators)]
    return "\n".join([*findings, *gaps, *reasons])


def check(row: Row, report: Report) -> None:
    """The report says what the row says that it does, and no honest row is above information."""
    situation, source, words, code = row

    assert source
    assert code == answer(report).exit_code, said(report)
    assert ("nothing" == words and not report.findings) or words in said(report)
    assert situation.startswith("Imitation: ") or code <= 10 or "monitor" in words
