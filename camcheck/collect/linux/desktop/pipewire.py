"""What PipeWire gives to whom: camera nodes, their consumers, and the desktop's camera icon.

GNOME (from 45) and KDE show their icon while a node of the role Camera runs; a program that opens
the camera itself is not in this graph. Sources: gnome-shell src/shell-camera-monitor.c; plasma's
applets/cameraindicator; PipeWire's keys.h, module-protocol-native.c (who a client is: the kernel's
word from the moment it connected, ``pipewire.sec.*``) and module-portal.c.
"""

from collections.abc import Iterator

from camcheck.fact import NamedTuple
from camcheck.model import Camera, CameraKind, Holder, Process, Via
from camcheck.typed import Any

_PORTAL = ("xdg-desktop-por", "xdg-desktop-portal")  # a process name is cut at 15 letters


class Stream(NamedTuple):
    """A consumer of a camera node. ``pid`` is the kernel's word; ``claimed`` the client's own.

    ``application`` is what the portal or a sandbox says it is (flatpak id).
    """

    node: int
    pid: int | None
    uid: int | None
    claimed: int | None
    application: str | None
    portal: bool


class CameraNode(NamedTuple):
    """A node that gives pictures. ``path`` is the device node of V4L2, None for libcamera."""

    id: int
    path: str | None
    role: bool  # has the role that the desktop's icon looks for
    running: bool


class Graph(NamedTuple):
    """The cameras of one user's session."""

    nodes: tuple[CameraNode, ...]
    streams: tuple[Stream, ...]


def parse(objects: list[Any]) -> Graph:
    """The cameras and their consumers from pw-dump's list of objects.

    Only links that exist count: a stream that asked for a camera and got none is no consumer.
    """
    known = {
        item["id"]: item
        for item in objects
        if isinstance(item, dict) and isinstance(item.get("id"), int)
    }
    cameras = {number: node for number, node in known.items() if _is_camera(node)}
    nodes = tuple(_camera_node(number, node) for number, node in sorted(cameras.items()))
    streams = []
    for link in known.values():
        info = _info(link)
        if not str(link.get("type", "")).endswith(":Link") or info.get("state") == "error":
            continue
        source, sink = _number(info.get("output-node-id")), _number(info.get("input-node-id"))
        if source in cameras and source is not None and sink in known:
            streams.append(_stream(source, known[sink], known))
    return Graph(nodes, tuple(sorted(set(streams), key=str)))


def _info(item: Any) -> dict[str, Any]:
    info = item.get("info") if isinstance(item, dict) else None
    return info if isinstance(info, dict) else {}


def _props(item: Any) -> dict[str, Any]:
    props = _info(item).get("props")
    return props if isinstance(props, dict) else {}


def _is_camera(item: Any) -> bool:
    props = _props(item)
    return str(item.get("type", "")).endswith(":Node") and (
        props.get("media.role") == "Camera"
        or (props.get("media.class") == "Video/Source" and props.get("device.api") in _CAMERA_APIS)
    )


_CAMERA_APIS = ("v4l2", "libcamera")


def _camera_node(number: int, item: Any) -> CameraNode:
    props = _props(item)
    path = props.get("api.v4l2.path")
    return CameraNode(
        id=number,
        path=path if isinstance(path, str) else None,
        role=props.get("media.role") == "Camera",
        running=_info(item).get("state") == "running",
    )


def _stream(source: int, sink: Any, known: dict[int, Any]) -> Stream:
    client = _props(known.get(_number(_props(sink).get("client.id")) or -1))
    access = str(client.get("pipewire.client.access", client.get("pipewire.access", "")))
    application = client.get("pipewire.access.portal.app_id") or client.get(
        "pipewire.sec.flatpak.app_id"
    )
    return Stream(
        node=source,
        pid=_number(client.get("pipewire.sec.pid")),
        uid=_number(client.get("pipewire.sec.uid")),
        claimed=_number(client.get("application.process.id")),
        application=str(application) if application else None,
        portal=access in ("portal", "xdg-desktop-portal"),
    )


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def consumers(
    graph: Graph, cameras: tuple[Camera, ...], processes: tuple[Process, ...]
) -> Iterator[Holder]:
    """The programs that receive pictures, as holders. A stream whose program is not found is left
    out here and becomes a gap (`logins`)."""
    nodes = {node.id: node for node in graph.nodes}
    for stream in graph.streams:
        process, how = attribute(stream, processes)
        for camera in cameras_of(nodes[stream.node], cameras):
            if process:
                node = nodes[stream.node].path or "PipeWire"
                way = Via.PIPEWIRE, node, "read", None, how
                yield Holder(camera, process.pid, process.started, *way)


def attribute(stream: Stream, processes: tuple[Process, ...]) -> tuple[Process | None, str | None]:
    """The process behind a stream, and who says so.

    A client of the permission portal was connected by the portal: there the portal's name of the
    application counts, and the number that the client gives of itself only if it is of that user.
    """
    by_pid = {process.pid: process for process in processes}
    connected = by_pid.get(stream.pid or -1)
    by_portal = stream.portal or (connected is not None and connected.name in _PORTAL)
    application = f"application {stream.application}" if stream.application else "no sandbox"
    if not by_portal:
        return connected, f"{application}, by the system's word" if connected else None
    if stream.application:
        for process in processes:
            if process.application and process.application.endswith(f":{stream.application}"):
                return process, f"{application}, through the desktop's permission portal"
    claimed = by_pid.get(stream.claimed or -1)
    if claimed and claimed.uid == stream.uid:
        return claimed, f"{application}, through the desktop's permission portal, by its own word"
    return connected, f"{application}, through the desktop's permission portal"


def cameras_of(node: CameraNode, cameras: tuple[Camera, ...]) -> list[str]:
    """The camera behind a node: by its device, else (libcamera) those that are not on USB."""
    for camera in cameras:
        if node.path and any(known.path == node.path for known in camera.nodes):
            return [camera.id]
    if node.path:
        return []
    return [c.id for c in cameras if c.kind is not CameraKind.VIRTUAL and c.bus.value != "usb"]
