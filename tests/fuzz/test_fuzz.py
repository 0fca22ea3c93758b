"""The coverage-guided fuzzer, for some seconds; longer by hand."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from camcheck.render import html
from camcheck.render import json as render_json
from tests.report.sample import a_clear_report, a_report, an_incomplete_report

SECONDS = 15


@pytest.mark.whole_run("a fuzzer")
def test_no_bytes_break_the_reader(tmp_path):
    """From real reports on, mutated along new paths through the code: no crash, no hang, no flood.

    A run ends with 0 only when nothing but ReportError came out, no input took longer than a
    minute, and memory stayed below a gigabyte.
    """
    if find_spec("atheris") is None:
        if os.environ.get("CI") and sys.platform == "linux" and sys.version_info < (3, 14):
            pytest.fail("atheris is not there")
        pytest.skip("atheris is not there (Linux with Python 3.11 to 3.13 only)")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, report in enumerate((a_report(), a_clear_report(), an_incomplete_report())):
        (corpus / f"{number}.json").write_text(render_json.render(report))
        (corpus / f"{number}.html").write_text(html.render(report), "utf-8")
    result = subprocess.run(
        # A process that is made by vfork(2) begins with its parent's peak of memory, getrusage(2):
        # the shell makes one that does not.
        ["/bin/sh", "-c", '"$@"; exit $?', "sh",
         sys.executable, "-m", "tests.fuzz.fuzz_read", corpus, f"-max_total_time={SECONDS}",
         "-timeout=60", "-rss_limit_mb=1024", "-max_len=60000", f"-artifact_prefix={tmp_path}/"],
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip

    assert 0 == result.returncode, result.stderr[-3000:]
    assert "Done" in result.stderr
