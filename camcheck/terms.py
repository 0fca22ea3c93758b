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
    """What a camera is for."""

    PHYSICAL = "physical"
    INFRARED = "infrared"
    VIRTUAL = "virtual"


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
    NONE = "none"
    NOT_OBSERVABLE = "not-observable"
