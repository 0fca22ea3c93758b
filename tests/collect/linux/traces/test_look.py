"""All that signatures need of a Linux machine, and what of it an ordinary user cannot see."""

import os

import pytest

from camcheck.collect.files import Wanted
from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.traces.look import with_traces
from camcheck.model import Fact, Reason
from tests.signatures.builders import a_snapshot


@pytest.fixture
def tree(tmp_path):
    for name in ("root", "home/ana/.config/autostart", "home/bob", "etc"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "etc/passwd").write_text(
        "root:x:0:0::/root:/x\nana:x:1000:1000::/home/ana:/x\nbob:x:1001:1001::/home/bob:/x\n"
    )
    (tmp_path / "home/ana/.config/autostart/a.desktop").write_text("Exec=/bin/a\n")
    (tmp_path / "home/ana/.secret").write_text("x")
    return tmp_path


def looked(tree, monkeypatch, *, uid):
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    roots = Roots(proc=f"{tree}/proc")
    return with_traces(a_snapshot(), Wanted(files=("~/.secret",)), roots, root=str(tree))


def test_administrator_sees_everybodys_entries_and_files(tree, monkeypatch):
    """Nothing is left out, so there is no gap."""
    snapshot = looked(tree, monkeypatch, uid=0)

    assert ["/bin/a"] == [entry.command for entry in snapshot.persistence]
    assert [f"{tree}/home/ana/.secret"] == [one.path for one in snapshot.artifacts]
    assert () == snapshot.gaps


def test_ordinary_user_is_told_whose_folders_were_not_looked_into(tree, monkeypatch):
    """Their own folder is seen; those of the others are a gap that counts them."""
    own = looked(tree, monkeypatch, uid=1000)
    other = looked(tree, monkeypatch, uid=1001)

    assert (1, 1) == (len(own.persistence), len(own.artifacts))
    assert (0, 0) == (len(other.persistence), len(other.artifacts))
    (gap,) = other.gaps
    assert (Fact.PERSISTENCE, Reason.DENIED) == (gap.fact, gap.reason)
    assert "home folders of 2 other users" == gap.subject


def test_unreadable_list_of_users_is_a_gap(tree, monkeypatch):
    """Without the list nobody's folder was looked into, and that is said."""
    (tree / "etc/passwd").unlink()

    (gap,) = looked(tree, monkeypatch, uid=0).gaps

    assert (Fact.PERSISTENCE, Reason.FAILED) == (gap.fact, gap.reason)
