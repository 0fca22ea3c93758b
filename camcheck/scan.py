"""One scan: collect the facts, check them, report."""

from camcheck import __version__
from camcheck.checks import all_checks, run_checks
from camcheck.collect import camera_prints, collect, look_for
from camcheck.collect.files import Wanted
from camcheck.findings import Report
from camcheck.model import Snapshot
from camcheck.signatures.ruleset import NO_USER_RULES, UserRules, rules_of_system


def scan(
    user: UserRules = NO_USER_RULES, *, probe: bool = False, baseline: str | None = None
) -> Report:
    """Looks at this machine once; with ``probe`` also into the cameras, where that is harmless.

    ``baseline`` is the file of remembered cameras to compare with. Raises UnsupportedSystemError
    where there is no collector, and ReportError when that file cannot be used.
    """
    snapshot = collect(probe=probe)
    if baseline is not None:
        from camcheck.baseline import read_baseline

        prints, remembered = camera_prints(snapshot.cameras), read_baseline(baseline)
        snapshot = snapshot._replace(prints=prints, remembered=remembered)
    rules = rules_of_system(snapshot.host.system, user)
    if rules is not None:
        lookups = rules.lookups()
        wanted = Wanted(lookups.files, lookups.registry, rules.hash_sizes())
        snapshot = look_for(snapshot, wanted)
    return judge(snapshot, user)


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
