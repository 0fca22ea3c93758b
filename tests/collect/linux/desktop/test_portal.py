"""A video call in a real browser, through the real permission portal and PipeWire.

Chromium, xdg-desktop-portal, PipeWire and WirePlumber are those of this machine. The camera is a
program that gives PipeWire a test picture under the name of a webcam; that the webcam films and
that PipeWire holds it is built, because this machine has none.
"""

from pathlib import Path

import pytest

from camcheck.collect.linux.desktop import logins as asked
from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.findings import Severity
from camcheck.model import IndicatorState, Via
from camcheck.scan import judge
from tests.builders import CAMERA, a_camera, a_capture, a_holder, a_snapshot
from tests.collect.linux.desktop.test_logins import PROGRAMS, USER, desktop, gnome, need

__all__ = ["desktop"]  # a fixture

PORTAL = "/usr/libexec/xdg-desktop-portal"
STORE = "/usr/libexec/xdg-permission-store"
BROWSER = "/usr/lib/chromium/chromium"
UNASKED = "--use-fake-ui-for-media-stream"  # nobody can answer the question here
PICTURES = "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1"
PROPERTIES = (
    "stream-properties=props,media.class=Video/Source,media.role=Camera,node.name=call-camera,"
    "node.description=LabCam,device.api=v4l2,api.v4l2.path=/dev/video0"
)
# What the portal needs to know before it offers cameras: who would ask the user.
ASKS = """\
[portal]
DBusName=org.freedesktop.impl.portal.desktop.nobody
Interfaces=org.freedesktop.impl.portal.Access;org.freedesktop.impl.portal.Lockdown
UseIn=test
"""
PAGE = """\
<video id=v autoplay muted></video><script>
async function call() {
  try { v.srcObject = await navigator.mediaDevices.getUserMedia({video: true}) }
  catch (error) { setTimeout(call, 500) }
}
call()
</script>
"""


@pytest.fixture(scope="module")
def video_call(desktop):
    """The session in which the browser receives pictures."""
    need([*PROGRAMS, PORTAL, STORE, BROWSER])
    base = Path(desktop.base)
    (base / "asks").mkdir()
    (base / "asks/test.portal").write_text(ASKS)
    (base / "page.html").write_text(PAGE)
    address = desktop.wait(lambda: (desktop.folder / "address").read_text().strip())
    desktop.environment |= {
        "DBUS_SESSION_BUS_ADDRESS": address,
        "XDG_DESKTOP_PORTAL_DIR": str(base / "asks"),
        "XDG_CURRENT_DESKTOP": "test",
    }

    source = ["videotestsrc", "is-live=true", "!", PICTURES, "!", "pipewiresink", "mode=provide"]
    desktop.start("gst-launch-1.0", "-q", *source, PROPERTIES)
    desktop.start(STORE)
    store = "org.freedesktop.impl.portal.PermissionStore"
    allow = ["string:devices", "boolean:true", "string:camera", "string:", "array:string:yes"]
    send = ["dbus-send", "--session", f"--dest={store}", "--print-reply"]
    send += ["/org/freedesktop/impl/portal/PermissionStore", f"{store}.SetPermission", *allow]
    desktop.wait(lambda: desktop.start(*send).wait() == 0)
    desktop.start(PORTAL)
    desktop.start(
        BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
        f"--user-data-dir={desktop.folder}/profile",
        UNASKED, "--enable-features=WebRtcPipeWireCamera",
        f"file://{base}/page.html",
    )  # fmt: skip
    desktop.wait(lambda: desktop.ask(*processes()).holders)
    return desktop


def processes():
    """Every process of this machine, as a scan describes it."""
    table = ProcessTable(Roots())
    return tuple(table.row(task) for task in table.tasks.values())


def test_the_browser_is_named_and_not_the_portal_that_connected_for_it(video_call):
    """The kernel's word is the portal's process; the browser's own number leads to the browser."""
    running = processes()
    (holder,) = video_call.ask(*running).holders
    named = next(process for process in running if process.pid == holder.pid)

    assert (CAMERA, Via.PIPEWIRE) == (holder.camera, holder.via)
    assert ("chromium", USER) == (named.name, named.uid)
    assert "through the desktop's permission portal, by its own word" in holder.detail


@pytest.fixture
def judged(video_call, monkeypatch):
    """What is said of the call, and only of its programs: this machine may run anything else."""
    monkeypatch.setattr(asked, "_has_icon", lambda: True)
    everybody = processes()
    told = video_call.ask(*everybody, gnome())
    broker = next(process for process in everybody if process.name == "pipewire")
    pids = {broker.pid, *(holder.pid for holder in told.holders)}
    pids |= {one.ppid for one in everybody if one.pid in pids}  # the browser of a part of it
    snapshot = a_snapshot(
        cameras=[a_camera()],
        processes=[*(one for one in everybody if one.pid in pids), gnome()],
        holders=[*told.holders, a_holder(pid=broker.pid, started=broker.started)],
        captures=[a_capture()],
        indicators=told.indicators,
        gaps=told.gaps,
    )

    def report(*, without=""):
        # Chromium writes its command line anew, as one word.
        kept = [
            one._replace(cmdline=tuple(word.replace(without, "") for word in one.cmdline))
            for one in snapshot.processes
        ]
        return judge(snapshot._replace(processes=tuple(kept)))

    return report


def test_a_call_through_the_portal_alarms_nobody(judged):
    """The icon shows it, and what is said of it is information: as started by a person."""
    report = judged(without=UNASKED)

    assert () == report.snapshot.gaps
    assert [IndicatorState.ON] == [icon.state for icon in report.snapshot.indicators]
    assert {"camera-in-use"} == {finding.check for finding in report.findings}
    assert {Severity.INFO} == {finding.severity for finding in report.findings}


def test_a_browser_that_was_started_so_that_it_asks_nobody_needs_a_look(judged):
    """As this one really was: every page may film."""
    (found,) = (one for one in judged().findings if one.signature)

    assert "Browser that films without asking holds the camera" == found.signature.title
    assert Severity.MEDIUM is found.severity
