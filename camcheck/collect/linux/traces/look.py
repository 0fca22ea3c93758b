"""What signatures need beyond cameras and processes: start entries, files, digests."""

from camcheck.bounded import BlockedError, in_time
from camcheck.collect.files import Home, Wanted, find_files, homes, may_be_folder, readable
from camcheck.collect.linux.kernel.system import Roots, in_words
from camcheck.collect.linux.traces.digests import with_digests
from camcheck.collect.linux.traces.persistence import collect_persistence
from camcheck.model import Artifact, Fact, Gap, PersistenceEntry, Reason, Snapshot

_Found = tuple[tuple[PersistenceEntry, ...], tuple[Artifact, ...], tuple[Gap, ...]]


def with_traces(
    snapshot: Snapshot, wanted: Wanted, roots: Roots | None = None, *, root: str = "/"
) -> Snapshot:
    """The snapshot with what starts by itself, the wanted files and digests of executables."""
    roots = roots or Roots()
    owners, gaps = _homes(root)
    entries: list[PersistenceEntry] = []
    artifacts: list[Artifact] = []
    for home in (None, *owners):
        new_entries, new_artifacts, new_gaps = _traces_of(home, wanted, root)
        entries += new_entries
        artifacts += new_artifacts
        gaps += new_gaps
    processes = with_digests(
        snapshot.processes,
        sizes=wanted.sizes,
        holders={holder.pid for holder in snapshot.holders},
        proc=roots.proc,
    )
    unread = sum("sha256" in process.unknown for process in processes)
    if unread:
        detail = (
            "Their files are huge, or the file system that they are on does not answer, so they "
            "were not compared."
        )
        subject = f"contents of the program files of {in_words(unread)}"
        gaps.append(Gap(Fact.SIGNATURES, subject, Reason.TIMED_OUT, detail))
    return snapshot._replace(
        processes=processes,
        persistence=tuple(sorted(entries, key=lambda one: (one.path, one.name, one.command))),
        artifacts=tuple(sorted(artifacts, key=lambda one: one.path)),
        gaps=tuple(sorted({*snapshot.gaps, *gaps})),
    )


def _homes(root: str) -> tuple[tuple[Home, ...], list[Gap]]:
    """The homes that may be looked into, and what is not seen of the others."""
    try:
        everyone = homes(root=root, is_folder=_may_be_folder)
    except OSError as error:
        detail = f"The list of users could not be read ({error}); no home folder was looked at."
        return (), [Gap(Fact.PERSISTENCE, "home folders", Reason.FAILED, detail)]
    owners = readable(everyone)
    others = len({home.user for home in set(everyone) - set(owners)})
    if not others:
        return owners, []
    detail = "What starts by itself for them, and their files, need the administrator (sudo)."
    subject = f"home folders of {others} other user{'s' if others > 1 else ''}"
    return owners, [Gap(Fact.PERSISTENCE, subject, Reason.DENIED, detail)]


def _may_be_folder(path: str) -> bool:
    """A home whose file system does not answer is still one."""
    try:
        return in_time(lambda: may_be_folder(path), f"home/{path}/itself")
    except BlockedError:
        return True


def _traces_of(home: Home | None, wanted: Wanted, root: str) -> _Found:
    """What starts by itself and what rules look for, in a home or (None) in the whole system."""
    own = (home,) if home else ()
    templates = [one for one in wanted.files if one.startswith("~") == bool(home)]

    def look() -> _Found:
        entries, gaps = collect_persistence(home, root=root)
        files, file_gaps = find_files(templates, own, root=root)
        return entries, files, (*gaps, *file_gaps)

    try:
        return in_time(look, f"home/{home.user if home else ''}/contents")
    except BlockedError:
        where = f"home folder of {home.user}" if home else "system folders"
        detail = (
            "A file system (a network drive, or one that a program serves) does not answer, so "
            "start entries and files of known spying programs were not looked for there."
        )
        return (), (), (Gap(Fact.PERSISTENCE, where, Reason.TIMED_OUT, detail),)
