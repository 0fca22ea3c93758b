"""One scan: collect the facts, check them, report."""

from camcheck import __version__
from camcheck.checks import all_checks, run_checks
from camcheck.collect import camera_prints, collect
from camcheck.findings import Report
from camcheck.model import Snapshot


def scan(*, probe: bool = False, baseline: str | None = None) -> Report:
    """Looks at this machine once; with ``probe`` also into the cameras, where that is harmless.

    ``baseline`` is the file of remembered cameras to compare with. Raises UnsupportedSystemError
    where there is no collector, and ReportError when that file cannot be used.
    """
    snapshot = collect(probe=probe)
    if baseline is not None:
        from camcheck.baseline import read_baseline

        prints, remembered = camera_prints(snapshot.cameras), read_baseline(baseline)
        snapshot = snapshot._replace(prints=prints, remembered=remembered)
    return judge(snapshot)


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
