"""The made fleet reporting each day: a million reports, of which one day's are on the disk.

Every machine of `tests.fleet.made` reports on each day until the last of its own days there; the
fifteen days on which something is planted are the last ones. Of the ordinary machines a third has
a long list of programs, a third was looked at without rights, and a third has a finding, so that
a report is as large as a real one.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from camcheck.findings import Report
from camcheck.model import ExeState, Fact, Gap, Process, Reason
from camcheck.render.json import document
from tests.builders import a_finding
from tests.fleet.made import DAYS, machines, report
from tests.fleet.troubles import changed, is_special

PROGRAMS = 100  # in a long list
UNSEEN = tuple(
    Gap(fact, where, Reason.DENIED, "What others run is not seen.")
    for fact, where in (
        (Fact.HOLDERS, "/proc/1/fd"),
        (Fact.HOLDERS, "/proc/2/fd"),
        (Fact.PROCESSES, "/proc/1/exe"),
        (Fact.PERSISTENCE, "/var/spool/cron"),
    )
)


def days(count: int) -> range:
    """The days of a fleet that reports for ``count`` days, as `made.report` numbers them."""
    return range(DAYS - count, DAYS)


def write_day(folder: Path, count: int, day: int) -> int:
    """Writes what ``count`` machines report on ``day`` into ``folder``; returns the bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    return sum(
        (folder / f"{name}-{day + 1000}.json").write_text(text) for name, text in texts(count, day)
    )


def texts(count: int, day: int) -> Iterator[tuple[str, str]]:
    """Names of machines and their reports of ``day``. An ordinary machine's report is that of
    its like with another name and time.
    """
    like: dict[object, str] = {}
    for machine in machines(count):
        machine = changed(machine)
        if day > machine.days[-1]:
            continue
        if is_special(machine.number) or machine.script or machine.number % 10 == 0:
            yield machine.name, text(changed(machine, report(machine, day=day), day=day))
            continue
        kind = (*machine[1:4], machine.number % 3)
        if kind not in like:
            like[kind] = text(filled(report(machine._replace(number=240), day=day), kind[-1]))
        minutes = machine.number % 240
        time = f"T{8 + minutes // 60:02}:{minutes % 60:02}:0"
        yield machine.name, like[kind].replace("desk-0240", machine.name).replace("T08:00:0", time)


def text(report: Report) -> str:
    return json.dumps(document(report))


def filled(report: Report, kind: int) -> Report:
    """The report with what makes real ones long."""
    snapshot = report.snapshot
    match kind:
        case 0:
            began = snapshot.started_at - timedelta(hours=3)
            many = tuple(background(number, began) for number in range(PROGRAMS))
            return report._replace(
                snapshot=snapshot._replace(processes=(*snapshot.processes, *many))
            )
        case 1:
            gaps = (*report.gaps, *UNSEEN)
            return report._replace(snapshot=snapshot._replace(elevated=False, gaps=gaps), gaps=gaps)
        case _:
            return report._replace(findings=(a_finding(),))


def background(number: int, began: datetime) -> Process:
    """A program that runs on many machines and has nothing to do with cameras."""
    exe = f"/usr/libexec/desktop-{number % 40}/session-part-{number}"
    return Process(
        pid=10_000 + number,
        started=began,
        name=f"part-{number}",
        exe=exe,
        exe_state=ExeState.PRESENT,
        cmdline=(exe, "--session", "--managed", f"--instance={number}"),
        user="erika",
        uid=1000,
        ppid=1,
        cwd="/home/erika",
        unit=f"app-session-part-{number}.service",
        package=f"desktop-{number % 40}",
    )
