"""The driver counts more open files than there are holders to be found."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, finding
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import DriverReferences, Fact, Gap, Reason, Snapshot, Via


class UnattributedHolder:
    """Somebody has a camera open who cannot be found."""

    id = "unattributed-holder"
    texts = TEXTS["unattributed-holder"]
    needs = frozenset({Fact.CAMERAS, Fact.HOLDERS, Fact.REFERENCES})

    def run(self, snapshot: Snapshot) -> Iterator[Finding | Gap]:
        """A finding, or a gap when something could not be looked at that would explain it."""
        blind = any(map(_can_hide_somebody, snapshot.gaps))
        for entry in snapshot.references:
            if entry.opened is None or entry.opened <= entry.accounted:
                continue
            if blind or not entry.measured:
                yield _unknown(entry, blind=blind)
            else:
                yield self._found(snapshot, entry)

    def _found(self, snapshot: Snapshot, entry: DriverReferences) -> Finding:
        names = ", ".join(camera_name(snapshot, camera) for camera in entry.cameras)
        counted = (
            f"The driver {entry.driver} counts {entry.opened} openings; {entry.accounted} found."
        )
        parked = [
            Evidence(f"Process {holder.pid}: {holder.detail}.", f"/proc/{holder.pid}/fdinfo")
            for holder in snapshot.holders
            if holder.via is Via.IN_FLIGHT and holder.camera in entry.cameras
        ]
        return finding(
            self,
            Severity.HIGH,
            Confidence.HIGH,
            title=f"Somebody who cannot be found has a camera open ({names})",
            subject=Subject(entry.cameras, place=entry.driver),
            evidence=(Evidence(counted, f"/sys/module/{entry.driver}/refcnt"), *parked),
        )


def _can_hide_somebody(gap: Gap) -> bool:
    """A process that was seen, though not in every detail, is no place to hide."""
    return gap.fact is Fact.HOLDERS or (
        gap.fact is Fact.PROCESSES and gap.reason is not Reason.UNPARSED
    )


def _unknown(entry: DriverReferences, *, blind: bool) -> Gap:
    missing = (entry.opened or 0) - entry.accounted
    why = (
        "it may belong to a process that could not be looked at; run camcheck as administrator"
        if blind
        else "what this driver counts was never measured"
    )
    detail = (
        f"The driver {entry.driver} counts {missing} more opening(s) of a camera than were found: "
        f"{why}."
    )
    reason = Reason.DENIED if blind else Reason.UNSUPPORTED
    return Gap(Fact.HOLDERS, f"who else has {entry.driver} open", reason, detail)
