"""What ``camcheck scan`` does, apart from reading its options."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from camcheck.cli.output import deliver, say, wants_colour
from camcheck.findings import Report
from camcheck.scan import Progress, UserFeeds, scan


class Wishes(NamedTuple):
    """What the user asked for."""

    form: str = "text"
    output: str = "-"
    reports: tuple[str, ...] = ()
    full: bool = False
    rules: tuple[str, ...] = ()
    yara_all: bool = False


def run_scan(wishes: Wishes = Wishes()) -> int:
    """Scans, writes the report files, delivers the answer and returns the exit code."""
    if wishes.reports:
        from camcheck.report.write import check_ending

        for path in wishes.reports:
            check_ending(path)
    with _progress_bar(shown=wishes.yara_all) as progress:
        report = scan(_feeds(wishes), progress=progress)
    for path in wishes.reports:
        _write(report, path, full=wishes.full)
    text = _rendered(report, form=wishes.form, colour=wants_colour(wishes.output))
    deliver(text, wishes.output)
    return report.exit_code


def _feeds(wishes: Wishes) -> UserFeeds:
    if not wishes.rules:
        return UserFeeds()
    import os

    from camcheck.signatures.feed import load_user_rules

    elevated = getattr(os, "geteuid", lambda: 1)() == 0
    rules, gaps = load_user_rules(wishes.rules, elevated=elevated)
    return UserFeeds(rules, gaps, wishes.yara_all)


@contextmanager
def _progress_bar(*, shown: bool) -> Iterator[Progress | None]:
    """A bar on standard error while YARA works; only a terminal gets one."""
    if not shown:
        yield None
        return
    import sys

    import click

    with click.progressbar(length=1, label="Looking into programs", file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield tell


def _write(report: Report, path: str, *, full: bool) -> None:
    from camcheck.render.words import grouped
    from camcheck.report.write import write_report

    digest = write_report(report, path, full=full)
    advice = "Names, folders and serial numbers are in it" if full else "Look before you send it"
    say(f"The report is in {path}. {advice}.")
    say(f"Its digest, to read out: {grouped(digest)}")


def _rendered(report: Report, *, form: str, colour: bool) -> str:
    if form == "json":
        from camcheck.render.json import render as as_json

        return as_json(report)
    from camcheck.render.text import render as as_text

    return as_text(report, colour=colour)
