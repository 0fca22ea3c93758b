"""What a program file holds, whatever somebody has put in its place."""

import hashlib
import os
import sys

import pytest

from camcheck.collect.identity import Contents, contents

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="what blocks is bounded on Linux")


def test_a_file_is_told_by_digest_and_size(tmp_path):
    """The whole file counts."""
    (tmp_path / "program").write_bytes(b"abc")

    assert Contents(hashlib.sha256(b"abc").hexdigest(), 3) == contents(str(tmp_path / "program"))


def test_what_is_no_file_or_gone_has_no_contents(tmp_path):
    """A folder, and nothing."""
    assert None is contents(str(tmp_path))
    assert None is contents(str(tmp_path / "none"))


@ON_LINUX
def test_a_pipe_in_the_place_of_a_script_keeps_nobody(tmp_path):
    """To open it for reading would wait for somebody who writes."""
    os.mkfifo(tmp_path / "script")

    assert None is contents(str(tmp_path / "script"))


@ON_LINUX
def test_a_file_of_four_terabytes_is_not_read(tmp_path):
    """It is all holes, and to read it would take days."""
    with open(tmp_path / "program", "wb") as file:
        os.truncate(file.fileno(), 4 << 40)

    assert None is contents(str(tmp_path / "program"))
