"""A Windows machine made of answers, for tests on any system."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from camcheck.collect.windows.consent import STORE
from camcheck.collect.windows.devices import VIDEO_CAMERA, Device
from camcheck.collect.windows.machine import Machine
from camcheck.collect.windows.sensors import Activity, MonitorUnavailableError, ProcessActivity
from camcheck.model import Host, Process

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LINK = (
    r"\\?\usb#vid_046d&pid_0826&mi_00#6&1a2b&0&0000#{e5323777-f976-4f5b-9b55-b94699c46e44}\global"
)
CAMERA = "usb:046d:0826:6&1a2b&0&0000"
USER = r"HKU\S-1-5-21-1-2-3-1001"
ZOOM = r"C:\Program Files\Zoom\bin\Zoom.exe"


class FakeRegistry:
    """Keys and values from a dictionary, whatever the case; a key whose values are an error raises
    it."""

    def __init__(self, keys=None):
        self.keys = {"HKU": {}, USER: {}, **(keys or {})}

    def subkeys(self, path):
        self._check(path)
        prefix = (path + "\\").casefold()
        below = {key[len(prefix) :] for key in self.keys if key.casefold().startswith(prefix)}
        return tuple(sorted({key.split("\\")[0] for key in below}))

    def values(self, path):
        return self._check(path)

    def _check(self, path):
        wanted = path.casefold()
        found = next((data for key, data in self.keys.items() if key.casefold() == wanted), None)
        if isinstance(found, type):
            raise found(path)
        if found is None:
            if not any(key.casefold().startswith(wanted + "\\") for key in self.keys):
                raise FileNotFoundError(path)
            return {}
        return found


def filetime(moment):
    return int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10_000_000)


def consent_key(program, *, root=USER):
    place = program if "\\" not in program else "NonPackaged\\" + program.replace("\\", "#")
    return f"{root}\\{STORE}\\{place}"


def consent(program, *, began=NOW, ended=None, root=USER):
    """A key of the ConsentStore, as a dictionary to be merged with others."""
    stop = filetime(ended) if ended else 0
    values = {"LastUsedTimeStart": filetime(began), "LastUsedTimeStop": stop}
    return {consent_key(program, root=root): values}


def a_device(**changed):
    values = {
        "instance": r"USB\VID_046D&PID_0826&MI_00\6&1a2b&0&0000",
        "name": "HD Webcam",
        "service": "usbvideo",
        "categories": (VIDEO_CAMERA,),
        "links": (LINK,),
    }
    return Device(**{**values, **changed})


def a_process(pid=500, exe=ZOOM, **changed):
    name = exe.rpartition("\\")[2]
    values = {
        "started": NOW - timedelta(minutes=5),
        "name": name,
        "exe": exe,
        "unknown": ("signer",),
    }
    return Process(pid=pid, **{**values, **changed})


def streaming(pid=500, *, link=LINK, streams=True, reported=NOW):
    return Activity(link, "HD Webcam", (ProcessActivity(pid, streams, reported),))


class FakeMonitor:
    def __init__(self, activities, failures=()):
        self._activities, self._failures = activities, failures

    def activities(self):
        return tuple(self._activities)

    def failures(self):
        return tuple(self._failures)


def a_machine(
    *,
    devices=(),
    registry=None,
    activities=(),
    processes=(),
    process_gaps=(),
    monitor_fails=None,
    failures=(),
    files=((), ()),
    earlier=((), ()),
    elevated=False,
    host=Host("windows", "11", "10.0.26100", "AMD64", "pc"),
):
    """A machine with these answers; ``activities`` are what its sensor monitor reports."""

    @contextmanager
    def monitor():
        if monitor_fails:
            raise MonitorUnavailableError(monitor_fails)
        yield FakeMonitor(activities, failures)

    def listed():
        if isinstance(devices, Exception):
            raise devices
        return tuple(devices)

    def sign(running, *, pids):
        return tuple(
            one._replace(signer="Zoom Video", unknown=()) if one.pid in pids else one
            for one in running
        ), ()

    return Machine(
        host=lambda: host,
        elevated=lambda: elevated,
        devices=listed,
        registry=FakeRegistry(registry),
        monitor=monitor,
        processes=lambda: (tuple(processes), tuple(process_gaps)),
        sign=sign,
        files=lambda: files,
        earlier=lambda: earlier,
    )
