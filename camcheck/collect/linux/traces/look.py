"""What signatures need beyond cameras and processes: start entries, files, digests."""

from camcheck.collect.files import (
    Home,
    Wanted,
    find_files,
    homes,
    in_time,
    readable,
    with_digests,
)
from camcheck.collect.linux.kernel.system import Roots, in_words
from camcheck.collect.linux.traces.persistence import collect_persistence
from camcheck.model import Artifact, Fact, Gap, PersistenceEntry, Reason, Snapshot


def with_traces(
    snapshot: Snapshot, wanted: Wanted, roots: Roots | None = None, *, root: str = "/"
) -> Snapshot:
    """The snapshot with what starts by itself, the wanted files and digests of executables."""
    roots = roots or Roots()
    gaps: list[Gap] = []
    everyone: tuple[Home, ...] = ()
    try:
        everyone = in_time(lambda: homes(root=root))
    except OSError as error:
        detail = f"The list of users could not be read ({error}); no home folder was looked at."
        gaps.append(Gap(Fact.PERSISTENCE, "home folders", Reason.FAILED, detail))
    owners = readable(everyone)
    others = sorted(home.user for home in set(everyone) - set(owners))
    if others:
        detail = "What starts by itself for them, and their files, need the administrator (sudo)."
        number = len(others)
        subject = f"home folders of {number} other user{'s' if number > 1 else ''}"
        gaps.append(Gap(Fact.PERSISTENCE, subject, Reason.DENIED, detail))
    entries: tuple[PersistenceEntry, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    try:
        entries, seen_gaps = in_time(lambda: collect_persistence(owners, root=root))
        artifacts, file_gaps = in_time(lambda: find_files(wanted.files, owners, root=root))
        gaps += [*seen_gaps, *file_gaps]
    except TimeoutError:
        detail = (
            "A file system (a network drive, or one that a program serves) does not answer, so "
            "start entries and files of known spying programs were not looked for."
        )
        gaps.append(Gap(Fact.PERSISTENCE, "home and system folders", Reason.TIMED_OUT, detail))
    processes = with_digests(
        snapshot.processes,
        sizes=wanted.sizes,
        holders={holder.pid for holder in snapshot.holders},
        proc=roots.proc,
    )
    unread = sum("sha256" in process.unknown for process in processes)
    if unread:
        detail = "The file system that they are on does not answer, so they were not compared."
        subject = f"contents of the program files of {in_words(unread)}"
        gaps.append(Gap(Fact.SIGNATURES, subject, Reason.TIMED_OUT, detail))
    return snapshot._replace(
        processes=processes,
        persistence=entries,
        artifacts=artifacts,
        gaps=tuple(sorted({*snapshot.gaps, *gaps})),
    )
