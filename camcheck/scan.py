"""One scan: collect the facts, check them, report."""

from collections.abc import Callable
from typing import NamedTuple

from camcheck import __version__
from camcheck.checks import all_checks, run_checks
from camcheck.collect import camera_prints, collect, look_for
from camcheck.collect.files import Wanted
from camcheck.findings import Report
from camcheck.model import Gap, Snapshot
from camcheck.signatures.ruleset import NO_USER_RULES, UserRules, rules_of_system

Progress = Callable[[int, int], None]


class UserFeeds(NamedTuple):
    """Rules that the user brought, what of them was refused, and which programs YARA looks into."""

    rules: UserRules = NO_USER_RULES
    gaps: tuple[Gap, ...] = ()
    yara_all: bool = False


def scan(
    feeds: UserFeeds = UserFeeds(),
    *,
    progress: Progress | None = None,
    probe: bool = False,
    baseline: str | None = None,
) -> Report:
    """Looks at this machine once. Raises UnsupportedSystemError where there is no collector.

    ``progress`` is told how many programs YARA has looked into, and of how many. ``probe`` allows
    to open cameras for a moment, where that is harmless. ``baseline`` is the file of remembered
    cameras to compare with; ReportError when it cannot be used.
    """
    user = feeds.rules
    snapshot = collect(probe=True) if probe else collect()
    if baseline is not None:
        from camcheck.baseline import read_baseline

        prints, remembered = camera_prints(snapshot.cameras), read_baseline(baseline)
        snapshot = snapshot._replace(prints=prints, remembered=remembered)
    rules = rules_of_system(snapshot.host.system, user)
    if rules is not None:
        lookups = rules.lookups()
        wanted = Wanted(lookups.files, lookups.registry, rules.hash_sizes())
        snapshot = look_for(snapshot, wanted)
    if user.yara:
        snapshot = _with_yara(snapshot, feeds, progress or _unseen)
    snapshot = snapshot._replace(gaps=tuple(sorted({*snapshot.gaps, *feeds.gaps})))
    return judge(snapshot, user)


def _unseen(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def _with_yara(snapshot: Snapshot, feeds: UserFeeds, progress: Progress) -> Snapshot:
    """The snapshot with what the user's YARA rules match in the programs of camera holders."""
    from camcheck.signatures.yara import yara_artifacts

    holders = {holder.process for holder in snapshot.holders}
    programs = [
        process.exe
        for process in snapshot.processes
        if process.exe and (feeds.yara_all or process.id in holders)
    ]
    artifacts, gaps = yara_artifacts(feeds.rules.yara, programs, progress=progress)
    return snapshot._replace(
        artifacts=tuple(sorted({*snapshot.artifacts, *artifacts})),
        gaps=tuple(sorted({*snapshot.gaps, *gaps})),
    )


def judge(snapshot: Snapshot, user: UserRules = NO_USER_RULES) -> Report:
    """Today's checks over the facts of any day."""
    rules = rules_of_system(snapshot.host.system, user)
    findings, gaps, checks = run_checks(snapshot, all_checks(user))
    return Report(
        snapshot=snapshot,
        findings=findings,
        gaps=gaps,
        camcheck_version=__version__,
        rules_version=rules and rules.version,
        checks=checks,
    )
