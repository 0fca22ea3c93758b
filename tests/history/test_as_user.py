"""Root reads a user's history with that user's rights, and believes it no further than a report."""

import json
import os
from contextlib import closing
from datetime import timedelta

import pytest

from camcheck.errors import HistoryError
from camcheck.history import as_user
from camcheck.history.as_user import past_of_user, understood
from camcheck.history.place import FILE
from camcheck.history.store import History
from camcheck.model import Fact, Reason
from camcheck.scan import with_past_of_user
from tests.collect.linux.conftest import needs_root
from tests.monitor.build import START, a_session
from tests.report.sample import a_report

NOBODY = 65534
pytestmark = needs_root


def a_history(folder, *, uid):
    folder.mkdir()
    with closing(History(str(folder))) as history:
        history.begin(a_session())
    for path in (folder, *folder.iterdir()):
        os.chown(path, uid, uid)
    return str(folder)


@pytest.fixture
def place(tmp_path):
    """A folder that everybody may pass."""
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    return tmp_path


def past(folder):
    return past_of_user(folder, uid=NOBODY, gid=NOBODY, since=START - timedelta(days=1))


def test_the_sessions_of_a_user_are_read(place):
    """They come back as they were, with the times that were watched."""
    found = past(a_history(place / "own", uid=NOBODY))

    assert found is not None
    assert (a_session(),) == found.sessions


def test_what_the_user_may_not_read_is_not_read(place):
    """A link to root's own history in the place of the user's leads nowhere."""
    root = a_history(place / "root", uid=0)
    own = place / "own"
    own.mkdir()
    os.chown(own, NOBODY, NOBODY)
    (own / FILE).symlink_to(f"{root}/{FILE}")
    os.chmod(root, 0o711)

    with pytest.raises(HistoryError):
        past(str(own))


def test_a_user_without_a_history_has_none(place):
    """Nothing is made either."""
    assert past(str(place / "none")) is None
    assert not (place / "none").exists()


def test_who_reads_has_no_rights_of_root(place, monkeypatch):
    """All three numbers of the user, and no further groups."""

    def tell(*_):
        return json.dumps(f"{os.getresuid()} {os.getresgid()} {os.getgroups()}").encode()

    monkeypatch.setattr(as_user, "_told", tell)
    with pytest.raises(HistoryError, match=rf"^\({NOBODY}, {NOBODY}, {NOBODY}\) .* \[\]$"):
        past(str(place))


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"[", b"[" * 100_000, b"5", b"{}", b'{"sessions": [{}], "watched": []}',
        b'{"sessions": [], "watched": [{"began": "never", "ended": "never"}]}', b"\xff",
    ],
)  # fmt: skip
def test_an_answer_that_is_no_history_is_refused(answer):
    """Whatever the child was made to say."""
    with pytest.raises(HistoryError):
        understood(answer, since=START, folder="/home/x")


def test_a_history_that_cannot_be_read_is_a_gap(place):
    """The report says which."""
    own = place / "own"
    own.mkdir()
    (own / FILE).write_text("no database")
    os.chown(own / FILE, NOBODY, NOBODY)
    report = with_past_of_user(a_report(), history=str(own), uid=NOBODY, gid=NOBODY)

    assert (Fact.HISTORY, str(own), Reason.FAILED) in [gap[:3] for gap in report.gaps]


def test_its_uses_are_told_with_those_of_root(place):
    """Each use once, and the times in which either monitor watched."""
    own = a_history(place / "own", uid=NOBODY)
    report = a_report()
    now = report.snapshot._replace(finished_at=START + timedelta(hours=1))
    report = report._replace(snapshot=now, past=(a_session(),))
    report = with_past_of_user(report, history=own, uid=NOBODY, gid=NOBODY)

    assert (a_session(),) == report.past
