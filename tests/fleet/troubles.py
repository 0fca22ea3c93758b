"""What is planted in the made fleet, and what is odd there and honest, by machine."""

from datetime import timedelta
from typing import Any

from camcheck.findings import Finding, Report, Session, Span
from camcheck.model import (
    CaptureState,
    ExeState,
    IndicatorState,
    PersistenceEntry,
    Process,
    Via,
)
from tests.builders import a_finding

SPY = "/home/{user}/.cache/.fontd/fontd"

# Machine, question whose first rows must name it, and what is wrong there.
PLANTED = {
    1001: ("rare-programs", "a spy in a hidden folder, for all three weeks"),
    1002: ("new-programs", "a program of no package, new this week, on two machines: one"),
    1003: ("new-programs", "... and the other, of another user"),
    1004: ("differing-digests", "firefox has another file than on all others"),
    1005: ("rare-programs", "a program that runs from memory only"),
    1006: ("rare-starts", "a hidden user unit that starts a hidden program"),
    1007: ("rare-starts", "a start entry for a program in /tmp, new this week"),
    1008: ("changed-cameras", "firmware of the camera changed, here alone"),
    1009: ("changed-cameras", "another driver has the camera now"),
    1010: ("dark-lights", "the light is dark in all reports, others of the model show theirs"),
    1011: ("silent-machines", "was told of an alarm, and has been silent since"),
    1012: ("silent-machines", "the monitor stopped, the machine goes on reporting"),
    1020: ("odd-hours", "a program films at three in the morning, the screen is locked"),
}
"""Twelve troubles; the second is on two machines."""

# Machine, question that must not name it among the first, and why it is honest.
HONEST = {
    2001: ("rare-programs", "a microscope's program, from a package, on one machine"),
    2002: ("rare-programs", "a self-built program that the user has approved"),
    2003: ("new-programs", "a program that is rolled out this week"),
    2004: ("differing-digests", "a ring of machines that gets updates first"),
    2005: ("rare-starts", "an administrator's script of years"),
    2006: ("changed-cameras", "an update of the firmware that hundreds get"),
    2007: ("dark-lights", "a model whose light never works"),
    2008: ("silent-machines", "a machine that was given away"),
    2009: ("silent-machines", "a holiday"),
    2010: ("odd-hours", "somebody who works at night"),
    2020: ("odd-hours", "somebody who travels, with the programs of every day"),
    2011: ("rare-programs", "a program of no package that a team of twenty has"),
}


# Machines that are like an honest one: no question may name any of them among the first.
_LIKE = {
    2003: range(4000, 4600),
    2004: range(3000, 3040),
    2006: range(3100, 3400),
    2008: range(3600, 3630),
    2009: range(3700, 3800),
    2011: range(3500, 3519),
}


def alike(number: int) -> tuple[int, ...]:
    """The machine and those that are like it."""
    return (number, *_LIKE.get(number, ()))


def is_like(number: int, honest: int) -> bool:
    return number == honest or number in _LIKE[honest]


def changed(machine: Any, report: Report | None = None, *, day: int = 0) -> Any:
    """The machine as it is, or its report of ``day`` with what is particular in it."""
    if report is None:
        return _changed_machine(machine)
    number, last = machine.number, day == machine.days[-1]
    new = day >= 14
    match number:
        case 1001:
            return _holding(report, SPY.format(user="erika"), via=Via.FD)
        case 1002 | 1003 if new:
            return _holding(report, f"/home/u{number}/apps/viewer/viewer")
        case 1004:
            return _program(report, sha256="0" * 64, exe="/usr/bin/firefox", name="firefox")
        case 1005:
            return _program(report, exe="/memfd:x (deleted)", exe_state=ExeState.MEMORY, name="x",
                            package=None, signer=None, sha256=None)  # fmt: skip
        case 1006:
            command = "/home/erika/.local/.x/run"
            path = "/home/erika/.config/systemd/user/x.service"
            return _start(report, PersistenceEntry("systemd user unit", path, "x", command))
        case 1007 if new:
            return _start(report, PersistenceEntry("cron", "/etc/cron.d/y", "y", "/tmp/y -d"))
        case 1008 if new:
            return _print(report, firmware="6.66", descriptors="6" * 64)
        case 1009 if new:
            return _driver(report, "usbfs")
        case 1010:
            return _dark(report)
        case 1011 if last:
            return report._replace(findings=(_alarm(),))
        case 1012 if day > 0:
            watched = (Span(report.watched[0].began - timedelta(days=day), _begin(report, day)),)
            return report._replace(watched=watched)
        case 1020:
            return _night(report, "/usr/bin/gst-launch-1.0", away=("screen locked",))
        case 2001:
            return _program(report, exe="/usr/bin/microscope", name="microscope",
                            package="microscope", sha256="1" * 64)  # fmt: skip
        case 2002:
            exe = "/home/erika/build/obs/obs"
            return _holding(report, exe)._replace(approved=(exe,))
        case 2005:
            command = "/root/bin/weekly-copy"
            return _start(report, PersistenceEntry("cron", "/etc/cron.d/copy", "copy", command))
        case 2010:
            return _shifted(report, hours=12)
        case 2020 if new:
            return _shifted(report, hours=9)
    return _of_many(report, number, new=new)


