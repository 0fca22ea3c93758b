"""What ``camcheck scan`` does, apart from reading its options."""

import sys

from camcheck.cli.output import deliver, wants_colour
from camcheck.findings import Report


def run_scan(
    *, form: str = "text", output: str = "-", rules: tuple[str, ...] = (), yara_all: bool = False
) -> int:
    """Scans, delivers the report and returns the exit code."""
    from camcheck.scan import scan

    report = _scan_with(rules, yara_all=yara_all) if rules else scan()
    deliver(_rendered(report, form=form, colour=wants_colour(output)), output)
    return report.exit_code


def _scan_with(paths: tuple[str, ...], *, yara_all: bool) -> Report:
    """A scan with rules of the user, and a progress bar for the slow part of it."""
    import os

    import click

    from camcheck.scan import scan
    from camcheck.signatures.feed import load_user_rules

    elevated = getattr(os, "geteuid", lambda: 1)() == 0
    user, refused = load_user_rules(paths, elevated=elevated)
    if not user.yara or not sys.stderr.isatty():
        return scan(user, refused=refused, yara_all=yara_all)
    label = "Comparing programs with YARA rules"
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        return scan(user, refused=refused, yara_all=yara_all, progress=progress)


def _rendered(report: Report, *, form: str, colour: bool) -> str:
    if form == "json":
        from camcheck.render.json import render as as_json

        return as_json(report)
    from camcheck.render.text import render as as_text

    return as_text(report, colour=colour)
