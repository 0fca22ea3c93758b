"""The plain answer, in the same words on a terminal, in a page and in a ticket."""

from camcheck.findings import Report, Severity, Verdict


def headline(report: Report) -> str:
    """The verdict in one sentence."""
    if report.verdict is Verdict.CLEAR:
        return "Nothing suspicious was found, and everything could be looked at."
    if report.verdict is Verdict.INCOMPLETE:
        return _incomplete(report)
    if report.worst is Severity.INFO:
        return "A camera is in use, and everything that was checked fits."
    number = sum(finding.severity is not Severity.INFO for finding in report.findings)
    what = "One thing needs" if number == 1 else f"{number} things need"
    if report.worst in (Severity.HIGH, Severity.CRITICAL):
        return f"{what} your attention soon."
    return f"{what} a look; it may be harmless."


def _incomplete(report: Report) -> str:
    entries = report.snapshot.references
    if any(entry.opened is not None and entry.opened > entry.accounted for entry in entries):
        return "A camera is in use by somebody whom camcheck could not see."
    number = len(report.gaps)
    missed = "one thing" if number == 1 else f"{number} things"
    return f"Nothing suspicious was found, but {missed} could not be looked at."
