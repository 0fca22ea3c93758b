"""Odd origins of programs that hold a camera."""

import pytest

from camcheck.checks.suspicious_holder import SuspiciousHolder
from camcheck.findings import Finding, Severity
from camcheck.model import ExeState, Fact, Gap, Reason
from tests.builders import a_holder, a_process, a_snapshot


def run(*, held=True, **process):
    holders = [a_holder()] if held else []
    snapshot = a_snapshot(holders=holders, processes=[a_process(**process)])
    return list(SuspiciousHolder().run(snapshot))


ODD = [
    ({"exe_state": "memory", "exe": "/memfd:x"}, Severity.HIGH),
    ({"exe_state": "deleted"}, Severity.MEDIUM),
    ({"exe_state": "deleted", "exe": "/tmp/x"}, Severity.HIGH),
    ({"exe_state": "replaced"}, Severity.LOW),
    ({"exe": "/tmp/.x/tool"}, Severity.LOW),
    ({"exe": "/dev/shm/tool"}, Severity.LOW),
    ({"exe_writable_by": "everyone"}, Severity.HIGH),
    ({"cmdline": ("[kworker/0:1]",)}, Severity.HIGH),
    ({"cmdline": ("[kworker/0:1] ", "-x")}, Severity.HIGH),
    ({"preload": ("/tmp/hook.so",)}, Severity.HIGH),
    ({"preload": ("/dev/shm/hook.so",)}, Severity.HIGH),
    ({"tracer_pid": 99}, Severity.MEDIUM),
    ({"tracer_pid": 99, "exe_state": "memory"}, Severity.HIGH),
]
ORDINARY = [
    {},
    {"exe_state": "replaced", "package": "firefox-esr"},
    {"exe": "/tmpfiles/tool"},
    {"exe": "/home/erika/tmp/tool"},
    {"cmdline": ("[", "-f", "x", "]")},
    {"cmdline": ()},
    {"cmdline": ("[kworker/0:1]",), "kernel_thread": True, "exe": None, "exe_state": "kernel"},
    {"preload": ("/usr/lib/x86_64-linux-gnu/libgtk3-nocsd.so.0",)},
]


@pytest.mark.parametrize(("process", "severity"), ODD)
def test_an_odd_origin_is_told(process, severity):
    """Deleted, in memory, changeable by everyone, disguised, injected, traced."""
    (finding,) = run(**process)

    assert severity == finding.severity


@pytest.mark.parametrize(("process", "severity"), ODD)
def test_an_odd_origin_without_a_camera_is_not_our_matter(process, severity):
    """Only programs that hold a camera are judged here."""
    assert [] == run(held=False, **process)


@pytest.mark.parametrize("process", ORDINARY)
def test_an_ordinary_origin_is_nothing(process):
    """Installed programs, and names that only look alike."""
    assert [] == run(**process)


@pytest.mark.parametrize("field", ["exe", "preload", "exe_writable_by"])
def test_an_origin_that_cannot_be_read_is_a_gap(field):
    """What the system does not tell of a holder is not taken for ordinary."""
    (gap,) = run(unknown=(field,))

    assert isinstance(gap, Gap)
    assert (Fact.PROCESSES, Reason.DENIED) == (gap.fact, gap.reason)


def test_what_does_not_matter_for_the_origin_is_no_gap():
    """The folder in which a program works says nothing about where it comes from."""
    assert [] == run(unknown=("cwd",))


def test_what_is_odd_is_told_beside_what_is_unknown():
    """A gap does not silence a finding."""
    gap, finding = run(unknown=("preload",), tracer_pid=9)

    assert isinstance(gap, Gap)
    assert isinstance(finding, Finding)


def test_a_process_that_has_ended_is_not_judged():
    """Nothing is known of it."""
    snapshot = a_snapshot(holders=[a_holder(pid=9)])

    assert [] == list(SuspiciousHolder().run(snapshot))


def test_the_launcher_of_a_program_without_a_file_is_named():
    """AppImageLauncher starts programs from memory; who it was is the first thing to know."""
    launcher = a_process(pid=1, exe="/usr/bin/AppImageLauncher", ppid=0)
    program = a_process(exe="/memfd:app", exe_state=ExeState.MEMORY)
    snapshot = a_snapshot(holders=[a_holder()], processes=[launcher, program])
    (finding,) = SuspiciousHolder().run(snapshot)

    assert any("started by /usr/bin/AppImageLauncher" in one.text for one in finding.evidence)


APPIMAGE = {"exe": "/tmp/.mount_Zoom/usr/bin/zoom", "application": "appimage:/home/erika/Zoom"}


def test_an_appimage_with_its_own_libraries_has_no_odd_origin():
    """Program and library lie in one image, whose file lies in a home."""
    assert [] == run(**APPIMAGE, preload=("/tmp/.mount_Zoom/usr/lib/gui.so",))


@pytest.mark.parametrize(
    "changes",
    [
        {"application": None},
        {"application": "flatpak:zoom"},
        {"application": "appimage:Zoom"},
        {"application": "appimage:/tmp/Zoom"},
        {"preload": ("/tmp/.mount_Zoom/../.mount_Other/spy.so",)},
        {"preload": ("/tmp/.mount_ZoomX/spy.so",)},
        {"preload": ("/dev/shm/spy.so",)},
    ],
)
def test_what_only_looks_like_an_appimage_has_one(changes):
    """A folder's name, an image that is in a shared folder or not found, a library beside it."""
    assert run(**{**APPIMAGE, **changes})
