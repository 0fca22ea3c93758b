"""A Mac that nobody has: what the collector makes of answers in published forms.

The forms of log lines are those of tests/collect/macos/fake.py, which names their origin. The paths
of malware are the published ones of the rules' references (rules/macos), the ordinary programs
those of a macOS 15 with common applications.
"""

from datetime import timedelta

from camcheck.collect.macos import collect
from camcheck.findings import Report
from camcheck.model import ExeState, PersistenceEntry
from camcheck.scan import judge
from tests.collect.macos.fake import (
    NOW,
    ZOOM,
    a_device,
    a_log,
    a_machine,
    a_process,
    activity,
)

HOME = "/Users/erika"
BAD = (
    f"{HOME}/.local/softwareupdate",
    f"{HOME}/Library/RenderFiles/activity_agent.app/Contents/MacOS/activity_agent",
)
ORDINARY = (
    "/sbin/launchd",
    "/usr/libexec/UVCAssistant",
    "/System/Library/CoreServices/ControlCenter.app/Contents/MacOS/ControlCenter",
    "/System/Applications/FaceTime.app/Contents/MacOS/FaceTime",
    "/Applications/zoom.us.app/Contents/MacOS/zoom.us",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    "/usr/libexec/softwareupdated",
    f"{HOME}/.local/bin/pipx",
)
JOBS = (
    ("com.apple.softwareupdate.plist", f"{HOME}/.local/softwareupdate 1"),
    ("us.zoom.updater.plist", "/Applications/zoom.us.app/Contents/Library/ZoomUpdater"),
)


def report() -> Report:
    """Zoom films, the others only run."""
    paths = (*ORDINARY, *BAD)
    processes = [
        a_process(
            pid=100 + number,
            exe=path,
            name=path.rpartition("/")[2],
            application=ZOOM if "zoom.us.app" in path else None,
            cmdline=(path,),
            user="erika" if path.startswith("/Users") else "root",
            ppid=1,
            started=NOW - timedelta(hours=1),
            exe_state=ExeState.PRESENT,
        )
        for number, path in enumerate(paths)
    ]
    jobs = tuple(
        PersistenceEntry(
            "launch-agent", f"{HOME}/Library/LaunchAgents/{name}", name[:-6], command, "erika"
        )
        for name, command in JOBS
    )
    machine = a_machine(
        devices=[a_device()],
        log=a_log(activity(f"cam:{ZOOM}", seconds=-60)),
        processes=processes,
        jobs=(jobs, ()),
    )
    snapshot = collect(machine=machine)
    return judge(snapshot._replace(started_at=NOW, finished_at=NOW))
