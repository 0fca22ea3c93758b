"""Programs in one file (AppImage): a real mount of the kernel's, and folders that only look so."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from camcheck.collect.linux.processes.appimage import Mount, mount_of
from camcheck.findings import Severity
from camcheck.scan import judge
from tests.collect.linux.conftest import needs_root

MOUNTINFO = r"""22 1 8:1 / / rw - ext4 /dev/sda1 rw
90 22 0:55 / /tmp/.mount_Zoom\040X rw,nosuid,nodev - fuse.Zoom.AppImage Zoom.AppImage ro
91 22 0:56 / /tmp rw - tmpfs tmpfs rw
nonsense
"""


@pytest.mark.parametrize(
    ("path", "mount"),
    [
        ("/usr/bin/cheese", Mount("/", "ext4")),
        ("/tmp/.mount_Zoom X/usr/bin/zoom", Mount("/tmp/.mount_Zoom X", "fuse.Zoom.AppImage")),
        ("/tmp/.mount_Zoom Xy/usr/bin/zoom", Mount("/tmp", "tmpfs")),
    ],
)
def test_a_path_lies_on_the_longest_mount_that_holds_it(path, mount):
    """A name that merely begins alike is another folder."""
    assert mount == mount_of(MOUNTINFO, path)


@pytest.fixture
def folder(tmp_path):
    """A folder of temporary files, as the rules know them."""
    made = Path("/tmp/.mount_camcheckZoom")
    made.mkdir()
    yield made
    subprocess.run(["umount", "-l", made], check=False, stderr=subprocess.DEVNULL)
    shutil.rmtree(made)


def a_program(folder):
    """A program that keeps its standard input open, below a folder."""
    program = folder / "usr/bin/zoom"
    program.parent.mkdir(parents=True)
    shutil.copy("/usr/bin/tail", program)
    return program


class Image:
    """A file with a program in it, and the program that mounts it: both in one, as the runtime."""

    def __init__(self, home, place):
        program = a_program(home / "content")
        image = home / "content.sqfs"
        subprocess.run(
            ["mksquashfs", home / "content", image, "-quiet", "-no-progress"], check=True
        )
        self.file = place / "Zoom.AppImage"
        runtime = bytearray(Path(shutil.which("squashfuse")).read_bytes())
        runtime[8:11] = b"AI\x02"
        self.file.write_bytes(runtime)
        self.file.chmod(0o755)
        self.image, self.program = image, program.relative_to(home / "content")

    def mount(self, folder, subtype="Zoom.AppImage"):
        command = [self.file, "-f", "-o", f"subtype={subtype}", self.image, folder]
        self.runtime = subprocess.Popen(command)
        while not os.path.ismount(folder):
            if self.runtime.poll() is not None:
                pytest.skip("FUSE cannot be used here")
        return folder / self.program

    def end(self):
        self.runtime.terminate()
        self.runtime.wait(10)


@pytest.fixture
def packed(tmp_path):
    if not (shutil.which("squashfuse") and shutil.which("mksquashfs")):
        pytest.skip("squashfuse and squashfs-tools are not installed")
    made = []

    def make(place=None):
        home = Path("/var/lib/camcheck-test-home")
        home.mkdir(exist_ok=True)
        made.append(Image(tmp_path, place or home))
        return made[-1]

    yield make
    for image in made:
        image.end()
        image.file.unlink()
    shutil.rmtree("/var/lib/camcheck-test-home", ignore_errors=True)


def judged(stand_in, program, **environment):
    """What is said of a program that has the camera open: check and severity, except the plain."""
    with open(stand_in.node) as camera:
        command = [program, "-f", "/dev/null"]
        process = subprocess.Popen(command, stdin=camera, env=environment)
    stand_in.ordinary.append(process)
    report = judge(stand_in.scan())
    return {
        (found.check, found.severity)
        for found in report.findings
        if found.check != "camera-in-use" and str(program) in str(found.subject)
    }


@needs_root
def test_an_appimage_is_ordinary(stand_in, packed, folder):
    """It runs from a mount of its own and brings its own libraries."""
    image = packed()
    program = image.mount(folder)

    assert set() == judged(stand_in, program, LD_PRELOAD=f"{folder}/usr/lib/libgui.so")


@needs_root
def test_a_library_from_elsewhere_in_an_appimage_is_not(stand_in, packed, folder):
    """The evader: the mount is real, the library is not in it."""
    image = packed()
    program = image.mount(folder)
    found = judged(stand_in, program, LD_PRELOAD=f"{folder}/../.mount_other/libspy.so")

    assert {("suspicious-holder", Severity.HIGH), ("known-bad", Severity.HIGH)} == found


@needs_root
def test_an_appimage_that_lies_in_a_temporary_folder_is_told(stand_in, packed, folder):
    """What counts is where its file lies."""
    image = packed(Path("/tmp"))
    program = image.mount(folder)
    found = judged(stand_in, program)

    assert {("suspicious-holder", Severity.LOW), ("known-bad", Severity.HIGH)} == found


@needs_root
def test_a_mount_without_its_appimage_is_told_in_a_lower_tone(stand_in, packed, folder):
    """Whose file cannot be found may be anybody's."""
    image = packed()
    program = image.mount(folder, subtype="Other.AppImage")

    assert {("suspicious-holder", Severity.LOW)} == judged(stand_in, program)


@needs_root
def test_a_folder_that_is_only_called_so_is_no_appimage(stand_in, folder):
    """The evader's cheapest way: a folder of that name, without a mount."""
    found = judged(stand_in, a_program(folder), LD_PRELOAD=f"{folder}/libspy.so")

    assert {("suspicious-holder", Severity.HIGH), ("known-bad", Severity.HIGH)} == found


@needs_root
@pytest.mark.parametrize("started_by_appimage", [True, False])
def test_an_unpacked_appimage_is_known_by_what_unpacked_it(
    stand_in, packed, tmp_path, started_by_appimage
):
    """--appimage-extract-and-run keeps the AppImage as the parent; a mere folder has no such."""
    folder = Path(f"/tmp/appimage_extracted_{'0' * 32}")
    program = a_program(folder)
    runtime = Path("/var/lib/camcheck-test-runtime")
    shell = bytearray(Path("/bin/dash").read_bytes())
    shell[8:11] = b"AI\x02" if started_by_appimage else bytes(3)
    runtime.write_bytes(shell)
    runtime.chmod(0o755)
    try:
        script = f"{program} -f /dev/null 0<{stand_in.node} & echo READY; read line; kill $!"
        stand_in.start_command([str(runtime), "-c", script])
        report = judge(stand_in.scan())
        found = {(f.check, f.severity) for f in report.findings if str(program) in str(f.subject)}
    finally:
        shutil.rmtree(folder)
        runtime.unlink()

    expected = {("camera-in-use", Severity.INFO)}
    if not started_by_appimage:
        expected |= {("suspicious-holder", Severity.LOW), ("known-bad", Severity.HIGH)}
    assert expected == found
