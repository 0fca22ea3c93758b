"""Whether anybody is at the machine, and what follows from it."""

from pathlib import Path

from camcheck.checks.use_while_away import UseWhileAway
from camcheck.collect.linux import Roots
from camcheck.collect.linux.desktop.presence import collect_presence, parse_sessions
from camcheck.findings import Severity
from camcheck.model import CameraKind, Presence
from tests.systems import of_unix

from .build import a_camera, a_process, a_snapshot

HERE = Presence("erika", locked=False, idle=False, lid_closed=None, source="logind")
LOCKED = HERE._replace(locked=True)
IDLE = HERE._replace(idle=True)
CLOSED = Presence(None, None, None, lid_closed=True, source="/proc/acpi/button/lid/LID/state")


def findings(*presence: Presence, **changes) -> list:
    snapshot = a_snapshot(a_process(), presence=presence)._replace(**changes)
    return list(UseWhileAway().run(snapshot))


def test_use_behind_a_locked_screen_or_a_closed_lid_is_a_finding():
    """Medium: a call that went on is an ordinary cause."""
    for sign in (LOCKED, CLOSED):
        (finding,) = findings(sign)
        assert Severity.MEDIUM is finding.severity


def test_use_while_idle_is_a_light_finding():
    """Who only listens to a call touches nothing either."""
    (finding,) = findings(IDLE)

    assert Severity.LOW is finding.severity


def test_use_while_somebody_is_there_is_none():
    """Another session may be locked meanwhile; not knowing is no sign of absence."""
    unknown = Presence("erika", None, None, None, "logind")

    assert [] == findings(HERE)
    assert [] == findings(HERE, LOCKED._replace(user="max"))
    assert [] == findings(unknown)
    assert [] == findings()


def test_brokers_and_virtual_cameras_are_none():
    """Near misses: WirePlumber holds cameras idle; a virtual camera films nobody."""
    broker = a_snapshot(a_process(exe="/usr/bin/wireplumber"), presence=(LOCKED,))
    virtual = a_camera(kind=CameraKind.VIRTUAL)

    assert [] == list(UseWhileAway().run(broker))
    assert [] == findings(LOCKED, cameras=(virtual,))


def test_what_logind_says_is_understood():
    """Active graphical sessions only; what is not said is not known."""
    text = (
        "Name=erika\nType=wayland\nActive=yes\nLockedHint=yes\nIdleHint=no\n\n"
        "Name=root\nType=tty\nActive=yes\nLockedHint=no\nIdleHint=no\n\n"
        "Name=max\nType=x11\nActive=no\nLockedHint=no\nIdleHint=no\n\n"
        "Name=eva\nType=x11\nActive=yes\n"
    )

    assert [
        Presence("erika", True, False, None, "logind"),
        Presence("eva", None, None, None, "logind"),
    ] == parse_sessions(text)


@of_unix("Linux' ACPI")
def test_the_lid_is_read_from_acpi(tmp_path: Path):
    """Open, closed, and a word that is not known."""
    for name, state in (("LID0", "open"), ("LID1", "closed"), ("LID2", "strange")):
        folder = tmp_path / "acpi/button/lid" / name
        folder.mkdir(parents=True)
        (folder / "state").write_text(f"state:      {state}\n")
    found = collect_presence(Roots(proc=str(tmp_path), run=str(tmp_path)))

    assert [False, True, None] == [one.lid_closed for one in found]
