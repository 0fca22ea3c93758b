"""One scan: collect the facts, check them, report."""

from collections.abc import Callable
from datetime import timedelta

from camcheck import __version__
from camcheck.checks import all_checks, run_checks
from camcheck.collect import camera_prints, collect, in_time, look_for, watched
from camcheck.collect.files import Wanted
from camcheck.errors import HistoryError
from camcheck.fact import NamedTuple
from camcheck.findings import Report, Session
from camcheck.model import Fact, Gap, IndicatorState, MonitorState, Reason, Snapshot
from camcheck.person import with_word
from camcheck.signatures.ruleset import NO_USER_RULES, UserRules, rules_of_system

Progress = Callable[[int, int], None]


class Asked(NamedTuple):
    """What a scan is asked to do beyond a plain look.

    ``rules`` are the user's own, ``refused`` those that cannot be used. With ``yara_all`` the
    user's YARA rules run over the executables of all processes, not just of camera holders.
    ``probe`` allows to open cameras for a moment, where that is harmless. ``baseline`` is the file
    of remembered cameras to compare with. ``selftest_record`` is the file of what self-tests showed
    of the witnesses, which may not exist. ``hives`` are registry hives from a Windows disk, which
    are read instead of this machine. ``monitors`` tells, at the end, what became of the monitors
    that were asked whether they watch.
    """

    rules: UserRules = NO_USER_RULES
    refused: tuple[Gap, ...] = ()
    yara_all: bool = False
    probe: bool = False
    baseline: str | None = None
    selftest_record: str | None = None
    hives: tuple[str, ...] = ()
    monitors: Callable[[], tuple[MonitorState, ...]] = tuple


def scan(asked: Asked = Asked(), *, progress: Progress = lambda _done, _of: None) -> Report:
    """Looks at this machine once, and judges.

    ``progress`` gets how many programs YARA has looked into, and of how many. Raises
    UnsupportedSystemError where there is no collector, ReportError for an unusable baseline,
    OfflineError for a file that is no registry hive.
    """
    return judge(observe(asked, progress=progress), asked.rules)


def observe(asked: Asked = Asked(), *, progress: Progress = lambda _done, _of: None) -> Snapshot:
    """The facts that a scan judges, those that rules ask for included."""
    if asked.hives:
        return _observe_disk(asked)
    snapshot = watched(lambda: _look(asked))
    if asked.rules.yara:
        snapshot = _with_yara(snapshot, asked, progress)
    return snapshot._replace(gaps=tuple(sorted({*snapshot.gaps, *asked.refused})))


def _look(asked: Asked) -> Snapshot:
    snapshot = collect(probe=asked.probe, selftest_record=asked.selftest_record)
    if asked.baseline is not None:
        from camcheck.baseline import read_baseline

        prints, remembered = camera_prints(snapshot.cameras), read_baseline(asked.baseline)
        snapshot = snapshot._replace(prints=prints, remembered=remembered)
    snapshot = snapshot._replace(monitors=asked.monitors())
    wanted = _wanted(snapshot.host.system, asked.rules)
    return snapshot if wanted is None else look_for(snapshot, wanted)


def _observe_disk(asked: Asked) -> Snapshot:
    """The facts in registry hives, those that rules ask for included."""
    from camcheck.collect.windows.offline import collect_offline

    wanted = _wanted("windows", asked.rules)
    snapshot = collect_offline(asked.hives, wanted=wanted.registry if wanted else ())
    return snapshot._replace(gaps=tuple(sorted({*snapshot.gaps, *asked.refused})))


def _wanted(system: str, user: UserRules) -> Wanted | None:
    """What the rules of a system ask the collectors for; None for a system without rules."""
    rules = rules_of_system(system, user)
    if rules is None:
        return None
    lookups = rules.lookups()
    return Wanted(lookups.files, lookups.registry, rules.hash_sizes())


def _with_yara(snapshot: Snapshot, asked: Asked, progress: Progress) -> Snapshot:
    """The snapshot with what the user's YARA rules match in programs."""
    from camcheck.signatures.yara import yara_artifacts

    holding = {holder.process for holder in snapshot.holders}
    files = {
        process.exe
        for process in snapshot.processes
        if process.exe and (asked.yara_all or process.id in holding)
    }
    found, gaps = yara_artifacts(asked.rules.yara, files, progress=progress)
    return snapshot._replace(
        artifacts=tuple(sorted({*snapshot.artifacts, *found}, key=str)),
        gaps=tuple(sorted({*snapshot.gaps, *gaps})),
    )


