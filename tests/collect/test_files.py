"""Files that rules ask for, and digests of executables."""

import hashlib
import os
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcheck.collect.files import Home, _fits, digest, find_files, homes, readable
from camcheck.model import Reason


@pytest.fixture
def tree(tmp_path):
    for name in ("home/ana/.x/spy", "home/bob/.x/other", "tmp/ss0-1.sst", "tmp/a"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("abc")
    return tmp_path


def found(tree, *templates):
    owners = [Home(f"{tree}/home/{name}", name) for name in ("ana", "bob")]
    artifacts, gaps = find_files(templates, owners, root=str(tree))
    return {one.path.removeprefix(str(tree)): one for one in artifacts}, gaps


def test_file_in_somebodys_home_is_found_with_its_owner_size_and_digest(tree):
    """A template with ~ is looked up in each home."""
    files, gaps = found(tree, "~/.x/spy")

    assert {"/home/ana/.x/spy"} == set(files)
    spy = files["/home/ana/.x/spy"]
    assert ("ana", 3, hashlib.sha256(b"abc").hexdigest()) == (spy.user, spy.size, spy.sha256)
    assert () == gaps


def test_wildcards_stand_for_parts_of_one_component(tree):
    """A star finds names in one folder, a folder is found like a file, and nothing else is."""
    files, _ = found(tree, "/tmp/ss0-*.sst", "~/.x", "/tmp/none*", "~/.y/*/z")

    assert {"/tmp/ss0-1.sst", "/home/ana/.x", "/home/bob/.x"} == set(files)


@given(st.text("ab.[\n", max_size=6), st.text("ab.*?[]", max_size=6))
def test_a_part_of_a_template_fits_as_fnmatch_says(name, part):
    """One star is judged without a pattern, all else with one; the answer is the same."""
    assert "*" not in part or fnmatchcase(name, part) == _fits(name, part)


def test_link_is_found_and_not_followed(tree):
    """A link that has the published name is there; what it points at is not its digest."""
    (tree / "tmp/.secure").symlink_to("/dev/zero")

    files, _ = found(tree, "/tmp/.secure")

    assert files["/tmp/.secure"].sha256 is None


def test_folder_that_may_not_be_entered_is_a_gap(tree, monkeypatch):
    """Denied is not absent."""

    def denied(path):
        raise PermissionError(13, "denied", path)

    monkeypatch.setattr(os, "lstat", denied)

    files, gaps = found(tree, "~/.x/spy", "~/.z")

    assert {} == files
    assert [Reason.DENIED] == [gap.reason for gap in gaps]
    assert f"{tree}/home/ana" in gaps[0].subject


def test_homes_are_those_of_people(tmp_path, monkeypatch):
    """The administrator looks into the homes of people and of root, anybody else into their own."""
    for name in ("root", "home/ana", "home/bob", "var/daemon"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text(
        "root:x:0:0::/root:/bin/sh\ndaemon:x:2:2::/var/daemon:/x\nana:x:1000:1000::/home/ana:/x\n"
        "bob:x:1001:1001::/home/bob:/x\ngone:x:1002:1002::/home/gone:/x\nnonsense\n"
    )

    def users(uid):
        monkeypatch.setattr(os, "geteuid", lambda: uid)
        return [home.user for home in readable(homes(root=str(tmp_path)))]

    assert ["root", "ana", "bob"] == users(0)
    assert ["bob"] == users(1001)
    assert [] == users(1002)


def test_digest_of_what_is_no_file_or_too_large_is_none(tmp_path):
    """Pipes are not opened, and large files are not read."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_text("abcd")

    assert digest(str(tmp_path / "pipe"), limit=10) is None
    assert digest(str(tmp_path / "file"), limit=3) is None
    assert digest(str(tmp_path / "file"), limit=4) == hashlib.sha256(b"abcd").hexdigest()


def test_links_in_a_circle_are_a_gap_and_no_end(tmp_path):
    """One link of a user must not cost the report; the other homes are looked at all the same."""
    for name in ("ana", "bob"):
        (tmp_path / "home" / name).mkdir(parents=True)
    (tmp_path / "home/ana/.x").symlink_to(".x")
    (tmp_path / "home/bob/.x").mkdir()
    (tmp_path / "home/bob/.x/spy").touch()
    owners = [Home(str(tmp_path / "home" / name), name) for name in ("ana", "bob")]
    found, gaps = find_files(["~/.x/spy"], owners, root=str(tmp_path))

    assert [str(tmp_path / "home/bob/.x/spy")] == [one.path for one in found]
    assert [Reason.FAILED] == [gap.reason for gap in gaps]
