"""A scheduled task of Windows that starts at logon (Task Scheduler schema 1.2, schtasks)."""

import os
from xml.sax.saxutils import escape

from camcheck.monitor.service import Plan

NAME = "camcheck monitor"
_XML = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Watches who uses the cameras.</Description></RegistrationInfo>
  <Triggers><LogonTrigger>{repetition}<Enabled>true</Enabled>{who}</LogonTrigger></Triggers>
  <Principals><Principal id="Author">{principal}</Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>10</Count></RestartOnFailure>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec><Command>{program}</Command><Arguments>{arguments}</Arguments></Exec>
  </Actions>
</Task>
"""
_REPETITION = (
    "<Repetition><Interval>PT5M</Interval><StopAtDurationEnd>false</StopAtDurationEnd></Repetition>"
)
"""Every five minutes: one that runs keeps a second from starting, one that is gone returns."""


def plan(command: tuple[str, ...], *, for_all: bool) -> Plan:
    """The task's description, and the commands that register it."""
    root = os.environ.get("SYSTEMROOT", r"C:\Windows")
    base = os.environ.get("PROGRAMDATA" if for_all else "LOCALAPPDATA", os.path.expanduser("~"))
    path = os.path.join(base, "camcheck", "monitor-task.xml")
    schedule = os.path.join(root, "System32", "schtasks.exe")
    return Plan(
        name=NAME,
        files=((path, description(command, for_all=for_all)),),
        start=(
            (schedule, "/Create", "/F", "/TN", NAME, "/XML", path),
            (schedule, "/Run", "/TN", NAME),
        ),
        stop=((schedule, "/End", "/TN", NAME), (schedule, "/Delete", "/F", "/TN", NAME)),
        ask=(schedule, "/Query", "/TN", NAME),
    )


def description(command: tuple[str, ...], *, for_all: bool) -> str:
    """The XML. For all users it runs at each logon, as whoever logs on, without more rights."""
    import subprocess

    user = "\\".join(filter(None, (os.environ.get("USERDOMAIN"), os.environ.get("USERNAME"))))
    principal = (
        "<GroupId>S-1-5-32-545</GroupId>"
        if for_all
        else f"<UserId>{escape(user)}</UserId><LogonType>InteractiveToken</LogonType>"
    )
    return _XML.format(
        repetition=_REPETITION,
        who="" if for_all else f"<UserId>{escape(user)}</UserId>",
        principal=principal,
        program=escape(command[0]),
        arguments=escape(subprocess.list2cmdline(command[1:])),
    )
