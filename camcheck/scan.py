"""One scan: collect the facts, check them, report."""

from camcheck import __version__
from camcheck.checks import all_checks, run_checks
from camcheck.collect import collect, look_for
from camcheck.collect.files import Wanted
from camcheck.findings import Report
from camcheck.model import Snapshot
from camcheck.signatures.ruleset import NO_USER_RULES, UserRules, rules_of_system


def scan(user: UserRules = NO_USER_RULES) -> Report:
    """Looks at this machine once. Raises UnsupportedSystemError where there is no collector."""
    snapshot = collect()
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
