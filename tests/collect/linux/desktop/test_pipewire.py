"""PipeWire's graph: who receives pictures, by whose word (in the shape of pw-dump 0.3.65)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcheck.collect.linux.desktop.pipewire import Stream, attribute, consumers, parse
from camcheck.model import Bus, Via
from tests.builders import CAMERA, a_camera, a_process


def node(number, state="running", **props):
    known = {"media.class": "Video/Source", "media.role": "Camera", "api.v4l2.path": "/dev/video0"}
    kind = "PipeWire:Interface:Node"
    return {"id": number, "type": kind, "info": {"state": state, "props": known | props}}


def stream(number, client):
    props = {"media.class": "Stream/Input/Video", "client.id": client}
    return {"id": number, "type": "PipeWire:Interface:Node", "info": {"props": props}}


def link(number, source, sink, state="active"):
    ends = {"output-node-id": source, "input-node-id": sink, "state": state}
    return {"id": number, "type": "PipeWire:Interface:Link", "info": ends}


def client(number, pid, **props):
    known = {"pipewire.sec.pid": pid, "pipewire.sec.uid": 1000, **props}
    return {"id": number, "type": "PipeWire:Interface:Client", "info": {"props": known}}


A_CALL = [node(30), stream(38, 29), link(40, 30, 38), client(29, 4242)]
PORTAL = {"pipewire.access": "portal", "pipewire.access.portal.app_id": "org.mozilla.firefox"}


def test_a_linked_stream_is_a_consumer():
    """Link, stream and client lead from the camera to the process."""
    graph = parse(A_CALL)
    (holder,) = consumers(graph, (a_camera(),), (a_process(),))

    assert [True] == [camera.running for camera in graph.nodes]
    assert (CAMERA, 4242, Via.PIPEWIRE) == (holder.camera, holder.pid, holder.via)
    assert "by the system's word" in holder.detail


@pytest.mark.parametrize(
    "objects",
    [
        pytest.param([node(30, "idle"), stream(38, 29), client(29, 4242)], id="no link"),
        pytest.param([*A_CALL[:2], link(40, 30, 38, "error"), A_CALL[3]], id="link in error"),
        pytest.param([node(30), node(31), link(40, 31, 99), client(29, 4242)], id="no sink"),
        pytest.param(
            [node(30, **{"media.role": "Music", "media.class": "Audio/Source"}), *A_CALL[1:]],
            id="sound",
        ),
    ],
)
def test_what_is_no_consumer(objects):
    """Who asked and got nothing, an idle node of a session manager, and sound."""
    assert () == parse(objects).streams


def test_a_client_of_the_portal_is_named_by_the_portal():
    """The connection is the portal's; the application is found by its sandbox."""
    firefox = a_process(pid=77, name="firefox", application="flatpak:org.mozilla.firefox")
    portal = a_process(pid=50, name="xdg-desktop-por")
    graph = parse([*A_CALL[:3], client(29, 50, **PORTAL)])
    (holder,) = consumers(graph, (a_camera(),), (portal, firefox))

    assert 77 == holder.pid
    assert "org.mozilla.firefox" in holder.detail


@pytest.mark.parametrize(("uid", "pid"), [(1000, 77), (0, 50)])
def test_what_a_client_says_of_itself_counts_for_its_own_user_only(uid, pid):
    """Behind the portal a client may name a process: not one of somebody else."""
    portal = a_process(pid=50, name="xdg-desktop-por")
    named = a_process(pid=77, uid=uid)
    known = Stream(30, pid=50, uid=1000, claimed=77, application=None, portal=True)
    process, how = attribute(known, (portal, named))

    assert pid == process.pid
    assert ("by its own word" in how) is (pid == 77)


def test_a_client_that_is_not_behind_the_portal_cannot_name_another():
    """The kernel's word outweighs the client's."""
    known = Stream(30, pid=4242, uid=1000, claimed=1, application=None, portal=False)
    process, _ = attribute(known, (a_process(), a_process(pid=1)))

    assert 4242 == process.pid


def test_a_libcamera_node_belongs_to_cameras_that_are_not_on_usb():
    """It has no device node to compare."""
    libcamera = node(30, **{"api.v4l2.path": None, "device.api": "libcamera"})
    built_in = a_camera(id="pci:ipu6", bus=Bus.PCI)
    graph = parse([libcamera, *A_CALL[1:]])
    found = list(consumers(graph, (a_camera(), built_in), (a_process(),)))

    assert ["pci:ipu6"] == [holder.camera for holder in found]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "info", "props", "state", "client.id", "output-node-id",
                 "input-node-id", "media.role", "pipewire.sec.pid", "x"]
            ),
            inner | st.sampled_from(["x:Node", "x:Link", "Camera"]),
            max_size=6,
        )
    ),
    max_leaves=30,
)  # fmt: skip


@given(st.lists(JSON, max_size=8))
def test_nonsense_is_understood_as_nothing(objects):
    """Whatever a session's PipeWire answers, the parser gives a graph."""
    graph = parse(json.loads(json.dumps(objects)))

    assert isinstance(list(consumers(graph, (a_camera(),), (a_process(),))), list)
