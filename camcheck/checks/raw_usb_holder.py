"""A program has the camera's raw USB device open, past the camera driver."""

from collections.abc import Iterator

from camcheck.checks.wording import (
    camera_name,
    camera_of,
    finding,
    process_evidence,
    process_of,
    program_name,
    program_subject,
    way_evidence,
)
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import Camera, Fact, Holder, Snapshot, Via


class RawUsbHolder:
    """usbfs access: no /dev/video node, no desktop icon."""

    id = "raw-usb-holder"
    title = "Whether anybody talks to a camera past its driver"
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS})
    meaning = (
        "A program talks to the camera directly over USB, past the system's camera driver. It can "
        "film that way, and neither the desktop's camera icon nor most tools will show it."
    )
    harmless = (
        "A virtual machine to which you handed the camera (VirtualBox, VMware, virt-manager).",
        "A program for special cameras: astronomy, microscopes, 3D printers, firmware updates.",
    )
    steps = (
        "If you use such a program now, there is nothing to do.",
        "Otherwise cover the camera, unplug it if you can, and show this report to somebody you "
        "trust.",
    )
    technician = (
        "See which interfaces are claimed (driver usbfs), and by whom; usbfs_snoop logs transfers.",
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        programs: dict[tuple[str, Subject], list[Holder]] = {}
        for holder in snapshot.holders:
            if holder.via is Via.USBFS:
                subject = program_subject(holder.camera, process_of(snapshot, holder.process))
                programs.setdefault((holder.camera, subject), []).append(holder)
        for (camera, subject), holders in programs.items():
            known = camera_of(snapshot, camera)
            claimed = _parts(known, "usbfs")
            processes = [process_of(snapshot, holder.process) for holder in holders]
            evidence = [
                line
                for process, holder in zip(processes, holders, strict=True)
                for line in (process_evidence(snapshot, process), way_evidence(snapshot, holder))
            ]
            yield finding(
                self,
                Severity.MEDIUM if claimed else Severity.LOW,
                Confidence.HIGH if claimed else Confidence.MEDIUM,
                title=f"{program_name(processes[0])} talks to {camera_name(snapshot, camera)} past "
                "its driver",
                subject=subject,
                evidence=(*dict.fromkeys(evidence), _interfaces(claimed, _parts(known, "none"))),
            )


def _parts(camera: Camera | None, driver: str) -> list[str]:
    interfaces = camera.interfaces if camera else ()
    return [entry.partition("=")[0] for entry in interfaces if entry.endswith(f"={driver}")]


def _interfaces(claimed: list[str], free: list[str]) -> Evidence:
    if claimed:
        text = f"It has taken these parts of the camera from the driver: {', '.join(claimed)}."
    elif free:
        text = f"No driver has these parts of the camera; anybody can take them: {', '.join(free)}."
    else:
        text = "The camera driver still has all parts of the camera, so no film goes this way now."
    return Evidence(text, "/sys/bus/usb/devices")
