"""Files are written whole or not at all, for the person who asked, through no link."""

import os
import stat

import pytest

from camcheck.errors import OutputError
from camcheck.output import write_whole
from tests.collect.linux.conftest import needs_root

pytestmark = pytest.mark.skipif(os.name == "nt", reason="modes and links as POSIX has them")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.delenv("PKEXEC_UID", raising=False)
    return tmp_path / "report.txt"


def left(place):
    return sorted(path.name for path in place.parent.iterdir())


def test_a_report_is_for_its_reader_alone(place):
    """Mode 0600, whatever the umask."""
    old = os.umask(0)
    try:
        write_whole(str(place), "text\n")
    finally:
        os.umask(old)

    assert ("text\n", 0o600) == (place.read_text(), stat.S_IMODE(place.stat().st_mode))
    assert ["report.txt"] == left(place)


def test_an_older_file_is_replaced_and_not_written_into(place):
    """Who has the old file open, or a second name for it, gets nothing of the new one."""
    place.write_text("old")
    other = place.with_name("other")
    os.link(place, other)
    write_whole(str(place), "new")

    assert ("new", "old") == (place.read_text(), other.read_text())


def test_a_link_is_replaced_and_not_followed(place):
    """The file behind a link stays as it is."""
    target = place.with_name("target")
    target.write_text("precious")
    place.symlink_to(target)
    write_whole(str(place), "new")

    assert "precious" == target.read_text()
    assert not place.is_symlink()


def test_text_that_is_no_utf8_is_written_visibly(place):
    """A file name that is no UTF-8 does not lose the report."""
    write_whole(str(place), "byte \udcff")

    assert b"byte \\udcff" == place.read_bytes()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "has no name"),
        ("{folder}/below/x", "could not be written"),
        ("{folder}", "is a folder"),
        ("/dev/full", "is no ordinary file"),
        ("{folder}/" + "x" * 300, "could not be written"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(place, path, words):
    """Missing folders, folders, devices and impossible names: a sentence, and nothing is left."""
    with pytest.raises(OutputError, match=words):
        write_whole(path.format(folder=place.parent), "text")

    assert [] == left(place)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_no_part_of_a_file_is_left_behind(place, monkeypatch, call, error):
    """Interrupted, or on a full disk: the older file stays, and nothing else."""
    place.write_text("old")

    def fail(*_):
        raise error

    monkeypatch.setattr(os, call, fail)
    with pytest.raises((KeyboardInterrupt, OutputError)):
        write_whole(str(place), "new")

    assert ("old", ["report.txt"]) == (place.read_text(), left(place))


@needs_root
@pytest.mark.parametrize("name", ["SUDO_UID", "PKEXEC_UID"])
def test_what_root_writes_belongs_to_the_caller(place, monkeypatch, name):
    """Who became root by sudo or pkexec can read the report afterwards."""
    monkeypatch.setenv(name, "65534")
    write_whole(str(place), "text")

    assert (65534, 0o600) == (place.stat().st_uid, stat.S_IMODE(place.stat().st_mode))


@needs_root
@pytest.mark.parametrize("value", ["", "x", "-1", "4000000000", "99999999999999", "1e3"])
def test_an_invented_caller_gets_nothing(place, monkeypatch, value):
    """A number that is nobody's leaves the report with root."""
    monkeypatch.setenv("SUDO_UID", value)
    write_whole(str(place), "text")

    assert 0 == place.stat().st_uid


@needs_root
def test_root_does_not_follow_another_users_link(place):
    """A folder that is somebody else's link can lead anywhere."""
    folder, link = place.with_name("folder"), place.with_name("link")
    folder.mkdir()
    link.symlink_to(folder)
    write_whole(f"{link}/own", "text")
    os.lchown(link, 65534, 65534)
    with pytest.raises(OutputError, match="link made by another user"):
        write_whole(f"{link}/report", "text")

    assert ["own"] == [path.name for path in folder.iterdir()]
