"""What changed since the report before: the newest one that lies in the folder of the new one."""

import os
import re
import stat
from datetime import UTC, datetime

from camcheck.errors import ReportError
from camcheck.findings import Earlier, Report
from camcheck.model import Snapshot
from camcheck.output import calling_user
from camcheck.privilege import own_uid
from camcheck.report.compare import compare
from camcheck.report.read import Stored, read_report

_NAME = "camcheck-report-%Y-%m-%dT%H%M%SZ"
_NAMED = re.compile(r"camcheck-report-\d{4}-\d\d-\d\dT\d{6}Z\.(html|json)")
_MOST = 10_000  # names of a folder that are looked through
_TRIED = 3  # files that claim to be the last report


def name_of_report(time: datetime) -> str:
    """The name, without its ending, of a report that is written now and then: it sorts by time."""
    return time.astimezone(UTC).strftime(_NAME)


def with_earlier(report: Report, path: str) -> Report:
    """``report`` with what changed since the last one in the folder of ``path``.

    As it was given where none lies there that is older, is this user's own and can be read.
    """
    if report.earlier is not None:
        return report
    for name in _older(os.path.dirname(path) or ".", report.snapshot.finished_at):
        try:
            stored = read_report(name)
        except ReportError:
            continue
        if stored.report.snapshot.finished_at < report.snapshot.started_at:
            return report._replace(earlier=changes(stored, report))
    return report


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


def _older(folder: str, than: datetime) -> list[str]:
    """Reports in a folder that were written before, newest first: only such as this user made."""
    latest = name_of_report(than)
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry, _ in zip(entries, range(_MOST), strict=False)]
    except OSError:
        return []
    claimed = sorted(
        (name for name in names if _NAMED.fullmatch(name) and name < latest), reverse=True
    )
    paths = [os.path.join(folder, name) for name in claimed[:_TRIED]]
    return [path for path in paths if _is_own(path)]


def _is_own(path: str) -> bool:
    """An ordinary file, no link, of the user who asks: what others leave there is not heard."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    own, caller = own_uid(), calling_user()
    if own is None:  # Windows has no owners in numbers
        return stat.S_ISREG(found.st_mode)
    return stat.S_ISREG(found.st_mode) and found.st_uid in {own, caller and caller.uid}
