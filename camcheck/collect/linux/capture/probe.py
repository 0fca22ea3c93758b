"""The opt-in probe: opens a camera's node, looks at its buffers for a moment, closes it again.

VIDIOC_QUERYBUF on a fresh descriptor is answered for whoever streams: the sequence numbers of the
buffers grow while pictures arrive. Nothing is configured, started or read. Done only where the
driver is known to leave a running stream alone, and refused elsewhere with the reason.

Sources: drivers/media/common/videobuf2/videobuf2-v4l2.c (vb2_ioctl_querybuf asks no owner);
drivers/media/usb/uvc/uvc_v4l2.c (since Linux 6.17 opening does not wake the camera, before that
it does, and the buffers of another program are not shown); linux/videodev2.h, linux/uvcvideo.h.
"""

import errno
import os
import struct
import time

from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.kernel.usb import (
    LightControl,
    light_control,
    usb_descriptors,
    usb_device,
)
from camcheck.collect.linux.opt_in import Probed
from camcheck.model import (
    Camera,
    CaptureState,
    Fact,
    Gap,
    Indicator,
    IndicatorKind,
    IndicatorState,
    NodeKind,
    Privilege,
    Reason,
    Trust,
    Witness,
)

_WINDOW = 3.0  # seconds in which a picture must come: in the dark and on busy machines few do
_SHORT = 1.0  # seconds after which a single picture is enough
_ENOUGH = 3  # new pictures that settle it early
_STEP = 0.01

_QUERYBUF = 0xC0585609  # _IOWR('V', 9, struct v4l2_buffer) of 88 bytes: 64-bit systems
_G_CTRL = 0xC008561B
_UVC_CTRL_QUERY = 0xC0107521
_PRIVACY = 0x9A0910  # V4L2_CID_PRIVACY
_GET_CUR = 0x81
_CAPTURE, _MMAP = 1, 1
_MAX_BUFFERS = 32
_LIGHT_MODES = ("off", "on", "blink", "auto")

# Drivers where the probe was watched from a running stream on real kernels (docs/capture.md).
_HARMLESS = ("uvcvideo", "vivid")


def probe_cameras(roots: Roots, cameras: tuple[Camera, ...]) -> Probed:
    """The answers of all cameras that may be probed, and a gap for each that may not."""
    witnesses: dict[str, Witness] = {}
    indicators: list[Indicator] = []
    gaps: list[Gap] = []
    for camera in cameras:
        node = next((n.path for n in camera.nodes if n.kind is NodeKind.CAPTURE), None)
        refused = _why_not(camera, node)
        if refused or node is None:
            gaps.append(_gap(camera, Reason.UNSUPPORTED, refused or ""))
            continue
        try:
            fd = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            denied = error.errno in (errno.EACCES, errno.EPERM)
            reason = Reason.DENIED if denied else Reason.FAILED
            gaps.append(_gap(camera, reason, f"{node} cannot be opened ({error.strerror})"))
            continue
        try:
            witness = _buffers(camera, node, fd)
            indicators += _controls(roots, camera, node, fd)
        finally:
            os.close(fd)
        witnesses[camera.id] = witness
    return Probed(witnesses, tuple(indicators), tuple(gaps))


def _why_not(camera: Camera, node: str | None) -> str | None:
    if node is None:
        return "it has no node to open; its driver does not have it"
    if struct.calcsize("P") != 8:
        return "on 32-bit systems the layout of its buffers was never measured"
    if camera.driver not in _HARMLESS:
        return f"what opening does to the driver {camera.driver} was never measured"
    return None


def _gap(camera: Camera, reason: Reason, why: str) -> Gap:
    return Gap(Fact.CAPTURE, f"probe of {camera.id}", reason, f"{camera.name} not probed: {why}.")


