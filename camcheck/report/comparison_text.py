"""What changed between two reports, in lines for a terminal."""

from collections.abc import Iterator

from camcheck.findings import Finding
from camcheck.printable import printable
from camcheck.report.compare import Comparison

_LONGEST = 300


def in_words(comparison: Comparison) -> str:
    """``comparison`` as text; what did not change is counted only."""
    lines: list[str] = []
    for title, findings in (
        ("New findings", comparison.appeared),
        ("Findings that are gone", comparison.gone),
    ):
        lines += _section(title, (_finding(item) for item in findings))
    lines += _section(
        "Judged differently",
        (
            f"{_finding(item.new)} (was {item.old.severity.value}, {item.old.confidence.value} "
            f"confidence; now {item.new.confidence.value})"
            for item in comparison.changed
        ),
    )
    for title, cameras in (
        ("New cameras", comparison.cameras_appeared),
        ("Cameras that are gone", comparison.cameras_gone),
    ):
        lines += _section(title, (f"{item.name} ({item.id})" for item in cameras))
    for title, gaps in (
        ("Could be looked at before, not now", comparison.gaps_appeared),
        ("Could not be looked at before, but now", comparison.gaps_gone),
    ):
        lines += _section(title, (f"{item.subject}: {item.detail}" for item in gaps))
    if not lines:
        lines.append("Nothing changed.")
    if comparison.same:
        lines.append(f"The same as before: {len(comparison.same)} finding(s).")
    return "\n".join(lines) + "\n"


def _section(title: str, texts: Iterator[str]) -> list[str]:
    lines = [f"  - {printable(text, limit=_LONGEST)}" for text in texts]
    return [f"{title}:", *lines, ""] if lines else []


def _finding(finding: Finding) -> str:
    return f"[{finding.severity.value}] {finding.title}: {finding.subject}"