def judge(snapshot: Snapshot, user: UserRules = NO_USER_RULES) -> Report:
    """Today's checks over the facts of any day."""
    rules = rules_of_system(snapshot.host.system, user)
    findings, gaps, checks = run_checks(snapshot, all_checks(user))
    return Report(
        snapshot=snapshot,
        findings=findings,
        gaps=gaps,
        camcheck_version=__version__,
        rules_version=rules and rules.version,
        checks=checks,
    )


def with_light(
    report: Report, camera: str, state: IndicatorState, *, user: UserRules = NO_USER_RULES
) -> Report:
    """The report judged again with the person's word for the light of a camera."""
    again = judge(with_word(report.snapshot, camera, state), user)
    return report._replace(snapshot=again.snapshot, findings=again.findings, gaps=again.gaps)


def with_past(report: Report, *, history: str, timeline: bool = False) -> Report:
    """The report with what the monitor has seen in the last days, by the folder ``history``.

    ``timeline`` adds every event of a longer time, for a report that is written. Nothing is added
    where no monitor ever ran; a history that cannot be read is a gap.
    """
    from camcheck.history.place import exists

    def look() -> Report:
        if not exists(history):
            return report
        return _with_past(report, history, timeline=timeline)

    try:
        return in_time(look, f"history//{history}")
    except HistoryError as error:
        gap = Gap(Fact.HISTORY, history, Reason.FAILED, str(error))
    except TimeoutError:
        detail = f"The file system of {history} does not answer."
        gap = Gap(Fact.HISTORY, history, Reason.TIMED_OUT, detail)
    return report._replace(gaps=tuple(sorted({*report.gaps, gap})))


def with_past_of_user(report: Report, *, history: str, uid: int, gid: int) -> Report:
    """The report with what a user's monitor has seen in the last days, read with that user's
    rights: for root, who was called by sudo. A history that cannot be read is a gap.
    """
    from camcheck.history.as_user import past_of_user

    since = report.snapshot.finished_at - timedelta(days=7)
    try:
        found = in_time(
            lambda: past_of_user(history, uid=uid, gid=gid, since=since), f"history/{uid}/{history}"
        )
    except HistoryError as error:
        gap = Gap(Fact.HISTORY, history, Reason.FAILED, str(error))
        return report._replace(gaps=tuple(sorted({*report.gaps, gap})))
    except TimeoutError:
        detail = f"The file system of {history} does not answer."
        gap = Gap(Fact.HISTORY, history, Reason.TIMED_OUT, detail)
        return report._replace(gaps=tuple(sorted({*report.gaps, gap})))
    if found is None:
        return report
    return report._replace(
        past=_merged(report.past, list(found.sessions)),
        watched=tuple(sorted({*report.watched, *found.watched})),
    )


def _merged(before: tuple[Session, ...], now: list[Session]) -> tuple[Session, ...]:
    """The sessions of two histories (an administrator's look brings its own), each use once."""
    known = {(one.camera, one.began) for one in now}
    others = (one for one in before if (one.camera, one.began) not in known)
    return tuple(sorted([*others, *now], key=lambda one: one.began))


def _with_past(report: Report, folder: str, *, timeline: bool) -> Report:
    """Raises HistoryError."""
    from camcheck.approval import recogniser, was_approved
    from camcheck.history.store import History
    from camcheck.history.timeline import DAYS, RECENT, moments, past

    now = report.snapshot.finished_at
    history = History(folder)
    try:
        recent = past(history, since=now - timedelta(days=RECENT))
        longer = past(history, since=now - timedelta(days=DAYS)) if timeline else None
        is_approved, was = recogniser(history), was_approved(history)
        held = {holder.process for holder in report.snapshot.holders}
        holding = [one for one in report.snapshot.processes if one.id in held and one.exe]
        # A program is named by its file: one process of it that is not approved speaks for all.
        refused = {one.exe for one in holding if not is_approved(one)}
        approved = {one.exe for one in holding if one.exe} - refused
        sessions = [
            one._replace(answered=one.answered or was(one.process)) for one in recent.sessions
        ]
    finally:
        history.close()
    return report._replace(
        past=_merged(report.past, sessions),
        watched=tuple(sorted({*report.watched, *recent.watched})),
        timeline=moments(longer) if longer else (),
        approved=tuple(sorted({*report.approved, *approved})),
    )
