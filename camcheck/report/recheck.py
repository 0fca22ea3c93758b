"""The facts of a stored report, judged by the checks and rules of today."""

from camcheck.findings import Report
from camcheck.model import Fact, Gap, Reason
from camcheck.scan import judge
from camcheck.signatures.feed import load_user_rules

_UNASKED = Gap(
    Fact.SIGNATURES,
    "files and registry of that computer",
    Reason.NOT_ASKED,
    "Rules that ask for files, registry keys or YARA matches get only what the scan itself had "
    "looked for.",
)


def recheck(old: Report, *, rules: tuple[str, ...] = (), elevated: bool = False) -> Report:
    """What today's checks, and the user's own ``rules`` (paths), make of the facts in ``old``.

    What was redacted stays so, and the history of that computer stays as it was read there.
    ``elevated`` is whether rules are read with root's rights. Rules that cannot be used are gaps.
    """
    snapshot = old.snapshot
    if not rules:
        new = judge(snapshot)
    else:
        user, refused = load_user_rules(rules, elevated=elevated)
        gaps = tuple(sorted({*snapshot.gaps, *refused, _UNASKED}))
        new = judge(snapshot._replace(gaps=gaps), user)
    return new._replace(
        redacted=old.redacted,
        timeline=old.timeline,
        past=old.past,
        watched=old.watched,
        approved=old.approved,
        earlier=old.earlier,
    )
