"""Where processes belong, by the names of their control groups."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcheck.collect.linux.processes.cgroup import parse_cgroup

DOCKER = "a" * 64


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0::/system.slice/motion.service", ("motion.service", None, None)),
        ("0::/", (None, None, None)),
        ("", (None, None, None)),
        (
            f"0::/system.slice/docker-{DOCKER}.scope",
            (f"docker-{DOCKER}.scope", f"docker-{DOCKER}", None),
        ),
        (f"5:devices:/docker/{DOCKER}\n", (None, f"docker/{DOCKER}", None)),
        (
            "0::/user.slice/user-1000.slice/user@1000.service/user.slice/"
            f"libpod-{DOCKER}.scope/container",
            (None, f"libpod-{DOCKER}", None),
        ),
        (
            "0::/user.slice/user@1000.service/app.slice/app-flatpak-org.gnome.Cheese-4242.scope",
            ("app-flatpak-org.gnome.Cheese-4242.scope", None, "flatpak:org.gnome.Cheese"),
        ),
        (
            "0::/user.slice/user@1000.service/app.slice/snap.zoom-client.zoom-1.scope",
            ("snap.zoom-client.zoom-1.scope", None, "snap:zoom-client"),
        ),
        ("0::/machine.slice/machine-web.scope", ("machine-web.scope", "machine-web", None)),
        (f"0::/balena/{DOCKER}", (None, f"balena/{DOCKER}", None)),
        (
            f"0::/kubepods/burstable/pod1/{DOCKER}",
            (None, f"kubepods/burstable/pod1/{DOCKER}", None),
        ),
        (
            "0::/machine.slice/systemd-nspawn@web.service/payload",
            (None, "systemd-nspawn@web", None),
        ),
        (f"0::/libpod_parent/libpod-{DOCKER}", (None, f"libpod-{DOCKER}", None)),
        (f"0::/ecs/task/{DOCKER}", (None, f"ecs/task/{DOCKER}", None)),
        (f"0::/x.slice/crun-{DOCKER}.scope", (f"crun-{DOCKER}.scope", f"crun-{DOCKER}", None)),
        ("0::/lxc.payload.web/init.scope", ("init.scope", "lxc.payload.web", None)),
        ("0::/system.slice/docker.service", ("docker.service", None, None)),
        ("3:cpu:/somewhere/x.service", (None, None, None)),
        ("1:name=systemd:/system.slice/x.service", ("x.service", None, None)),
    ],
)
def test_unit_container_and_application_come_from_the_control_group(text, told):
    """Units, containers, flatpaks and snaps are told apart by the name of the group."""
    assert told == parse_cgroup(text)


@given(st.text(alphabet="0:/.-_abdockermachineflatpsn\n", max_size=120))
def test_no_control_group_breaks_the_parser(text):
    """Users choose the names of their own groups."""
    unit, container, application = parse_cgroup(text)

    assert {str, type(None)} >= {type(unit), type(container), type(application)}
