"""Digests of running programs: of few, in bounds, and never of what is no file."""

import hashlib
import os

from camcheck.collect.linux.traces import digests
from camcheck.collect.linux.traces.digests import with_digests
from tests.signatures.builders import a_process


def test_only_executables_of_a_listed_size_are_hashed(tmp_path):
    """The digest of a size in the list, and of camera holders; nothing else is read."""
    proc = tmp_path / "proc"
    for pid, text in ((10, "four"), (11, "three"), (12, "other")):
        (proc / str(pid)).mkdir(parents=True)
        (proc / str(pid) / "exe").write_text(text)
    processes = [a_process(pid) for pid in (10, 11, 12, 13)]

    hashed = with_digests(processes, sizes={4}, holders={12}, proc=str(proc))

    def of(text):
        return hashlib.sha256(text).hexdigest()

    assert [of(b"four"), None, of(b"other"), None] == [one.sha256 for one in hashed]
    assert [None] * 4 == [
        one.sha256 for one in with_digests(processes, sizes=(), holders=(), proc=str(proc))
    ]


def test_a_program_of_four_terabytes_is_not_read(tmp_path):
    """A sparse file costs its owner nothing and would cost a reader days."""
    (tmp_path / "10").mkdir()
    with open(tmp_path / "10/exe", "wb") as file:
        os.truncate(file.fileno(), 4 << 40)

    (process,) = with_digests([a_process(10)], sizes={4}, holders={10}, proc=str(tmp_path))
    (unheld,) = with_digests([a_process(10)], sizes={4}, holders=(), proc=str(tmp_path))

    assert (None, ("sha256",)) == (process.sha256, process.unknown)
    assert (None, ()) == (unheld.sha256, unheld.unknown)


def test_many_slow_programs_are_no_hour(tmp_path, monkeypatch):
    """When the time for all is used up, the rest is called not compared."""
    monkeypatch.setattr(digests, "ENOUGH", -1.0)
    (tmp_path / "10").mkdir()
    (tmp_path / "10/exe").write_text("four")

    (process,) = with_digests([a_process(10)], sizes={4}, holders=(), proc=str(tmp_path))

    assert (None, ("sha256",)) == (process.sha256, process.unknown)
