"""Whose rights camcheck has, on systems that have user ids and on one that has none."""

import os

import pytest

from camcheck.privilege import asker, is_root, own_uid


@pytest.mark.parametrize(("uid", "root"), [(0, True), (1000, False)])
def test_root_is_who_acts_with_the_id_zero(monkeypatch: pytest.MonkeyPatch, uid: int, root: bool):
    """The effective id counts: it is what the kernel judges by."""
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)

    assert (uid, root) == (own_uid(), is_root())


def test_nobody_is_root_where_there_are_no_user_ids(monkeypatch: pytest.MonkeyPatch):
    """Windows: its administrators are asked for in another way, and are no root."""
    monkeypatch.delattr(os, "geteuid", raising=False)

    assert own_uid() is None
    assert not is_root()


@pytest.mark.parametrize(
    ("uid", "sudo", "who"),
    [(0, None, None), (0, "0", None), (0, "1", "daemon"), (1, "0", "daemon"), (0, "x", None)],
)
def test_who_asks_is_the_person_behind_root(
    monkeypatch: pytest.MonkeyPatch, uid: int, sudo: str | None, who: str | None
):
    """sudo says who called it; an ordinary user is believed by the number alone."""
    pytest.importorskip("pwd")
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)
    monkeypatch.delenv("PKEXEC_UID", raising=False)
    if sudo is None:
        monkeypatch.delenv("SUDO_UID", raising=False)
    else:
        monkeypatch.setenv("SUDO_UID", sudo)

    assert who == asker()
