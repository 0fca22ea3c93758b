"""Whose rights camcheck has, on systems that have user ids and on one that has none."""

import os

import pytest

from camcheck.privilege import is_root, own_uid


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
