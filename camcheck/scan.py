"""One scan: collect the facts, check them, report."""

from camcheck import __version__
from camcheck.checks import all_checks, run_checks
from camcheck.collect import collect
from camcheck.findings import Report
from camcheck.model import Snapshot


def scan(*, probe: bool = False) -> Report:
    """Looks at this machine once; with ``probe`` also into the cameras, where that is harmless.

    Raises UnsupportedSystemError where there is no collector.
    """
    return judge(collect(probe=probe))


def judge(snapshot: Snapshot) -> Report:
    """Today's checks over the facts of any day."""
    findings, gaps, checks = run_checks(snapshot, all_checks())
    return Report(
        snapshot=snapshot,
        findings=findings,
        gaps=gaps,
        camcheck_version=__version__,
        checks=checks,
    )
