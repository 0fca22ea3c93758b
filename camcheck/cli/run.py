"""What ``camcheck scan`` does, apart from reading its options."""

from camcheck.cli.output import deliver, wants_colour
from camcheck.findings import Report


def run_scan(
    *, form: str = "text", output: str = "-", probe: bool = False, baseline: bool = False
) -> int:
    """Scans, delivers the report and returns the exit code."""
    from camcheck.scan import scan

    path = None
    if baseline:
        from camcheck.cli.folders import baseline_path

        path = baseline_path()
    report = scan(probe=probe, baseline=path)
    deliver(_rendered(report, form=form, colour=wants_colour(output)), output)
    return report.exit_code


def _rendered(report: Report, *, form: str, colour: bool) -> str:
    if form == "json":
        from camcheck.render.json import render as as_json

        return as_json(report)
    from camcheck.render.text import render as as_text

    return as_text(report, colour=colour)
