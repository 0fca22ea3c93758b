"""The words that facts are told in: closed lists, in the field's own terms."""

from enum import StrEnum


class Fact(StrEnum):
    """A kind of fact that checks can need and that can be missing."""

    CAMERAS = "cameras"
    PROCESSES = "processes"
    HOLDERS = "holders"
    REFERENCES = "references"
    CAPTURE = "capture"
    INDICATORS = "indicators"
    PERSISTENCE = "persistence"
    SIGNATURES = "signatures"
    HISTORY = "history"
    PERMISSIONS = "permissions"


class Reason(StrEnum):
    """Why something could not be looked at."""

    DENIED = "denied"
    MISSING = "missing"
    UNSUPPORTED = "unsupported"
    UNPARSED = "unparsed"
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    NOT_ASKED = "not-asked"


class Bus(StrEnum):
    """How a camera is attached."""

    USB = "usb"
    PCI = "pci"
    PLATFORM = "platform"
    VIRTUAL = "virtual"
    UNKNOWN = "unknown"


class CameraKind(StrEnum):
    """What a camera is for.

    A grabber takes pictures from a cable (HDMI, video), a tuner from an antenna: what they show is
    elsewhere. A still camera has no driver: only a program of its own talks to it (PTP).
    """

    PHYSICAL = "physical"
    INFRARED = "infrared"
    VIRTUAL = "virtual"
    GRABBER = "grabber"
    TUNER = "tuner"
    STILL = "still"


class NodeKind(StrEnum):
    """What a device node of a camera does (V4L2 and USB terms)."""

    CAPTURE = "capture"
    METADATA = "metadata"
    OUTPUT = "output"
    MEDIA = "media"
    SUBDEVICE = "subdevice"
    USB = "usb"


class Via(StrEnum):
    """By what a process holds a camera; holding is not capturing."""

    FD = "fd"
    THREAD_FD = "thread-fd"
    MAPPING = "mapping"
    IO_URING = "io-uring"
    IN_FLIGHT = "in-flight"
    DMA_BUF = "dma-buf"
    USBFS = "usbfs"
    PIPEWIRE = "pipewire"
    SENSOR_MONITOR = "sensor-monitor"
    CONSENT_STORE = "consent-store"
    SYSTEM_LOG = "system-log"


class Role(StrEnum):
    """What is particular about a holder. None of these: it can receive the camera's pictures."""

    FEEDS = "feeds"
    """It gives a virtual camera its pictures, and watches nobody by it."""
    CLOSED = "closed"
    """It had opened the camera and closed it again before the look that tells of it."""
    ONE_OF_SEVERAL = "one-of-several"
    """Which camera of several it is, the system does not say."""
    NOTED = "noted"
    """Only a note says so that other programs can write as well."""


class ExeState(StrEnum):
    """Whether the file that a process was started from still is what runs."""

    PRESENT = "present"
    REPLACED = "replaced"
    DELETED = "deleted"
    ELSEWHERE = "elsewhere"
    MEMORY = "memory"
    KERNEL = "kernel"


class Privilege(StrEnum):
    """What reading a fact needs: any user, one who may open cameras (group video), or root."""

    USER = "user"
    VIDEO = "video"
    ROOT = "root"


class Permit(StrEnum):
    """What a system answers a program that wants to use cameras."""

    ALLOWED = "allowed"
    DENIED = "denied"
    LIMITED = "limited"
    UNKNOWN = "unknown"


class ArtifactKind(StrEnum):
    """What signatures can ask for."""

    FILE = "file"
    REGISTRY = "registry"
    YARA = "yara"


class Nature(StrEnum):
    """What a signature is about: it decides which words a match gets and how it is told."""

    MALWARE = "malware"
    MONITORING = "monitoring"
    DUAL_USE = "dual-use"
    SUSPICIOUS = "suspicious"
    """Behaviour that honest programs rarely show; no particular program."""
    EXTERNAL = "external"
    """A rule of the user's that does not say."""


class Provenance(StrEnum):
    """Whose word a signature is: it decides in which words a match is spoken of."""

    BUILT_IN = "built-in"
    USER = "user"
    FEED = "feed"
    UNKNOWN = "unknown"


class MonitorHealth(StrEnum):
    """What a scan found of a monitor that should watch."""

    WATCHING = "watching"
    STOPPED = "stopped"
    DEAF = "deaf"
    REPLACED = "replaced"
    DEAD = "dead"
    DISABLED = "disabled"


class MomentKind(StrEnum):
    """What a moment of the monitor's history is about."""

    EVENT = "event"
    UNWATCHED = "unwatched"
    """Nobody looked from then until ``until``: the monitor was stopped, or the machine slept."""
    COUNTED = "counted"
    """What a camera's counters say of a time in which nobody looked."""


class CaptureState(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    UNDETERMINED = "undetermined"


class IndicatorState(StrEnum):
    ON = "on"
    OFF = "off"
    NOT_OBSERVABLE = "not-observable"


class IndicatorKind(StrEnum):
    """What an indicator is. "on" means lit or shown; of a shutter: closed; of the protection of the
    light's setting: in force; of the light's setting: that it is set to light up.
    """

    LED = "led"
    LED_MODE = "led-mode"
    LED_PROTECTION = "led-protection"
    SHUTTER = "shutter"
    DESKTOP_ICON = "desktop-icon"
    ON_SCREEN_NOTICE = "on-screen-notice"


class Trust(StrEnum):
    """Who drives an indicator, and so what it is worth."""

    KERNEL = "kernel-driven"
    FIRMWARE = "device-firmware"
    SOFTWARE = "software-only"
    PERSON = "person"
    """Nobody but the person before the camera says so."""
    NONE = "none"
    NOT_OBSERVABLE = "not-observable"


class Whose(StrEnum):
    """Whose program it is, as seen by the person who asked."""

    YOURS = "yours"
    ANOTHER = "another"
    """Another person's: an account that people log in to."""
    SERVICE = "service"
    """A service of the system: an account that nobody logs in to, or a system unit."""
    ADMINISTRATOR = "administrator"
    UNKNOWN = "unknown"
