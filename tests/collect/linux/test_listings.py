"""Real machines from published listings: how many cameras they have, and what they are called."""

import pytest

from camcheck.collect.linux.cameras import collect_cameras
from camcheck.model import NodeKind
from tests.collect.linux.listing import names, plant, read_listing


def found(sysfs):
    cameras, _ = collect_cameras(sysfs.roots())
    return cameras


@pytest.mark.parametrize("udev", [True, False], ids=["udev", "no-udev"])
@pytest.mark.parametrize("name", names())
def test_a_published_machine_has_the_cameras_that_it_has(tmp_path, name, udev):
    """Each machine once, with udev's word and without it (Alpine, containers)."""
    listing = read_listing(name)
    sysfs = plant(tmp_path, listing, udev=udev)

    assert list(listing.cameras) == sorted((c.kind.value, c.name) for c in found(sysfs))


def test_there_are_enough_machines_and_each_says_where_it_stands():
    """At least forty listings, each with an address."""
    listings = [read_listing(name) for name in names()]

    assert 40 <= len(listings)
    assert all(listing.source.startswith("https://") for listing in listings)


@pytest.mark.parametrize(
    ("name", "nodes"),
    [
        ("pi4-camera-v2", {"video0", "media3", "v4l-subdev0"}),
        ("surface-book-2", {"video0", "v4l-subdev6", "v4l-subdev8", "media0"}),
        ("orangepi5plus-ov13855", {"video0", "video11", "v4l-subdev2", "media1"}),
        ("pi5-imx708-lens", {"v4l-subdev2", "v4l-subdev3", "media0"}),
    ],
)
def test_who_holds_only_a_sensor_or_a_media_node_is_a_holder(tmp_path, name, nodes):
    """The nodes of a sensor and of the media controller belong to their camera."""
    (camera,) = found(plant(tmp_path, read_listing(name)))

    assert nodes <= {node.path.rpartition("/")[2] for node in camera.nodes}


def test_two_cameras_of_one_kind_keep_their_own_sensors(tmp_path):
    """The device tree tells which sensor is wired to which receiver."""
    cameras = found(plant(tmp_path, read_listing("pi5-two-cameras")))
    nodes = {camera.name: {node.path.rpartition("/")[2] for node in camera.nodes}
             for camera in cameras}  # fmt: skip

    assert {"video0", "v4l-subdev2"} <= nodes["Camera (imx219)"]
    assert {"video8", "v4l-subdev5"} <= nodes["Camera (imx708)"]
    assert not nodes["Camera (imx219)"] & nodes["Camera (imx708)"]


def test_without_a_word_about_the_wires_no_camera_is_lost(tmp_path):
    """Rather one camera too many than one too few."""
    listing = read_listing("pi5-two-cameras")
    unwired = [line for line in listing.lines if not line.startswith("wire")]

    assert 2 == len(found(plant(tmp_path, listing._replace(lines=tuple(unwired)))))


@pytest.mark.parametrize("name", ["pinephone-pro", "pi5-imx477"])
def test_parameters_and_statistics_are_no_pictures(tmp_path, name):
    """Who holds such a node sees nothing."""
    (camera,) = found(plant(tmp_path, read_listing(name), udev=False))
    kinds = {node.path.rpartition("/")[2]: node.kind for node in camera.nodes}

    assert NodeKind.METADATA == kinds["video7" if name == "pi5-imx477" else "video3"]
    assert NodeKind.CAPTURE == kinds["video1" if name == "pinephone-pro" else "video0"]
