"""What changed since the last report in the same folder, and which file is taken for that."""

import html
import os
from datetime import timedelta

import pytest

from camcheck.render.told import since
from camcheck.report import earlier as module
from camcheck.report.earlier import name_of_report, with_earlier
from camcheck.report.read import read_report
from camcheck.report.redact import redact
from camcheck.report.write import write_report
from tests.report.sample import a_report, a_snapshot
from tests.systems import of_unix

DAY = timedelta(days=1)


def at(days, report=None):
    """The sample's report as it would have been made some days later."""
    report = report or a_report()
    snapshot = report.snapshot
    moved = snapshot._replace(
        started_at=snapshot.started_at + days * DAY, finished_at=snapshot.finished_at + days * DAY
    )
    return report._replace(snapshot=moved)


def put(folder, report, *, ending=".html", full=True):
    """The report as it is written to a folder; returns its path."""
    path = f"{folder}/{name_of_report(report.snapshot.finished_at)}{ending}"
    write_report(report, path, full=full)
    return path


def earlier(folder, report, **how):
    return read_report(put(folder, report, **how)).report.earlier


def test_the_newest_that_is_older_is_compared_with(tmp_path):
    """Neither an older one, nor one of tomorrow that lies there already."""
    put(tmp_path, at(0))
    last = put(tmp_path, at(1), ending=".json")
    put(tmp_path, at(3))
    found = earlier(tmp_path, at(2))

    assert (at(1).snapshot.finished_at, read_report(last).digest) == (
        found.finished_at,
        found.digest,
    )
    assert ((), (), ()) == (found.appeared, found.gone, found.altered)


def test_what_is_new_and_what_is_gone_is_told(tmp_path):
    """By fingerprint, in the report's words."""
    first, *others = a_report().findings
    put(tmp_path, at(0, a_report(findings=(first,))))
    found = earlier(tmp_path, at(1, a_report(findings=tuple(others))))

    assert {one.fingerprint for one in others} == {*found.appeared}
    assert (first.fingerprint,) == found.gone


def test_a_file_that_is_another_than_then_is_told(tmp_path):
    """By the digest of the program, where both reports have one."""
    snapshot = a_snapshot()
    digests = [one for one in snapshot.processes if one.sha256 and one.exe]
    then = tuple(
        one._replace(sha256="0" * 64) if one in digests else one for one in snapshot.processes
    )
    put(tmp_path, at(0, a_report(snapshot=snapshot._replace(processes=then))))
    found = earlier(tmp_path, at(1))

    assert digests
    assert {one.exe for one in digests} == {*found.altered}


@pytest.mark.parametrize("full", [True, False])
def test_one_of_them_without_names_is_compared_all_the_same(tmp_path, full):
    """What is new has the fingerprint that it has in this report."""
    put(tmp_path, at(0, a_report(findings=())), full=full)
    new = at(1)
    found = with_earlier(new, f"{tmp_path}/x.html").earlier

    assert {one.fingerprint for one in new.findings} == {*found.appeared}


def test_names_leave_it_with_the_others(tmp_path):
    """A fingerprint has a path in it, and that a name."""
    put(tmp_path, at(0, a_report(findings=())))
    new = redact(with_earlier(at(1), f"{tmp_path}/x.html"))

    assert {one.fingerprint for one in new.findings} == {*new.earlier.appeared}


def test_where_none_lies_nothing_is_known(tmp_path):
    """Other files are none, nor is one that only has the name of a report."""
    (tmp_path / "notes.html").write_text("x")
    (tmp_path / f"{name_of_report(at(-1).snapshot.finished_at)}.html").write_text("no report")

    assert earlier(tmp_path, at(0)) is None
    assert since(a_report()) == ""


@of_unix("owners in numbers, pipes and links")
def test_links_pipes_and_files_of_others_are_left_alone(tmp_path, monkeypatch):
    """Whoever may write to the folder does not decide what a report says of the past."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    real = put(elsewhere, at(0))
    names = [f"{tmp_path}/{name_of_report(at(-day).snapshot.finished_at)}.html" for day in (0, 1)]
    os.symlink(real, names[0])
    os.mkfifo(names[1])

    assert with_earlier(at(1), f"{tmp_path}/x.html").earlier is None

    monkeypatch.setattr(module, "own_uid", lambda: os.getuid() + 1)
    assert with_earlier(at(1), f"{elsewhere}/x.html").earlier is None


@of_unix("links")
def test_what_others_put_before_it_does_not_hide_it(tmp_path):
    """In a folder that all may write to, anybody can leave names of a moment ago."""
    put(tmp_path, at(0))
    for minutes in range(1, 30):
        name = name_of_report(at(1).snapshot.started_at - timedelta(minutes=minutes))
        os.symlink("/dev/zero" if minutes % 2 else "/etc/passwd", tmp_path / f"{name}.html")
    found = earlier(tmp_path, at(1))

    assert at(0).snapshot.finished_at == found.finished_at


def test_what_changed_is_on_the_page(tmp_path):
    """All in all, and of the program that it is about."""
    put(tmp_path, at(0, a_report(findings=())))
    stored = read_report(put(tmp_path, at(1)))

    assert "new since then: " in stored.page
    assert "(its digest begins with " in since(stored.report)
    assert since(stored.report).split("; gone")[0] in html.unescape(stored.page)
