"""What the drivers themselves count: the one witness that no hiding place escapes.

/sys/module/DRIVER/refcnt is the number of open files of the driver's device nodes, wherever the
reference lives, plus one for each module that depends on it (fs/char_dev.c, kernel/module/main.c).
dup(2) and fork(2) add nothing. Anybody may read it; a driver built into the kernel has none.
"""

import time

from camcheck.collect.linux.holders.descriptors import Hit
from camcheck.collect.linux.kernel.modules import reference_count
from camcheck.collect.linux.kernel.system import KCMP_FILE, Kernel, Roots
from camcheck.model import (
    Camera,
    CameraKind,
    Capture,
    CaptureState,
    DriverReferences,
    Fact,
    Gap,
    Reason,
    Via,
)

# Drivers whose count was compared with real openings on real kernels (docs/holder-matrix.md).
MEASURED = frozenset({"uvcvideo", "vivid", "v4l2loopback"})
_SETTLE = 0.3  # seconds in which an opening that was on its way shows or ends
_STEP = 0.01


def drivers(cameras: tuple[Camera, ...]) -> dict[str, tuple[str, ...]]:
    """The cameras of each driver: several share one count."""
    found: dict[str, tuple[str, ...]] = {}
    for camera in cameras:
        if camera.driver:
            found[camera.driver] = (*found.get(camera.driver, ()), camera.id)
    return found


def count_files(kernel: Kernel, hits: list[Hit]) -> tuple[int, int]:
    """The least and the most distinct open files that can stand behind the hits of one driver.

    Descriptors of one file (after dup or fork) count once, as far as the kernel shows it. A mapping
    of a process that also has a descriptor of the device is taken for the same file. Whether a
    file in a ring or behind a mapping is one of the others is unknown: they are the difference.
    """
    files: list[Hit] = []
    certain: list[Hit] = []
    for hit in hits:
        if hit.number is None:
            continue
        answers = [
            kernel.same(KCMP_FILE, other.task, hit.task, other.number or 0, hit.number)
            for other in files
        ]
        if True in answers:
            continue
        files.append(hit)
        certain += [] if None in answers else [hit]
    owners = {hit.pid for hit in files}
    rings = sum(1 for hit in hits if hit.via is Via.IO_URING)
    mapped = {hit.pid for hit in hits if hit.via is Via.MAPPING} - owners
    most = len(files) + rings + len(mapped)
    return max(len(certain), min(most, 1)), most


def counted(
    roots: Roots, kernel: Kernel, cameras: tuple[Camera, ...], hits: list[Hit]
) -> tuple[DriverReferences, ...]:
    """Counted against found, for each driver, at this moment."""
    result = []
    for driver, ids in sorted(drivers(cameras).items()):
        opened = reference_count(roots, driver)
        _, accounted = count_files(kernel, _of_driver(driver, hits))
        result.append(DriverReferences(driver, ids, opened, accounted, driver in MEASURED))
    return tuple(result)


def uncertain_gaps(
    kernel: Kernel, references: tuple[DriverReferences, ...], hits: list[Hit]
) -> list[Gap]:
    """Openings that the found holders may or may not explain, as a gap for each driver."""
    gaps = []
    for entry in references:
        least, _ = count_files(kernel, _of_driver(entry.driver, hits))
        if entry.opened is not None and least < entry.opened <= entry.accounted:
            detail = (
                f"The driver {entry.driver} counts {entry.opened} openings. Of what was found, "
                f"only {least} can be told apart; the others may be theirs, or somebody's who "
                "was not found."
            )
            subject = f"openings of {entry.driver}"
            gaps.append(Gap(Fact.REFERENCES, subject, Reason.UNSUPPORTED, detail))
    return gaps


def _of_driver(driver: str, hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.target.driver == driver and hit.via is not Via.USBFS]


def settled(roots: Roots, references: tuple[DriverReferences, ...]) -> tuple[DriverReferences, ...]:
    """The same after brief openings have passed: the least count of a few moments.

    A program that opens and closes the camera is counted while nothing of it can be found; only
    what stays counted is a holder that was not found.
    """
    end = time.monotonic() + _SETTLE
    while any(map(is_missing, references)) and time.monotonic() < end:
        time.sleep(_STEP)
        references = tuple(
            _least(entry, reference_count(roots, entry.driver)) for entry in references
        )
    return references


def _least(entry: DriverReferences, opened: int | None) -> DriverReferences:
    if opened is None or entry.opened is None:
        return entry._replace(opened=None)
    return entry._replace(opened=min(entry.opened, opened))


def is_proven(kernel: Kernel, references: tuple[DriverReferences, ...], hits: list[Hit]) -> bool:
    """Whether every driver counts, its count is understood, and it is no more than was found for
    certain."""
    return all(
        entry.measured
        and entry.opened is not None
        and entry.opened <= count_files(kernel, _of_driver(entry.driver, hits))[0]
        for entry in references
    )


def is_missing(entry: DriverReferences) -> bool:
    """Whether the driver counts more open files than were found."""
    return entry.opened is not None and entry.opened > entry.accounted


def silent_driver_gaps(
    references: tuple[DriverReferences, ...],
    cameras: tuple[Camera, ...],
    captures: tuple[Capture, ...],
) -> list[Gap]:
    """Drivers whose count cannot be had, or is not known to mean what it does elsewhere.

    A count that is not there is always a gap. One that was never measured matters where somebody
    could film unseen: not of a camera that is known not to film, or that sees no room, unless the
    count has more than was found.
    """
    at_rest = {one.camera for one in captures if one.state is CaptureState.INACTIVE}
    at_rest |= {one.id for one in cameras if one.kind is CameraKind.VIRTUAL}
    gaps = []
    for entry in references:
        if entry.opened is None:
            reason, why = Reason.MISSING, "does not tell how many openings of the camera there are"
        elif not entry.measured and (is_missing(entry) or not at_rest.issuperset(entry.cameras)):
            reason, why = Reason.UNSUPPORTED, "counts openings in a way that was never measured"
        else:
            continue
        detail = (
            f"The driver {entry.driver} {why}, so a program that hides from the list of processes "
            "would not be noticed by its count."
        )
        gaps.append(Gap(Fact.REFERENCES, entry.driver, reason, detail))
    return gaps
