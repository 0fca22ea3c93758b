"""Remembered cameras: kept on request, compared on request, nobody else's word believed."""

import json
import stat

import pytest

from camcheck.collect import camera_prints
from camcheck.errors import UnsupportedSystemError
from tests.cli.conftest import environment
from tests.lab.webcam.descriptors import Model, configuration, device

USB = "devices/pci0000:00/0000:00:14.0/usb1/1-1"


@pytest.fixture
def webcam(stand_in):
    """The webcam of the stand-in, with the descriptors of the lab's."""

    def is_model(model):
        data = device(model) + configuration(model)
        (stand_in.sys / USB / "descriptors").write_bytes(data)

    is_model(Model())
    return is_model


def findings(run):
    return [one["check"] for one in json.loads(run.stdout)["findings"]]


def test_a_camera_that_changed_is_told_and_one_that_did_not_is_not(camcheck, stand_in, webcam):
    """It has another control; then it is remembered anew."""

    def scan():
        return camcheck("scan", "--baseline", "--format", "json", machine=stand_in.root)

    said = camcheck("baseline", machine=stand_in.root)
    same = findings(scan())
    webcam(Model(extension="v3"))
    other = findings(scan())
    camcheck("baseline", machine=stand_in.root)

    assert (0, True) == (said.returncode, said.stdout.startswith("Remembered: Webcam"))
    assert "camera-changed" not in same
    assert "camera-changed" in other
    assert "camera-changed" not in findings(scan())


def test_root_keeps_what_it_remembers_to_itself(camcheck, stand_in, webcam, tmp_path):
    """Whoever called sudo, and whatever HOME says: another's file would hide a change."""
    environ = environment(SUDO_UID="65534", HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path))
    camcheck("baseline", machine=stand_in.root, env=environ)
    kept = stand_in.root / "var/baseline.json"

    assert (0, 0o600) == (kept.stat().st_uid, stat.S_IMODE(kept.stat().st_mode))
    assert 0o700 == stat.S_IMODE(kept.parent.stat().st_mode)
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [None, "", "[]", '{"version": 99}', '{"version": 1}'])
def test_nothing_remembered_or_nonsense_is_a_sentence(camcheck, stand_in, content):
    """Comparing with nothing would find nothing, so it is refused."""
    if content is not None:
        (stand_in.root / "var").mkdir()
        (stand_in.root / "var/baseline.json").write_text(content)
    run = camcheck("scan", "--baseline", machine=stand_in.root)

    assert (1, "") == (run.returncode, run.stdout)
    assert "camcheck baseline" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_system_where_cameras_tell_nothing_is_refused(monkeypatch):
    """Remembering nothing would be taken for remembering."""
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(UnsupportedSystemError, match="Linux only"):
        camera_prints(())
