"""Situations in which people find themselves, as facts built for the tests of the answer.

The lab plays many of them on real cameras (tests/lab/answers.py); here each one is small, so that
its near misses can be told from it. The page docs/answers.md shows all of them.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from camcheck.findings import Report, Session, Severity, Span, Subject
from camcheck.model import (
    CameraKind,
    CaptureState,
    Fact,
    IndicatorKind,
    IndicatorState,
    PersistenceEntry,
    Presence,
    Process,
    Reason,
    Trust,
    Via,
)
from camcheck.scan import judge
from tests.builders import (
    CAMERA,
    WHEN,
    a_camera,
    a_capture,
    a_count,
    a_finding,
    a_gap,
    a_holder,
    a_process,
    a_snapshot,
    an_indicator,
)

ME = "erika"
FILMS, IDLE = a_capture(CaptureState.ACTIVE), a_capture(CaptureState.INACTIVE)
UNREADABLE = an_indicator(IndicatorState.NOT_OBSERVABLE, trust=Trust.NOT_OBSERVABLE)
LIT, DARK = an_indicator(IndicatorState.ON), an_indicator(IndicatorState.OFF)
FIREFOX = a_process(
    exe="/usr/lib/firefox-esr/firefox-esr", name="firefox-esr", package="firefox-esr"
)
SPY = a_process(exe="/home/erika/.dropbox/DropboxCache", name="DropboxCache", pid=66)


class Situation(NamedTuple):
    """``name`` is what happens; ``report`` what a scan makes of it."""

    name: str
    report: Report


def seen(**facts: Any) -> Report:
    """The report of a machine on which erika asks."""
    return judge(a_snapshot(**{"asker": ME, "references": [a_count(0, 0)], **facts}))


def used(process: Process, *more: Process, **facts: Any) -> Report:
    """A camera that films for these programs, which have its picture memory."""
    programs = (process, *more)
    holders = [a_holder(pid=one.pid, via=via) for one in programs for via in (Via.FD, Via.MAPPING)]
    number = len(programs)
    return seen(
        **{
            "processes": programs,
            "holders": holders,
            "captures": [FILMS],
            "indicators": [UNREADABLE],
            "references": [a_count(number, number)],
            **facts,
        }
    )


def watched(report: Report, *sessions: Session) -> Report:
    """The report of a machine on which a monitor watched for a week."""
    week = Span(WHEN - timedelta(days=7), WHEN)
    return report._replace(past=sessions, watched=(week,))


def a_past(process: Process | None, *severities: Severity, **changes: Any) -> Session:
    """Twenty minutes of use yesterday."""
    began = WHEN - timedelta(days=1)
    name = process.exe if process else None
    findings = tuple(
        a_finding(
            check="suspicious-holder",
            severity=severity,
            subject=Subject((CAMERA,), (name,) if name else ()),
            title="A program that had the camera open has an odd origin",
            remediation=("Cover the camera.",),
        )
        for severity in severities
    )
    session = Session(CAMERA, "Webcam", began, began + timedelta(minutes=20), process)
    return session._replace(findings=findings, **changes)


def situations() -> Iterable[Situation]:
    """All of them, the ordinary ones first."""
    for name, report in (*_ordinary(), *_of_others(), *_hidden(), *_light(), *_past(), *_odd()):
        yield Situation(name, report)


def _ordinary() -> Iterable[tuple[str, Report]]:
    idle = {"captures": [IDLE]}
    gaps = [a_gap(subject="12 processes"), a_gap(fact=Fact.SIGNATURES, subject="homes of others")]
    approved = a_process(exe="/home/erika/bin/lamp", name="lamp")
    yield "nobody uses the camera", seen(**idle)
    yield "nobody, asked as an ordinary user", seen(**idle, elevated=False, gaps=gaps)
    yield "no camera", seen(cameras=())
    yield "own call", used(FIREFOX)
    yield "own call, its light can be read and is on", used(FIREFOX, indicators=[LIT])
    yield "own call, asked as an ordinary user", used(FIREFOX, elevated=False, gaps=gaps)
    yield (
        "own call, the person says that the light is on",
        used(FIREFOX, indicators=[_by_you(IndicatorState.ON)]),
    )
    yield "own program of no package", used(a_process(exe="/home/erika/bin/lamp", name="lamp"))
    yield (
        "own program, approved",
        used(approved)._replace(approved=("/home/erika/bin/lamp",)),
    )
    yield (
        "call in a container",
        used(
            a_process(exe="/usr/bin/chromium", name="chromium", application="org.chromium"),
        ),
    )
    two = a_camera(id="usb:0000:0001:2", name="Second Webcam", serial="2")
    yield "two cameras, one used", used(FIREFOX, cameras=(a_camera(), two))
    opened = {"processes": [FIREFOX], "holders": [a_holder()], "references": [a_count(1, 1)]}
    yield "own program has it open", seen(**idle, **opened)
    yield "own program has it open, and whether it films is not known", seen(**opened)
    broker = a_process(exe="/usr/bin/pipewire", name="pipewire", package="pipewire", pid=9)
    yield (
        "the desktop's broker has it ready",
        seen(
            processes=[broker],
            holders=[a_holder(pid=9)],
            captures=[IDLE],
            references=[a_count(1, 1)],
        ),
    )


def _of_others() -> Iterable[tuple[str, Report]]:
    bob = {"user": "bob", "uid": 1001}
    yield "another person's packaged program", used(FIREFOX._replace(**bob))
    yield (
        "another person's program of no package",
        used(a_process(exe="/usr/local/bin/watcher", name="watcher", **bob)),
    )
    motion = a_process(exe="/usr/bin/motion", name="motion", package="motion")
    yield (
        "a system service",
        used(motion._replace(user="motion", uid=110, unit="motion.service")),
    )
    root = a_process(exe="/usr/bin/v4l2-ctl", name="v4l2-ctl", package="v4l-utils")
    yield "the administrator's program", used(root._replace(user="root", uid=0))
    blind = [a_gap(subject="12 processes")]
    yield (
        "somebody whom an ordinary user cannot see films",
        seen(captures=[FILMS], references=[a_count(1, 0)], elevated=False, gaps=blind),
    )


def _hidden() -> Iterable[tuple[str, Report]]:
    odd = a_process(exe="/home/erika/x", name="x")
    for name, via in (
        ("in a thread of its own", Via.THREAD_FD),
        ("in an I/O ring", Via.IO_URING),
        ("in a socket", Via.IN_FLIGHT),
    ):
        held = {"holders": [a_holder(via=via)], "captures": [FILMS]}
        yield f"hidden {name}", seen(processes=[odd], references=[a_count(1, 1)], **held)
    yield (
        "hidden in memory alone",
        seen(
            processes=[odd],
            holders=[a_holder(via=Via.MAPPING)],
            captures=[FILMS],
            references=[a_count(1, 1)],
        ),
    )
    yield "nobody can be found", seen(captures=[FILMS], references=[a_count(1, 0)])
    start = PersistenceEntry("autostart", "/home/erika/.config/autostart/d.desktop", "d", SPY.exe)
    yield "a known spy films", used(SPY, persistence=[start])
    yield "a known spy only runs", seen(processes=[SPY], captures=[IDLE])
    yield "a second viewer", used(FIREFOX, a_process(exe="/home/erika/rec", name="rec", pid=5))


def _light() -> Iterable[tuple[str, Report]]:
    mode = an_indicator(
        IndicatorState.OFF, kind=IndicatorKind.LED_MODE, reason="it is set to stay dark"
    )
    icon = an_indicator(
        IndicatorState.OFF,
        kind=IndicatorKind.DESKTOP_ICON,
        trust=Trust.SOFTWARE,
        source="PipeWire of user 1000",
        reason="no stream runs in the session of user 1000 ",
    )
    yield "the light was told to stay dark", used(FIREFOX, indicators=[mode])
    yield "the light is dark while it films", used(FIREFOX, indicators=[DARK])
    yield (
        "the person says that the light is dark",
        used(FIREFOX, indicators=[_by_you(IndicatorState.OFF)]),
    )
    yield "the desktop's icon does not show it", used(FIREFOX, indicators=[icon])
    away = [Presence(ME, locked=True, idle=True, lid_closed=None, source="logind")]
    yield "locked screen", used(FIREFOX, presence=away)


def _past() -> Iterable[tuple[str, Report]]:
    spy = a_process(exe="/tmp/.x/v", name="v", pid=77)
    idle = seen(captures=[IDLE])
    yield "an alarm of yesterday", watched(idle, a_past(spy, Severity.HIGH))
    yield (
        "an alarm of yesterday, answered",
        watched(idle, a_past(spy, Severity.HIGH, answered=True)),
    )
    yield (
        "an alarm of yesterday by nobody who was found",
        watched(idle, a_past(None, Severity.HIGH)),
    )
    yield (
        "an alarm of yesterday, its program approved since",
        watched(idle, a_past(spy, Severity.HIGH, answered=True)),
    )
    yield "ordinary use of yesterday", watched(idle, a_past(FIREFOX))


def _odd() -> Iterable[tuple[str, Report]]:
    denied = [a_gap(fact=Fact.CAMERAS, subject="all cameras", reason=Reason.DENIED)]
    yield "the list of cameras cannot be read", seen(cameras=(), gaps=denied)
    loose = a_camera(driver=None, interfaces=("1-1:1.0=none",))
    yield "camera without driver", seen(cameras=(loose,), captures=[])
    hello = a_camera(kind=CameraKind.INFRARED, name="IR Camera")
    howdy = a_process(
        exe="/usr/bin/python3.11",
        cmdline=("python3", "/lib/security/howdy/compare.py"),
        name="python3",
        user="root",
        uid=0,
    )
    yield "login by face", used(howdy, cameras=(hello,))
    entry = PersistenceEntry(
        "autostart",
        "/home/erika/.config/autostart/d.desktop",
        "d",
        "/home/erika/.dropbox/DropboxCache",
    )
    yield "a start entry of a spy that does not run", seen(persistence=[entry], captures=[IDLE])
    windows = a_snapshot().host._replace(system="windows", name="desk")
    hello = a_process(
        exe=r"C:\Windows\System32\svchost.exe",
        name="svchost.exe",
        user=r"NT AUTHORITY\LOCAL SERVICE",
        uid=None,
        signer="Microsoft Windows",
        unit="WbioSvcGroup",
    )
    looks = a_holder(
        via=Via.SENSOR_MONITOR, node="IR camera", access=None, detail="Windows Hello: looks"
    )
    eye = a_camera(kind=CameraKind.INFRARED, name="IR Camera")
    looking = {"host": windows, "holders": [looks], "captures": [FILMS], "references": []}
    for name, process, camera in (
        ("Windows Hello looks", hello, eye),
        ("Windows Hello looks, with the camera for calls", hello, a_camera()),
        ("another service of Windows looks", hello._replace(unit="netsvcs"), eye),
        ("somebody started what looks like Windows Hello", hello._replace(user=r"PC\bob"), eye),
    ):
        yield name, seen(cameras=(camera,), processes=[process], **looking)
    yield (
        "a disk of another computer",
        seen(host=windows, cameras=(), references=[], offline=True, elevated=False),
    )
    yield "own call, and a start entry of a spy", used(FIREFOX, persistence=[entry])


def _by_you(state: IndicatorState) -> Any:
    word = "on" if state is IndicatorState.ON else "dark"
    return an_indicator(
        state, source="you", trust=Trust.PERSON, reason=f"you said that its light is {word}"
    )
