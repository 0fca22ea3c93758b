"""One scan: collect the facts, check them, report."""

from collections.abc import Callable

from camcheck import __version__
from camcheck.checks import all_checks, run_checks
from camcheck.collect import collect, look_for
from camcheck.collect.files import Wanted
from camcheck.findings import Report
from camcheck.model import Gap, Snapshot
from camcheck.signatures.ruleset import NO_USER_RULES, UserRules, rules_of_system

Progress = Callable[[int, int], None]


def scan(
    user: UserRules = NO_USER_RULES,
    *,
    refused: tuple[Gap, ...] = (),
    yara_all: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> Report:
    """Looks at this machine once. Raises UnsupportedSystemError where there is no collector.

    ``refused`` are the user's rules that cannot be used. YARA rules of the user run over the
    executables of camera holders, or of all processes with ``yara_all``, and tell their progress.
    """
    snapshot = collect()
    rules = rules_of_system(snapshot.host.system, user)
    if rules is not None:
        lookups = rules.lookups()
        wanted = Wanted(lookups.files, lookups.registry, rules.hash_sizes())
        snapshot = look_for(snapshot, wanted)
    if user.yara:
        snapshot = _with_yara(snapshot, user, yara_all=yara_all, progress=progress)
    snapshot = snapshot._replace(gaps=tuple(sorted({*snapshot.gaps, *refused})))
    return judge(snapshot, user)


def _with_yara(
    snapshot: Snapshot, user: UserRules, *, yara_all: bool, progress: Progress
) -> Snapshot:
    from camcheck.signatures.yara import yara_artifacts

    holding = {holder.process for holder in snapshot.holders}
    files = {
        process.exe
        for process in snapshot.processes
        if process.exe and (yara_all or process.id in holding)
    }
    found, gaps = yara_artifacts(user.yara, files, progress=progress)
    artifacts = (*snapshot.artifacts, *found)
    return snapshot._replace(artifacts=artifacts, gaps=(*snapshot.gaps, *gaps))


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
