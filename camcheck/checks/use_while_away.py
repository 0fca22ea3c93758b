"""A camera is in use while the user seems to be away."""

from collections.abc import Iterator

from camcheck.checks.phrases import (
    camera_name,
    camera_of,
    finding,
    held_by_process,
    process_evidence,
    process_of,
    program_name,
    program_subject,
)
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity
from camcheck.model import CameraKind, Fact, Presence, Snapshot

_BROKERS = frozenset({"pipewire", "wireplumber"})  # they hold cameras open and idle by design


class UseWhileAway:
    """The screen is locked, the lid is closed, or nobody has touched the machine for long."""

    id = "use-while-away"
    texts = TEXTS["use-while-away"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        evidence = tuple(_evidence(snapshot))
        seen = set()
        for camera, identity in held_by_process(snapshot) if evidence else ():
            process = process_of(snapshot, identity)
            known, name = camera_of(snapshot, camera), program_name(process)
            subject, where = program_subject(camera, process), camera_name(snapshot, camera)
            if subject in seen or name in _BROKERS or (known and known.kind is CameraKind.VIRTUAL):
                continue
            seen.add(subject)
            sure = any(one.locked or one.lid_closed for one in snapshot.presence)
            yield finding(
                self,
                Severity.MEDIUM if sure else Severity.LOW,
                Confidence.MEDIUM if sure else Confidence.LOW,
                title=f"{name} has {where} open while nobody seems to be there",
                subject=subject,
                evidence=(*evidence, process_evidence(snapshot, process)),
            )


def signs_of_absence(presence: Presence) -> list[str]:
    """What speaks against the user being there, in words."""
    signs = (
        (presence.locked, "screen locked"),
        (presence.lid_closed, "lid closed"),
        (presence.idle, "user idle"),
    )
    return [sign for is_so, sign in signs if is_so]


def _evidence(snapshot: Snapshot) -> Iterator[Evidence]:
    """Somebody is there when any desktop session is in use; a closed lid speaks for itself."""
    sessions = [one for one in snapshot.presence if one.user is not None]
    attended = any(not signs_of_absence(one) for one in sessions)
    for one in snapshot.presence:
        signs = signs_of_absence(one)
        if signs and (one.user is None or not attended):
            whose = f" (session of {one.user})" if one.user else ""
            yield Evidence(f"At that moment: {', '.join(signs)}{whose}.", one.source)
