"""CoreMediaIO's calling convention, driven through a native library that checks it."""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from camcheck.collect.macos.cameras import CoreMedia, CoreMediaError, Device


@pytest.fixture(scope="session")
def frameworks(tmp_path_factory):
    """The stand-in for both frameworks."""
    compiler = shutil.which("cc")
    if compiler is None:
        if os.environ.get("CI"):
            pytest.fail("needed in CI: a C compiler")
        pytest.skip("no C compiler here")
    library = tmp_path_factory.mktemp("frameworks") / "coremedia.so"
    source = Path(__file__).with_name("coremedia.c")
    options = ["-shared", "-fPIC", "-Wno-multichar", "-o", str(library), str(source)]
    subprocess.run([compiler, *options], check=True)
    return str(library)


def test_cameras_are_listed_with_their_state(frameworks):
    """Names, ids and whether each runs arrive; a property that one lacks is left out."""
    found = CoreMedia(coremediaio=frameworks, corefoundation=frameworks).devices()

    assert (
        Device("UID-40", "Caméra FaceTime ✓", running=True, transport="usb ", model=_MODEL),
        Device("UID-41", "Desk View", running=False, transport=None, model="x"),
    ) == found
    assert 0 == ctypes.CDLL(frameworks).Outstanding()


_MODEL = "UVC Camera VendorID_1133 ProductID_2085"


def test_missing_framework_is_an_error(tmp_path):
    """Where there is no CoreMediaIO the collector says so."""
    with pytest.raises(CoreMediaError, match="cannot be used"):
        CoreMedia(coremediaio=str(tmp_path / "none"), corefoundation=str(tmp_path / "none"))


def test_refusal_is_an_error(frameworks, monkeypatch):
    """An error of the listing itself is not a Mac without cameras."""
    media = CoreMedia(coremediaio=frameworks, corefoundation=frameworks)
    monkeypatch.setattr("camcheck.collect.macos.cameras._SYSTEM", 99)

    with pytest.raises(CoreMediaError, match="dev# with error"):
        media.devices()