def _of_many(report: Report, number: int, *, new: bool) -> Report:
    if is_like(number, 2004):
        return _program(report, exe="/usr/bin/firefox", name="firefox", sha256="2" * 64)
    if is_like(number, 2006) and new:
        return _print(report, firmware="1.01", descriptors="7" * 64)
    if is_like(number, 2003) and new:
        return _program(report, exe="/usr/bin/meetings", name="meetings", package="meetings",
                        sha256="4" * 64)  # fmt: skip
    if is_like(number, 2011):
        return _program(
            report, exe="/opt/team/viewer", name="viewer", package=None, sha256="5" * 64
        )
    return report


def is_special(number: int) -> bool:
    planned = number in PLANTED or number in HONEST
    return planned or any(number in like for like in _LIKE.values())


def _changed_machine(machine: Any) -> Any:
    number = machine.number
    if number == 1011:
        return machine._replace(days=tuple(range(9)))
    if number == 1012:
        return machine._replace(days=tuple(range(15)), windows=False)
    if is_like(number, 2008):
        return machine._replace(days=(0, 1, 2))
    if is_like(number, 2009):
        return machine._replace(days=tuple(range(10)))
    if is_special(number):
        dark = number == 2007
        model = "Budget Cam" if dark else "HD Webcam C270"
        return machine._replace(windows=False, model=model, script=False)
    return machine


def _program(report: Report, **fields: Any) -> Report:
    (process,) = report.snapshot.processes
    process = process._replace(**fields)
    return report._replace(snapshot=report.snapshot._replace(processes=(process,)))


def _holding(report: Report, exe: str, *, via: Via = Via.FD) -> Report:
    name = exe.rpartition("/")[2]
    snapshot = report.snapshot
    (holder,) = snapshot.holders
    changed = _program(report, exe=exe, name=name, package=None, signer=None, sha256="3" * 64)
    return changed._replace(snapshot=changed.snapshot._replace(holders=(holder._replace(via=via),)))


def _start(report: Report, entry: PersistenceEntry) -> Report:
    starts = (*report.snapshot.persistence, entry)
    return report._replace(snapshot=report.snapshot._replace(persistence=starts))


def _print(report: Report, **fields: str) -> Report:
    (known,) = report.snapshot.prints
    return report._replace(snapshot=report.snapshot._replace(prints=(known._replace(**fields),)))


def _driver(report: Report, driver: str) -> Report:
    (camera,) = report.snapshot.cameras
    cameras = (camera._replace(driver=driver),)
    return report._replace(snapshot=report.snapshot._replace(cameras=cameras))


def _dark(report: Report) -> Report:
    (light,) = report.snapshot.indicators
    lights = (light._replace(state=IndicatorState.OFF),)
    return report._replace(snapshot=report.snapshot._replace(indicators=lights))


def _alarm() -> Finding:
    from camcheck.findings import Severity, Subject

    subject = Subject(programs=("/usr/bin/firefox",))
    return a_finding(check="concealed-holder", severity=Severity.HIGH, subject=subject)


def _begin(report: Report, day: int) -> Any:
    return report.snapshot.started_at - timedelta(days=day)


def _night(report: Report, exe: str, *, away: tuple[str, ...]) -> Report:
    began = report.snapshot.started_at.replace(hour=3) - timedelta(days=1)
    process = Process(5, began, "gst-launch-1.0", exe, user="erika", uid=1000)
    use = Session("camera", "camera", began, began + timedelta(minutes=20), process, away=away,
                  capture=CaptureState.ACTIVE)  # fmt: skip
    return report._replace(past=(*report.past, use))


def _shifted(report: Report, *, hours: int) -> Report:
    by = timedelta(hours=hours)
    past = tuple(
        use._replace(began=use.began + by, ended=(use.ended or use.began) + by)
        for use in report.past
    )
    return report._replace(past=past)
