"""Four machines whose pages are looked at: a call, an alarm, an alarm of the past, and nobody."""

from datetime import timedelta

from camcheck.findings import Report, Session, Span
from camcheck.model import (
    CaptureState,
    Fact,
    Gap,
    Holder,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Reason,
    Trust,
    Via,
)
from camcheck.scan import judge
from tests.report.sample import CAMERA, WHEN, a_camera, a_finding, a_process, a_snapshot

_FIREFOX = Holder(CAMERA, 3000, WHEN.replace(minute=20), Via.FD, "/dev/video0", "read-write")
_ICON = Indicator(
    CAMERA,
    IndicatorKind.DESKTOP_ICON,
    IndicatorState.ON,
    "PipeWire nodes",
    Trust.SOFTWARE,
    "The desktop shows its camera icon.",
)
_HOUR = timedelta(hours=1)


def _quiet(**changes):
    """The sample's machine with one camera, and nobody who uses it."""
    sample = a_snapshot()
    return sample._replace(
        cameras=(a_camera(),),
        processes=tuple(one for one in sample.processes if one.pid != 4242),
        holders=(),
        references=(),
        captures=(sample.captures[0]._replace(state=CaptureState.INACTIVE, witnesses=()),),
        indicators=(),
        persistence=(),
        connections=(),
        gaps=(),
        asker="erika",
    )._replace(**changes)


def _with_week(report: Report, *sessions: Session) -> Report:
    """With a monitor that was off for two nights, and the user's calls of three days."""
    spans = [(7 * 24, 110), (100, 60), (50, 0)]
    calls = [
        a_session(days=days, hours=2, process=report.snapshot.processes[2]) for days in (6, 2, 1)
    ]
    return report._replace(
        past=tuple(sorted([*calls, *sessions], key=lambda one: one.began)),
        watched=tuple(Span(WHEN - _HOUR * began, WHEN - _HOUR * ended) for began, ended in spans),
    )


def a_session(*, days, hours, process=None, **changes) -> Session:
    began = WHEN - timedelta(days=days)
    ended = began + _HOUR * hours
    session = Session(CAMERA, "HD Webcam C270", began, ended, process, capture=CaptureState.ACTIVE)
    return session._replace(**changes)


def _spying(**changes) -> Session:
    finding = a_finding(check="concealed-holder")
    process = a_process(pid=977, started=WHEN - timedelta(days=3))
    return a_session(days=2.6, hours=3, process=process, findings=(finding,), **changes)


def call() -> Report:
    """The user's own Firefox films, the desktop shows it."""
    captures = a_snapshot().captures[:1]
    snapshot = _quiet(holders=(_FIREFOX,), captures=captures, indicators=(_ICON,))
    return _with_week(judge(snapshot))


def alarm() -> Report:
    """A hidden program films; not everything could be looked at."""
    gap = Gap(Fact.HOLDERS, "3 processes", Reason.DENIED, "They could not be looked into.")
    sample = a_snapshot(asker="erika")
    snapshot = sample._replace(
        cameras=(a_camera(),),
        captures=sample.captures[:1],
        holders=(_FIREFOX, sample.holders[1]._replace(via=Via.THREAD_FD, detail=None)),
        references=(),
        gaps=(gap,),
    )
    return _with_week(judge(snapshot), _spying())


def past() -> Report:
    """Nobody films now, and the monitor saw what has hidden."""
    return _with_week(judge(_quiet()), _spying())


def idle() -> Report:
    """Nobody uses the camera, and no monitor ever watched."""
    return judge(_quiet())


SITUATIONS = {"call": call(), "alarm": alarm(), "past": past(), "idle": idle()}
