"""The coverage-guided fuzzer, for some seconds; longer by hand (tests/README.md)."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

SECONDS = {"report": 15, "rule": 5, "hive": 5, "log": 3, "shortcut": 3, "descriptor": 3}


@pytest.mark.whole_run("a fuzzer")
@pytest.mark.parametrize("name", SECONDS)
def test_no_bytes_break_a_reader(tmp_path, name):
    """From real ones on, mutated along new paths through the code: no crash, no hang, no flood.

    A run ends with 0 only when nothing but the error that the reader promises came out, no input
    took longer than a minute, and memory stayed below a gigabyte.
    """
    if find_spec("atheris") is None:
        if os.environ.get("CI") and sys.platform == "linux" and sys.version_info < (3, 14):
            pytest.fail("atheris is not there")
        pytest.skip("atheris is not there (Linux with Python 3.11 to 3.13 only)")
    if name == "hive" and not shutil.which("hivexregedit"):
        if os.environ.get("CI"):
            pytest.fail("needed in CI: hivexregedit (tests/packages-wine.txt)")
        pytest.skip("hivexregedit is not installed (tests/packages-wine.txt)")
    result = subprocess.run(
        # A process that is made by vfork(2) begins with its parent's peak of memory, getrusage(2):
        # the shell makes one that does not.
        ["/bin/sh", "-c", '"$@"; exit $?', "sh",
         sys.executable, "-m", "tests.fuzz", name, tmp_path, f"-max_total_time={SECONDS[name]}",
         "-timeout=60", "-rss_limit_mb=1024", "-max_len=60000"],
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip

    assert 0 == result.returncode, result.stderr[-3000:]
    assert "Done" in result.stderr
