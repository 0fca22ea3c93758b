"""Checks: pure functions from facts to judgements, one file each."""

from collections.abc import Iterable, Iterator

from camcheck.findings import CheckRun, Finding, Texts
from camcheck.model import Fact, Gap, Snapshot
from camcheck.typed import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from camcheck.signatures.ruleset import UserRules


class Check(Protocol):
    """What every check is. Its texts are shown by ``camcheck explain`` and in docs/checks.md.

    ``id`` is the slug: file name, anchor and test name. ``needs`` are the facts without which it
    cannot say that there is nothing; the runner attaches the gaps in them.
    """

    @property
    def id(self) -> str: ...
    @property
    def texts(self) -> Texts: ...
    @property
    def needs(self) -> frozenset[Fact]: ...

    def run(self, snapshot: Snapshot) -> Iterator[Finding | Gap]:
        """What the facts mean. A Gap says that they do not suffice for a judgement."""
        ...


def all_checks(user: "UserRules | None" = None) -> tuple[Check, ...]:
    """Every check that camcheck makes, in the order in which people read about them.

    ``user`` are rules that the user brought, besides the built-in ones.
    """
    from camcheck.checks.blocked_look import BlockedLook
    from camcheck.checks.camera_changed import CameraChanged
    from camcheck.checks.camera_in_use import CameraInUse
    from camcheck.checks.camera_taken_over import CameraTakenOver
    from camcheck.checks.capture_not_shown import CaptureNotShown
    from camcheck.checks.capture_unattributed import CaptureUnattributed
    from camcheck.checks.capture_without_indicator import CaptureWithoutIndicator
    from camcheck.checks.concealed_holder import ConcealedHolder
    from camcheck.checks.desktop_icon_bypassed import DesktopIconBypassed
    from camcheck.checks.hidden_process import HiddenProcess
    from camcheck.checks.indicator_overridden import IndicatorOverridden
    from camcheck.checks.indicator_without_capture import IndicatorWithoutCapture
    from camcheck.checks.known_bad import KnownBad
    from camcheck.checks.monitor_silenced import MonitorSilenced
    from camcheck.checks.others_program import OthersProgram
    from camcheck.checks.raw_usb_holder import RawUsbHolder
    from camcheck.checks.second_viewer import SecondViewer
    from camcheck.checks.suspicious_holder import SuspiciousHolder
    from camcheck.checks.unattributed_holder import UnattributedHolder
    from camcheck.checks.use_while_away import UseWhileAway

    return (
        CameraInUse(),
        CaptureNotShown(),
        UnattributedHolder(),
        CaptureUnattributed(),
        ConcealedHolder(),
        HiddenProcess(),
        BlockedLook(),
        SuspiciousHolder(),
        RawUsbHolder(),
        CameraTakenOver(),
        SecondViewer(),
        OthersProgram(),
        CaptureWithoutIndicator(),
        IndicatorWithoutCapture(),
        IndicatorOverridden(),
        DesktopIconBypassed(),
        CameraChanged(),
        UseWhileAway(),
        MonitorSilenced(),
        KnownBad(user),
    )


def run_checks(
    snapshot: Snapshot, checks: Iterable[Check]
) -> tuple[tuple[Finding, ...], tuple[Gap, ...], tuple[CheckRun, ...]]:
    """Findings (worst first), the gaps of snapshot and checks, and what was checked."""
    findings: list[Finding] = []
    gaps: set[Gap] = set(snapshot.gaps)
    runs: list[CheckRun] = []
    for check in checks:
        limits = {gap.subject for gap in snapshot.gaps if gap.fact in check.needs}
        for result in check.run(snapshot):
            if isinstance(result, Finding):
                findings.append(result)
            else:
                gaps.add(result)
                limits.add(result.subject)
        runs.append(CheckRun(check.id, check.texts.title, tuple(sorted(limits))))
    findings.sort(key=lambda finding: (-finding.severity.rank, finding.fingerprint))
    return tuple(findings), _told_once(gaps), tuple(runs)


def _told_once(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """One sentence of one subject is said once, however many kinds of facts it keeps away."""
    said: dict[tuple[str, str], Gap] = {}
    for gap in sorted(gaps):
        said.setdefault((gap.subject, gap.detail), gap)
    return tuple(said.values())
