"""Known programs are named as what they are, and nobody borrows their names."""

import pytest

from camcheck.answer.naming import name_of
from camcheck.known_programs import ENDS, known_program, known_role
from camcheck.model import ExeState
from tests.builders import a_process


@pytest.mark.parametrize("end", ENDS)
def test_every_known_program_is_named(end):
    """By its installed path that a package vouches for, or where administrators install by hand.

    What it is for fits into one slot of a sentence (120 characters)."""
    role = known_role(a_process(exe=f"/usr/bin{end}", package="some"))

    assert role
    assert 120 >= len(role)
    assert role == known_role(a_process(exe=f"/usr/local/bin{end}"))
    assert None is known_role(a_process(exe=f"/usr/bin{end}"))


@pytest.mark.parametrize(
    ("process", "word"),
    [
        ({"exe": "/usr/bin/v4l2-relayd", "package": "v4l2-relayd"}, "relay"),
        ({"exe": "/usr/bin/gst-launch-1.0", "package": "gstreamer1.0-tools",
          "cmdline": ("gst-launch-1.0", "icamerasrc", "!", "v4l2sink")}, "relay"),
        ({"exe": "/usr/bin/python3.12", "uid": 0,
          "cmdline": ("python3", "/lib/security/howdy/compare.py", "erika")}, "Howdy"),
        ({"exe": "/usr/bin/python3.12", "uid": 999,
          "cmdline": ("python3", "/usr/local/bin/meyectl", "startserver")}, "motionEye"),
        ({"exe": "/usr/bin/qemu-system-x86_64", "package": "q"}, "virtual machine"),
        ({"exe": "/usr/libexec/gvfsd-gphoto2", "package": "gvfs"}, "still cameras"),
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
    assert None is known_role(a_process(**{"package": "some", **process}))


HOST = r"C:\Windows\System32\svchost.exe"
SYSTEM = {"uid": None, "user": r"NT AUTHORITY\SYSTEM"}


@pytest.mark.parametrize(
    ("process", "name"),
    [
        ({"exe": "/usr/bin/obs", "package": "obs-studio"}, "OBS Studio"),
        ({"exe": "/usr/bin/motion", "package": "motion"}, "Motion"),
        ({"exe": "/usr/bin/motion", "package": "motion", "exe_state": ExeState.REPLACED}, "Motion"),
        ({"exe": "/usr/local/bin/droidcam"}, "DroidCam"),
        ({"exe": "/usr/bin/v4l2-relayd", "package": "v4l2-relayd"}, "v4l2-relayd"),
        ({"exe": "/usr/bin/python3", "uid": 0,
          "cmdline": ("python3", "/lib/security/howdy/compare.py", "erika")}, "Howdy"),
        ({"exe": HOST, "unit": "WbioSvcGroup", **SYSTEM}, "Windows Hello"),
        ({"exe": r"C:\Windows\System32\SensorDataService.exe", **SYSTEM}, "Windows Hello"),
        ({"exe": HOST, "unit": "Camera", **SYSTEM}, "Windows Camera Frame Server"),
        # The other side: what nobody vouches for keeps the name of its file.
        ({"exe": "/home/erika/obs"}, "obs"),
        ({"exe": "/usr/bin/obs"}, "obs"),
        ({"exe": "/usr/local/bin/droidcam", "exe_state": ExeState.REPLACED}, "droidcam"),
        ({"exe": "/usr/bin/python3", "cmdline": ("python3", "-m", "frigate")}, "frigate"),
        ({"exe": "/usr/bin/python3", "cmdline": ("python3", "/home/e/howdy/compare.py")},
         "compare.py"),
        ({"exe": HOST, "unit": "WbioSvcGroup", "uid": None, "user": r"PC\ana"}, "svchost"),
        ({"exe": HOST, "unit": "WbioSvcGroup", "uid": None, "user": None}, "svchost"),
        ({"exe": HOST, "unit": "netsvcs", **SYSTEM}, "svchost"),
        ({"exe": r"C:\Users\Public\svchost.exe", "unit": "WbioSvcGroup", **SYSTEM}, "svchost"),
        ({"exe": r"C:\Users\Public\SensorDataService.exe", **SYSTEM}, "SensorDataService"),
        ({"exe": r"C:\x\C:\Windows\System32\SensorDataService.exe", **SYSTEM},
         "SensorDataService"),
    ],
)  # fmt: skip
def test_a_program_is_called_what_it_is_proven_to_be(process, name):
    """Packages, folders of the administrator and accounts of the system are proofs."""
    assert name == name_of(a_process(**process))


def test_only_parts_that_look_at_faces_sign_in():
    """The camera server of Windows reads for others, so its word says nothing of whom it is for."""
    hello = a_process(exe=HOST, unit="WbioSvcGroup", **SYSTEM)

    assert known_program(hello).signs_in
    assert not known_program(hello._replace(unit="Camera")).signs_in
