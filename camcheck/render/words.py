"""Plain words for the facts: what a page, a ticket or a terminal says to somebody frightened."""

from datetime import datetime

from camcheck.model import (
    CameraKind,
    CaptureState,
    ExeState,
    IndicatorKind,
    IndicatorState,
    Process,
    Reason,
    Trust,
    Via,
)

CAPTURE = {
    CaptureState.ACTIVE: "Pictures are flowing",
    CaptureState.INACTIVE: "No pictures are flowing",
    CaptureState.UNDETERMINED: "It could not be determined whether pictures flow",
}
KIND = {
    CameraKind.PHYSICAL: "camera",
    CameraKind.INFRARED: "infrared camera",
    CameraKind.VIRTUAL: "virtual camera (a program makes its pictures)",
    CameraKind.GRABBER: "grabber (it shows what comes through a cable)",
    CameraKind.TUNER: "tuner (it shows what comes from an antenna or a cable)",
    CameraKind.STILL: "still camera (only a program of its own can use it)",
}
INDICATOR = {
    IndicatorKind.LED: "light",
    IndicatorKind.LED_MODE: "setting of the light",
    IndicatorKind.LED_PROTECTION: "protection of the light's setting",
    IndicatorKind.SHUTTER: "shutter",
    IndicatorKind.DESKTOP_ICON: "camera icon on the desktop",
    IndicatorKind.ON_SCREEN_NOTICE: "notice on the screen",
}
STATE = {
    IndicatorState.ON: "on",
    IndicatorState.OFF: "off",
    IndicatorState.NOT_OBSERVABLE: "cannot be read",
}
TRUST = {
    Trust.KERNEL: "driven by the system kernel",
    Trust.FIRMWARE: "driven by the camera itself",
    Trust.SOFTWARE: "drawn by a program",
    Trust.PERSON: "seen by the person before the camera",
    Trust.NONE: "not to be relied on",
    Trust.NOT_OBSERVABLE: "not known who drives it",
}
VIA = {
    Via.FD: "has it open",
    Via.THREAD_FD: "has it open in one thread only",
    Via.MAPPING: "has its pictures mapped into memory",
    Via.IO_URING: "has it open through io_uring",
    Via.IN_FLIGHT: "has sent it to somebody through a socket",
    Via.DMA_BUF: "has its picture buffers (DMA)",
    Via.USBFS: "drives it directly over USB",
    Via.PIPEWIRE: "receives its pictures through PipeWire",
    Via.SENSOR_MONITOR: "is named by the sensor monitor of the system",
    Via.CONSENT_STORE: "is named by the permission records of the system",
    Via.SYSTEM_LOG: "is named by the system log",
}
REASON = {
    Reason.DENIED: "not permitted",
    Reason.MISSING: "not there",
    Reason.UNSUPPORTED: "not possible on this system",
    Reason.UNPARSED: "not understood",
    Reason.FAILED: "failed",
    Reason.TIMED_OUT: "took too long",
    Reason.NOT_ASKED: "not asked for",
}
EXE_STATE = {
    ExeState.DELETED: "its file was deleted",
    ExeState.REPLACED: "its file was replaced by another one since it started",
    ExeState.ELSEWHERE: "a path in a file system view of its own, as containers and sandboxes have",
    ExeState.MEMORY: "it never had a file, it runs from memory",
    ExeState.KERNEL: "part of the kernel",
}


def when(time: datetime | None) -> str:
    """A time that a person can read, in UTC as it is stored."""
    return "at a time that could not be read" if time is None else f"{time:%Y-%m-%d %H:%M:%S} UTC"


def minute(time: datetime) -> str:
    """A time without its seconds, in UTC; the text around it says so."""
    return f"{time:%Y-%m-%d %H:%M}"


def process_facts(process: Process) -> list[tuple[str, str]]:
    """Label and text for what is known of a process; what could not be read is said to be so."""
    state = EXE_STATE.get(process.exe_state) if process.exe_state else None
    program = process.exe or ("part of the kernel" if process.kernel_thread else None)
    rows = [
        ("Program", f"{program} ({state})" if program and state else program or state),
        ("Command line", " ".join(process.cmdline) or None),
        ("Started", when(process.started)),
        ("User", process.user or (None if process.uid is None else f"number {process.uid}")),
        ("Package", process.package),
        ("Unit", process.unit),
        ("Application", process.application),
        ("Container", process.container),
        ("Working directory", process.cwd),
        ("Original name", process.original_name),
        ("Company", process.company),
        ("Signed by", process.signer),
        ("Integrity level", process.integrity),
        ("File can be changed by", process.exe_writable_by),
        ("Preloaded", ", ".join(process.preload) or None),
        ("Traced by process", process.tracer_pid and str(process.tracer_pid)),
        ("Hidden", process.concealed),
        ("SHA-256 of the file", process.sha256),
        ("Could not be read", ", ".join(process.unknown) or None),
    ]
    return [(label, text) for label, text in rows if text]


def grouped(digest: str) -> str:
    """A digest in groups of four, so that it can be read out over the phone."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))
