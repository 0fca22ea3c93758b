"""The report as Markdown, to paste into a ticket."""

from collections.abc import Iterator

from camcheck.answer.card import card
from camcheck.answer.judge import answer
from camcheck.findings import Finding, Report
from camcheck.printable import printable
from camcheck.render import json as render_json
from camcheck.render import remembered, told, view, week, words

# Every ASCII mark that CommonMark lets a backslash escape (section 2.4), and what tickets link.
_MARKS = frozenset("\\`*_{}[]<>()#+-.!|~&@:/=\"'$^")
_LONGEST = 2000


def render(report: Report) -> str:
    """``report`` as Markdown (CommonMark); no text of the machine can become markup or a link."""
    snapshot, given = report.snapshot, answer(report)
    lines = [f"# camcheck report of {_text(words.when(snapshot.started_at))}", ""]
    shown = card(given)
    lines += [f"**{_text(shown.sentence)}**", "", _text(" ".join(shown.lines)), ""]
    stories, more = told.told(report, given)
    for one in stories:
        lines += _story(one)
    if more:
        lines += [f"{more} more are in the findings and programs below.", ""]
    lines += _week(week.week(report))
    quieted = told.contradicted(given)
    for finding in view.findings(report):
        lines += _finding(finding, quiet=_is_quiet(finding, quieted))
    for finding in view.earlier(report):
        lines += ["The monitor found this in the last days:", "", *_finding(finding, quiet=False)]
    lines += ["## Cameras", ""]
    for item in view.cameras(report):
        lines += [f"- **{_text(item.camera.name)}** ({_text(item.camera.id)})", ""]
        lines += [f"  {_text(item.sentence)}", ""]
        lines += [
            f"  - {_text(use.name)} ({use.holder.pid}) {words.VIA[use.holder.via]}: "
            f"{_text(use.holder.node)}"
            for use in item.uses
        ]
        lines.append("")
    for program in view.programs(report):
        name = f"{program.process.name} ({program.process.pid})"
        lines += [f"## Program {_text(name)}", ""]
        lines += [
            f"- {label}: {_text(text)}" for label, text in words.process_facts(program.process)
        ]
        lines += [f"- Connection: {_text(item.remote)}" for item in program.connections]
        lines += [f"- Starts by itself: {_text(item.path)}" for item in program.starts]
        lines.append("")
    if snapshot.history:
        name = remembered.system_name(snapshot.host.system)
        lines += [f"## Earlier use of cameras, as {name} remembers it", ""]
        lines += [_text(remembered.limits(snapshot.host.system)), ""]
        lines += [
            f"- {_text(words.when(use.began))}: {_text(remembered.sentence(use))}, "
            f"{_text(use.program)}, {_text(remembered.origin(use))}"
            for use in snapshot.history
        ]
        lines.append("")
    lines += ["## What could not be looked at", ""]
    lines += [
        f"- {_text(gap.subject)}: {_text(gap.detail)} ({words.REASON[gap.reason]})"
        for gap in report.gaps
    ] or ["Nothing."]
    lines += ["", *_checked(report)]
    return "\n".join(lines) + "\n"


def _story(one: told.Told) -> Iterator[str]:
    story = one.story
    judged = f" ({story.severity.value.upper()})" if story.matters else ""
    yield from (f"## {_text(story.name)}{judged}", "")
    for label, text in (
        ("File", story.file),
        ("Camera", story.camera),
        ("Whose", one.whose),
        ("From", one.origin),
        ("Now", one.now),
        ("Before", one.before),
    ):
        if text:
            yield f"- {label}: {_text(text)}"
    yield ""
    for title, texts in (
        ("Why it is told", story.reasons),
        ("What to do, in this order", one.steps),
        ("What can be harmless about it", story.harmless),
    ):
        mark = "1." if texts is one.steps else "-"
        if texts:
            yield from (f"{title}:", "", *(f"{mark} {_text(text)}" for text in texts), "")
    yield from ("For the person who helps:", "")
    yield from (f"- {label}: {_text(text)}" for label, text in one.helper)
    yield ""


def _week(seen: week.Week | None) -> Iterator[str]:
    yield from ("## The last seven days", "")
    if seen is None:
        yield from ("No monitor watched on this computer, so nothing is known of them.", "")
        return
    yield from (f"- {_text(row.label)}: {_text(row.note)}" for row in seen.rows)
    yield from ("", _text(seen.blind), "")
    for line in seen.lines:
        judged = f". {line.judged}" if line.judged else ""
        yield f"- {line.when} UTC: {_text(line.text + judged)}"
    yield ""


def _is_quiet(finding: Finding, quieted: frozenset[str]) -> bool:
    """Whether it is information about what is told as more than that."""
    return not finding.severity.rank and finding.fingerprint in quieted


def _finding(finding: Finding, *, quiet: bool) -> Iterator[str]:
    yield f"## {finding.severity.value}: {_text(finding.title)}"
    said = "It is part of what is told of this program above." if quiet else finding.explanation
    yield from ("", f"How sure: {finding.confidence.value}. {_text(said)}", "")
    for title, texts in (
        ("What was seen", [f"{item.text} ({item.source})" for item in finding.evidence]),
        ("Ordinary causes", () if quiet else finding.harmless),
        ("What to do now", () if quiet else finding.remediation),
        ("For the person who helps", finding.technician),
    ):
        if texts:
            yield from (f"{title}:", "", *(f"- {_text(text)}" for text in texts), "")
    yield from (f"Identity: {_text(finding.fingerprint)}", "")


def _checked(report: Report) -> Iterator[str]:
    host = report.snapshot.host
    yield from ("## What was checked", "")
    yield f"- camcheck {_text(report.camcheck_version)}"
    yield f"- rules {_text(report.rules_version or 'none')}"
    yield f"- {_text(f'{host.system} {host.release} {host.version} ({host.machine})')}"
    yield f"- {'as administrator' if report.snapshot.elevated else 'as an ordinary user'}"
    yield f"- Digest of the report's data: {words.grouped(render_json.document(report)['digest'])}"


def _text(text: str) -> str:
    return "".join(
        f"\\{char}" if char in _MARKS else char for char in printable(text, limit=_LONGEST)
    )
