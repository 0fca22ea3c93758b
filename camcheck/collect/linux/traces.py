"""What signatures need beyond cameras and processes: start entries, files, digests."""

from camcheck.collect.files import Home, Wanted, find_files, homes, readable, with_digests
from camcheck.collect.linux.persistence import collect_persistence
from camcheck.collect.linux.system import Roots
from camcheck.model import Fact, Gap, Reason, Snapshot


def with_traces(
    snapshot: Snapshot, wanted: Wanted, roots: Roots | None = None, *, root: str = "/"
) -> Snapshot:
    """The snapshot with what starts by itself, the wanted files and digests of executables."""
    roots = roots or Roots()
    gaps: list[Gap] = []
    everyone: tuple[Home, ...] = ()
    try:
        everyone = homes(root=root)
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
    entries, entry_gaps = collect_persistence(owners, root=root)
    artifacts, file_gaps = find_files(wanted.files, owners, root=root)
    processes = with_digests(
        snapshot.processes,
        sizes=wanted.sizes,
        holders={holder.pid for holder in snapshot.holders},
        proc=roots.proc,
    )
    return snapshot._replace(
        processes=processes,
        persistence=entries,
        artifacts=artifacts,
        gaps=tuple(sorted({*snapshot.gaps, *gaps, *entry_gaps, *file_gaps})),
    )
