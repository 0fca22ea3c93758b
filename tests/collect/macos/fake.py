"""A Mac made of answers, and log lines of the forms that releases of macOS were seen to write.

Where the forms come from: Control Center's "Active activity attributions" (macOS 14 and later),
"Sorted active attributions" and "Frame publisher cameras" (macOS 15 and 26) from logs published
with open-source menu bar and meeting-light tools; "Server data changed for media domain" (before
13.3) and CMIOExtensionPropertyDeviceControlPID (13.3 to 13.x) from OverSight's sources and from
"The Art of Mac Malware", volume 2, chapter 6. Names and numbers in them are ours.
"""

import json
from datetime import UTC, datetime, timedelta

from camcheck.collect.macos.cameras import Device
from camcheck.collect.macos.codesign import Signature
from camcheck.collect.macos.log import CONTROL_CENTER
from camcheck.collect.macos.machine import Machine
from camcheck.model import Host, Process

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
UID = "0x1000002e1a4c01"
CAMERA = f"macos:{UID}"
ZOOM = "us.zoom.xos"
STATUS_DAEMON = (
    "/System/Library/PrivateFrameworks/SystemStatusServer.framework/Support/systemstatusd"
)
ASSISTANT = "/usr/libexec/UVCAssistant"
SIGNED = Signature("Developer ID Application: Zoom (BJ4HAAB9B3)")
END = '{"count":1,"finished":1}'

SYSTEM_STATUS = """Server data changed for media domain: <STMediaStatusDomainData: 0x12db069e0> {
    audioAttributions = <STActivityAttributionCatalog: 0x12db05cf0> {
        auditToken = <BSAuditToken: 0x1; AUID: 501; PID: 999; ASID: 1; PIDVersion: 1>;
    };
    cameraAttributions = <STListData: 0x12db05290> {
    <STMediaStatusDomainCameraCaptureAttribution: 0x12da088c0> {
        cameraDescriptor = <STMediaStatusDomainCameraDescriptor: 0x12da088e0; \
cameraIdentifier: 0x1000002e1a4c01; eligibleForPrivacyIndicator: NO>;
        activityAttribution = <STActivityAttribution: 0x12da08850> {
            attributedEntity = <STAttributedEntity: 0x12da092a0> {
                executableIdentity = <STExecutableIdentity: 0x12da08fc0> {
                    auditToken = <BSAuditToken: 0x12da092e0; AUID: 501; EUID: 501; EGID: 20; \
RUID: 501; RGID: 20; PID: 500; ASID: 100004; PIDVersion: 445476>;
                };
            };
        };
    };
};"""

EXTENSION = """CMIOExtensionProvider.m:2671:-[CMIOExtensionProvider \
setDevicePropertyValuesForClientID:deviceID:propertyValues:reply:] <CMIOExtensionProvider>, \
3F4ADF48-8358-4A2E-896B-96848FDB6DD5, propertyValues {
    CMIOExtensionPropertyDeviceControlPID = 500;
}"""


def a_line(message, *, seconds=0, image=CONTROL_CENTER):
    """One entry as ``log show --style ndjson`` writes it, in a zone east of Greenwich."""
    at = (NOW + timedelta(seconds=seconds)).astimezone().strftime("%Y-%m-%d %H:%M:%S.%f%z")
    words = {"timestamp": at, "processImagePath": image, "eventMessage": message}
    return json.dumps({**words, "subsystem": "com.apple.controlcenter", "processID": 695})


def activity(*items, **where):
    return a_line(f"Active activity attributions changed to {json.dumps(list(items))}", **where)


def a_log(*lines):
    return "\n".join([*lines, END])


def a_device(**changed):
    values = {
        "uid": UID,
        "name": "FaceTime HD Camera",
        "running": True,
        "transport": "bltn",
        "model": None,
    }
    return Device(**{**values, **changed})


def a_process(pid=500, application=ZOOM, **changed):
    exe = "/Applications/zoom.us.app/Contents/MacOS/zoom.us"
    values = {"started": NOW - timedelta(minutes=5), "name": "zoom.us", "exe": exe}
    return Process(
        pid=pid, application=application, **{**values, "unknown": ("signer",), **changed}
    )


def a_machine(
    *,
    devices=(),
    after=None,
    log=END,
    processes=(),
    process_gaps=(),
    signature=SIGNED,
    jobs=((), ()),
    permissions=((), ()),
    release="15.5",
):
    """A Mac with these answers; ``after`` are its cameras at the second look."""
    looks = [devices, devices if after is None else after]

    def listed():
        answer = looks.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return tuple(answer)

    def read_log(version):
        if isinstance(log, Exception):
            raise log
        return log

    return Machine(
        host=lambda: Host("macos", release, "Darwin", "arm64", "mac"),
        elevated=lambda: False,
        devices=listed,
        log=read_log,
        processes=lambda: (tuple(processes), tuple(process_gaps)),
        sign=lambda path: signature,
        jobs=lambda: jobs,
        permissions=lambda: permissions,
    )
