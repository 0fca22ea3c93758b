"""Each row about macOS, on a Mac made of the answers that such a Mac gives."""

import pytest

from camcheck.scan import judge
from tests.collect.macos.fake import ZOOM, a_device, a_log, a_process, activity
from tests.collect.macos.test_collect import look, tool
from tests.honest.proof import check
from tests.honest.rows_macos import ROWS

GROUP = "/Users/ana/Library/Group Containers/group.x"


def films(who, *programs):
    return {"log": a_log(activity(f"cam:{who}")), "processes": programs}


def runs(exe, command):
    shell = a_process(50, None, exe="/bin/bash", name="bash", cmdline=("bash",), ppid=1)
    child = tool(51, exe, cmdline=tuple(command.split(" ")), ppid=50)
    return {"devices": [a_device(running=False)], "processes": (shell, child)}


MACHINES = (
    films("ffmpeg", tool()),
    films("ffmpeg", tool(), tool(601, "/Users/Shared/.x/ffmpeg")),
    films("Photo Tool", tool(exe="/usr/local/bin/Photo Tool")),
    films(ZOOM, a_process(), tool(601, f"/Users/Shared/{ZOOM}")),
    runs("/usr/bin/plutil", f"plutil -p {GROUP}/Library/Preferences/x.plist"),
    runs("/usr/bin/osacompile", f"osacompile -x -o {GROUP}/a.app a.scpt"),
)


@pytest.mark.parametrize(
    ("row", "answers"), list(zip(ROWS, MACHINES, strict=True)), ids=[row[0] for row in ROWS]
)
def test_row_of_macos_is_true(row, answers):
    """From the log's own lines over facts and rules to the exit code."""
    check(row, judge(look(**answers)))
