"""Known programs are named as what they are, and nobody borrows their names."""

import pytest

from camcheck.checks.known_programs import KNOWN, known_role
from camcheck.model import ExeState
from tests.builders import a_process


@pytest.mark.parametrize("path", [f"/usr/bin{end}" for known in KNOWN for end in known.ends])
def test_every_known_program_is_named(path):
    """By its installed path."""
    assert known_role(a_process(exe=path))


@pytest.mark.parametrize(
    ("process", "word"),
    [
        ({"exe": "/usr/bin/v4l2-relayd"}, "relay"),
        ({"exe": "/usr/bin/gst-launch-1.0",
          "cmdline": ("gst-launch-1.0", "icamerasrc", "!", "v4l2sink")}, "relay"),
        ({"exe": "/usr/bin/python3.12", "uid": 0,
          "cmdline": ("python3", "/lib/security/howdy/compare.py", "erika")}, "Howdy"),
        ({"exe": "/usr/bin/python3.12", "uid": 999,
          "cmdline": ("python3", "/usr/local/bin/meyectl", "startserver")}, "motionEye"),
        ({"exe": "/usr/bin/qemu-system-x86_64"}, "virtual machine"),
        ({"exe": "/usr/libexec/gvfsd-gphoto2"}, "still cameras"),
    ],
)  # fmt: skip
def test_what_it_is_stands_in_plain_words(process, word):
    """Relays, login by face, surveillance, virtual machines, the desktop."""
    assert word in (known_role(a_process(**process)) or "")


@pytest.mark.parametrize(
    "process",
    [
        {"exe": "/home/erika/motion"},
        {"exe": "/tmp/obs"},
        {"exe": "/usr/bin/../../tmp/obs"},
        {"exe": "/usr/bin/obs", "container": "docker-1"},
        {"exe": "/usr/bin/obs", "own_dev": True},
        {"exe": "/usr/bin/obs", "exe_state": ExeState.ELSEWHERE},
        {"exe": "/usr/bin/obs", "exe_state": ExeState.DELETED},
        {"exe": "/usr/bin/obs", "preload": ("/home/erika/spy.so",)},
        {"exe": "/usr/bin/obs", "unknown": ("preload",)},
        {"exe": "/usr/bin/obs", "tracer_pid": 7},
        {"exe": "/usr/bin/obs", "exe_writable_by": "everyone"},
        {"exe": "/usr/bin/notmotion"},
        {"exe": None, "name": "obs"},
        {"exe": "/home/erika/spy", "uid": 0, "cmdline": ("spy", "/usr/bin/howdy")},
        {"exe": "/usr/bin/python3", "cmdline": ("python3", "/usr/bin/howdy")},
        {"exe": "/usr/bin/python3", "uid": 0, "cmdline": ("python3", "/home/x/bin/howdy")},
        {"exe": "/usr/bin/gst-launch-1.0", "cmdline": ("gst-launch-1.0", "v4l2src", "v4l2sink")},
        {"exe": "/usr/bin/cat"},
    ],
)
def test_a_borrowed_name_is_no_passport(process):
    """A path of a user's, a container's, a changed program, arguments that anybody can write."""
    assert None is known_role(a_process(**process))