def _buffers(camera: Camera, node: str, fd: int) -> Witness:
    """Whether the buffers of whoever streams fill up."""
    name, privilege = "buffer-sequence", Privilege.VIDEO
    first: set[tuple[int, bytes]] | None = None
    new: set[tuple[int, bytes]] = set()
    number, began = 0, time.monotonic()
    while len(new) < _ENOUGH and time.monotonic() < began + (_SHORT if new else _WINDOW):
        states = _states(fd)
        if isinstance(states, int):
            says, value, why = _refusal(states)
            return Witness(camera.id, name, value, node, says, privilege, why)
        number = len(states)
        # A buffer that waits for its next picture has lost the number of its last one.
        seen = {state for state in states if state[0] or any(state[1])}
        first = seen if first is None else first
        new |= seen - first
        time.sleep(_STEP)
    taken = (time.monotonic() - began) * 1000
    value = f"+{len(new)} pictures in {taken:.0f} ms, {number} buffers"
    if new:
        return Witness(camera.id, name, value, node, CaptureState.ACTIVE, privilege)
    why = "buffers exist, but none was taken out: it waits, or nobody takes the pictures"
    return Witness(camera.id, name, value, node, None, privilege, why)


def _refusal(error: int) -> tuple[CaptureState | None, str, str | None]:
    match error:
        case errno.EINVAL:
            return CaptureState.INACTIVE, "no buffers", None
        case errno.EBUSY:
            return None, "refused", "this kernel tells the buffers to their owner only"
        case _:
            return None, "refused", os.strerror(error)


def _states(fd: int) -> list[tuple[int, bytes]] | int:
    """Sequence number and time stamp of each buffer; the error when the first is refused."""
    import fcntl

    found: list[tuple[int, bytes]] = []
    for index in range(_MAX_BUFFERS):
        request = bytearray(88)
        struct.pack_into("=II", request, 0, index, _CAPTURE)
        struct.pack_into("=I", request, 60, _MMAP)
        try:
            fcntl.ioctl(fd, _QUERYBUF, request)
        except OSError as error:
            if not found:
                return error.errno or errno.EIO
            break
        found.append((struct.unpack_from("=I", request, 56)[0], bytes(request[24:40])))
    return found


def _controls(roots: Roots, camera: Camera, node: str, fd: int) -> list[Indicator]:
    """The camera's own shutter and the setting of its light, where it has them."""
    import fcntl

    found = []
    request = bytearray(struct.pack("=Ii", _PRIVACY, 0))
    try:
        fcntl.ioctl(fd, _G_CTRL, request)
    except OSError:
        pass  # most cameras have no such control, and none is needed
    else:
        closed = struct.unpack_from("=i", request, 4)[0]
        state = IndicatorState.ON if closed else IndicatorState.OFF
        reason = f"the camera says that its shutter is {'closed' if closed else 'open'}"
        kind = IndicatorKind.SHUTTER
        found.append(Indicator(camera.id, kind, state, node, Trust.FIRMWARE, reason))
    device = usb_device(roots, camera)
    control = light_control(usb_descriptors(device)) if device else None
    return [*found, _light(camera, node, fd, control)] if control else found


def _light(camera: Camera, node: str, fd: int, control: LightControl) -> Indicator:
    import ctypes
    import fcntl

    data = ctypes.create_string_buffer(control.length)
    head = (control.unit, control.selector, _GET_CUR, control.length, ctypes.addressof(data))
    kind, source = IndicatorKind.LED_MODE, f"{node}, extension unit {control.unit}"
    try:
        fcntl.ioctl(fd, _UVC_CTRL_QUERY, struct.pack("=BBBxHxxQ", *head))
    except OSError as error:
        reason = f"the setting of its light cannot be read ({error.strerror})"
        state = IndicatorState.NOT_OBSERVABLE
        return Indicator(camera.id, kind, state, source, Trust.SOFTWARE, reason)
    mode = _LIGHT_MODES[data.raw[control.byte] & 3]
    state = {"off": IndicatorState.OFF, "auto": IndicatorState.NOT_OBSERVABLE}.get(
        mode, IndicatorState.ON
    )
    meaning = {
        "off": "its light is set to stay dark, whatever the camera does",
        "on": "its light is set to be lit always",
        "blink": "its light is set to blink",
        "auto": "its light is set to follow the camera; whether it is lit cannot be read",
    }
    return Indicator(camera.id, kind, state, source, Trust.SOFTWARE, meaning[mode])
