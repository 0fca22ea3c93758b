"""A file is written whole or not at all, for the person who asked, through no link."""

import errno
import os
import pwd
import stat

import pytest

from camcheck import output
from camcheck.errors import OutputError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("SUDO_UID", "PKEXEC_UID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_file_is_there_with_all_of_it_and_for_nobody_else(folder):
    """Mode 0600 whatever the umask, no temporary file is left, an old file is replaced."""
    path = folder / "r.txt"
    path.write_text("old and longer")
    path.chmod(0o666)
    output.write_whole(str(path), "néw")

    assert "néw" == path.read_text("utf-8")
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert ["r.txt"] == os.listdir(folder)


def test_a_link_in_its_place_is_replaced_and_not_followed(folder):
    """What the link points to stays as it was."""
    victim = folder / "victim"
    victim.write_text("mine")
    (folder / "r.txt").symlink_to(victim)
    output.write_whole(str(folder / "r.txt"), "report")

    assert "mine" == victim.read_text()
    assert not (folder / "r.txt").is_symlink()


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_when_writing_fails_nothing_changes(folder, monkeypatch, failing):
    """The old file stays as it was, no part of a new one is left, and one sentence tells why."""
    path = folder / "r.txt"
    path.write_text("old")

    def full(*_args, **_named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(output.os, failing, full)
    with pytest.raises(OutputError, match="No space left"):
        output.write_whole(str(path), "new")

    assert "old" == path.read_text()
    assert ["r.txt"] == os.listdir(folder)


def test_an_interruption_leaves_nothing(folder, monkeypatch):
    """Ctrl-C while writing is no reason for half a file."""

    def interrupt(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(output.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        output.write_whole(str(folder / "r.txt"), "new")

    assert [] == os.listdir(folder)


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_folders_and_pipes_are_not_replaced(folder, make):
    """A pipe or a folder of that name is somebody's; it is named in the error."""
    make(folder / "r.txt")

    with pytest.raises(OutputError, match=r"r\.txt is"):
        output.write_whole(str(folder / "r.txt"), "x")


def test_a_folder_that_is_not_there(folder):
    """One sentence, no traceback."""
    with pytest.raises(OutputError, match="No such file"):
        output.write_whole(str(folder / "none" / "r.txt"), "x")


@as_root
@pytest.mark.parametrize("name", ["SUDO_UID", "PKEXEC_UID"])
def test_the_file_belongs_to_the_person_who_called_sudo(folder, monkeypatch, name):
    """Not to root, who only lent the rights."""
    monkeypatch.setenv(name, str(NOBODY.pw_uid))
    output.write_whole(str(folder / "r.txt"), "x")
    found = (folder / "r.txt").stat()

    assert (NOBODY.pw_uid, NOBODY.pw_gid) == (found.st_uid, found.st_gid)


@as_root
@pytest.mark.parametrize("value", ["", "-1", "4294967295", "3999999999", "0x10", "²", "9" * 40])
def test_an_invented_number_gets_no_file(folder, monkeypatch, value):
    """The variable comes from outside: only a number of a known user counts."""
    monkeypatch.setenv("SUDO_UID", value)
    output.write_whole(str(folder / "r.txt"), "x")

    assert 0 == (folder / "r.txt").stat().st_uid


@as_root
def test_root_follows_no_link_that_somebody_else_could_have_made(folder):
    """A folder that another user can change could turn into a link to any place."""
    (folder / "real").mkdir()
    theirs = folder / "theirs"
    theirs.mkdir()
    os.chown(theirs, NOBODY.pw_uid, NOBODY.pw_gid)
    (theirs / "link").symlink_to(folder / "real")

    with pytest.raises(OutputError, match="name the real folder"):
        output.write_whole(str(theirs / "link" / "r.txt"), "x")
    assert [] == os.listdir(folder / "real")


@as_root
def test_a_link_of_the_system_is_followed(folder):
    """Systems do link /home or /tmp elsewhere; where only root can write, that is all right."""
    (folder / "real").mkdir()
    (folder / "link").symlink_to(folder / "real")
    os.chmod(folder, 0o755)
    output.write_whole(str(folder / "link" / "r.txt"), "x")

    assert ["r.txt"] == os.listdir(folder / "real")
