"""What changed since the report before: the newest one that lies in the folder of the new one."""

import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime

from camcheck.collect import in_time
from camcheck.errors import ReportError, UnsupportedSystemError
from camcheck.findings import Earlier, Report
from camcheck.model import Snapshot
from camcheck.output import calling_user
from camcheck.privilege import own_uid
from camcheck.report.compare import compare
from camcheck.report.read import MAX_BYTES, Stored, parse

_NAME = "camcheck-report-%Y-%m-%dT%H%M%SZ"
_NAMED = re.compile(r"camcheck-report-\d{4}-\d\d-\d\dT\d{6}Z\.(html|json)")
_MOST = 10_000  # names of a folder that are looked through
_TRIED = 3  # own files that claim to be the last report
_FLAGS = ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC")
_AS_IT_IS = os.O_RDONLY | sum(getattr(os, name, 0) for name in _FLAGS)


def name_of_report(time: datetime) -> str:
    """The name, without its ending, of a report that is written now and then: it sorts by time."""
    return time.astimezone(UTC).strftime(_NAME)


def with_earlier(report: Report, path: str) -> Report:
    """``report`` with what changed since the last one in the folder of ``path``.

    As it was given where none lies there that is older, is this user's own and can be read.
    """
    if report.earlier is not None:
        return report
    folder = os.path.dirname(path) or "."
    try:
        last = in_time(lambda: _last(folder, report.snapshot), f"report/{folder}")
    except (TimeoutError, UnsupportedSystemError):
        return report
    return report if last is None else report._replace(earlier=changes(last, report))


def changes(old: Stored, new: Report) -> Earlier:
    """What ``new`` has that ``old`` had not, and the other way round."""
    compared = compare(old.report, new)
    same_words = old.report.redacted == new.redacted
    names = {one: one.fingerprint for one in new.findings}
    if not same_words:  # the comparison is one of tokens; a report speaks in its own words
        from camcheck.report.redact import redact

        both = zip(redact(new).findings, new.findings, strict=True)
        names = {token: own.fingerprint for token, own in both}
    before, now = _files(old.report.snapshot), _files(new.snapshot)
    return Earlier(
        finished_at=old.report.snapshot.finished_at,
        digest=old.digest,
        appeared=tuple(names[one] for one in compared.appeared),
        gone=tuple(one.fingerprint for one in compared.gone),
        altered=tuple(
            sorted(path for path in before if before[path] != now.get(path, before[path]))
        ),
    )


def _files(snapshot: Snapshot) -> dict[str, str]:
    """Digests of programs' files by path, where one was taken."""
    return {one.exe: one.sha256 for one in snapshot.processes if one.exe and one.sha256}


def _last(folder: str, snapshot: Snapshot) -> Stored | None:
    """The newest report in a folder that was made before this look began."""
    latest = name_of_report(snapshot.finished_at)
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(_MOST), strict=False)]
    except OSError:
        return None
    older = (name for name in names if _NAMED.fullmatch(name) and name < latest)
    own = _owned(folder, sorted(older, reverse=True))
    for content, _ in zip(own, range(_TRIED), strict=False):
        try:
            stored = parse(content)
        except ReportError:
            continue
        if stored.report.snapshot.finished_at < snapshot.started_at:
            return stored
    return None


def _owned(folder: str, names: list[str]) -> Iterator[bytes]:
    """What is in those that are this user's: however many others lie before them."""
    for name in names:
        try:
            yield _own(os.path.join(folder, name))
        except OSError:
            continue


def _own(path: str) -> bytes:
    """What is in an ordinary file, no link, of the user who asks; raises OSError for any other.

    What somebody else leaves there is not heard, and root reads nothing for a user that is not his.
    """
    # What was opened is judged: a name can become another file's at any moment.
    descriptor = os.open(path, _AS_IT_IS)
    with os.fdopen(descriptor, "rb") as file:
        found, own, caller = os.fstat(descriptor), own_uid(), calling_user()
        mine = own is None or found.st_uid == (own if caller is None else caller.uid)
        if not stat.S_ISREG(found.st_mode) or not mine:  # Windows has no owners in numbers
            raise PermissionError(path)
        return file.read(MAX_BYTES + 1)
