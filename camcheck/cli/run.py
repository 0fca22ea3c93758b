"""What ``camcheck scan`` does, apart from reading its options."""

import os
import sys
from collections.abc import Callable

from camcheck.answer import Answer
from camcheck.cli.folders import history_folder, selftest_record_path
from camcheck.cli.output import check_endings, deliver, say, wants_colour, width_of
from camcheck.cli.progress import patience
from camcheck.fact import NamedTuple
from camcheck.findings import Report
from camcheck.model import MonitorState
from camcheck.output import calling_user
from camcheck.privilege import is_root
from camcheck.scan import Asked, scan, with_past, with_past_of_user


class Wishes(NamedTuple):
    """What the user asked for."""

    form: str = "text"
    details: bool = False
    output: str = "-"
    reports: tuple[str, ...] = ()
    full: bool = False
    rules: tuple[str, ...] = ()
    yara_all: bool = False
    probe: bool = False
    baseline: bool = False
    hives: tuple[str, ...] = ()
    light: str | None = None
    """What the person says of the light: on or off."""


def run_scan(wishes: Wishes = Wishes()) -> int:
    """Scans, writes the report files, delivers the answer and returns the exit code."""
    colour, width = wants_colour(wishes.output), width_of(wishes.output)
    text, code = scanned(wishes, colour=colour, width=width)
    deliver(text, wishes.output)
    return code


def scanned(wishes: Wishes, *, colour: bool, width: int) -> tuple[str, int]:
    """Scans and writes the report files: the answer for the screen, and the exit code."""
    if wishes.reports:
        check_endings(wishes.reports)
    report = look(wishes, timeline=bool(wishes.reports))
    for path in wishes.reports:
        _write(report, path, full=wishes.full)
    from camcheck.answer.judge import answer

    given = answer(report)
    return _rendered(report, given, wishes, colour=colour, width=width), given.exit_code


def _ask_monitor() -> Callable[[], tuple[MonitorState, ...]]:
    """Asks the monitor that this account has installed (root: the one for all), if it has."""
    from camcheck.monitor.service import is_installed, plan

    wanted = [plan(for_all=True)] if is_root() else []
    for service in (*wanted, plan(for_all=False)):
        if is_installed(service):
            from camcheck.monitor.health import ask

            return ask(history_folder(), service)
    return tuple


def look(wishes: Wishes, *, timeline: bool) -> Report:
    """The report of this moment, with what the monitor saw before."""
    asked = Asked(
        probe=wishes.probe,
        baseline=_baseline(wishes),
        selftest_record=selftest_record_path(),
        hives=wishes.hives,
        monitors=tuple if wishes.hives else _ask_monitor(),
    )
    with patience():
        report = _with_rules(asked, wishes) if wishes.rules else scan(asked)
    if wishes.light is not None:
        from camcheck.cli.witness import told
        from camcheck.model import IndicatorState

        report = told(report, IndicatorState(wishes.light))
    if not wishes.hives:  # what this computer's monitor saw is of no other disk
        report = with_all_past(report, timeline=timeline)
    return report


def with_all_past(report: Report, *, timeline: bool) -> Report:
    """What this account's monitor has seen, and that of the person who became root by sudo."""
    report = with_past(report, history=history_folder(), timeline=timeline)
    caller = calling_user()
    if caller is None or not caller.uid:
        return report
    own = os.path.join(caller.home, ".local/state/camcheck")
    return with_past_of_user(report, history=own, uid=caller.uid, gid=caller.gid)


def _with_rules(asked: Asked, wishes: Wishes) -> Report:
    """A scan with rules of the user, and a progress bar for the slow part of it."""
    import click

    from camcheck.signatures.feed import load_user_rules

    rules, refused = load_user_rules(wishes.rules, elevated=is_root())
    asked = asked._replace(rules=rules, refused=refused, yara_all=wishes.yara_all)
    if not rules.yara or not sys.stderr.isatty():
        return scan(asked)
    label = "Comparing programs with YARA rules"
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        return scan(asked, progress=progress)


def _write(report: Report, path: str, *, full: bool) -> None:
    from camcheck.render.words import grouped
    from camcheck.report.write import write_report

    digest = write_report(report, path, full=full)
    advice = "Names, folders and serial numbers are in it" if full else "Look before you send it"
    say(f"The report is in {path}. {advice}.")
    say(f"Its digest, to read out: {grouped(digest)}")


def _baseline(wishes: Wishes) -> str | None:
    """The file of remembered cameras, when they are to be compared."""
    if not wishes.baseline:
        return None
    from camcheck.cli.folders import baseline_path

    return baseline_path()


def _rendered(report: Report, given: Answer, wishes: Wishes, *, colour: bool, width: int) -> str:
    if wishes.form == "json":
        from camcheck.render.json import render as as_json

        return as_json(report)
    from camcheck.render.text import render_answer

    text = render_answer(given, colour=colour, width=width)
    if wishes.details:
        from camcheck.render.details import render as details

        text += f"\n{details(report, colour=colour, width=width)}"
    return text
