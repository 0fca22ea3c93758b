"""Real mount namespaces, chroots and device files: what is told of whom, and how loudly.

Both sides of each: the honest machine, and who imitates it.
"""

import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from camcheck.findings import Severity
from camcheck.scan import judge
from tests.collect.linux import holding
from tests.collect.linux.conftest import needs_root

pytestmark = needs_root
HOLD = f"exec {sys.executable} -S {holding.__file__} is_open"


def apart(stand_in, script, *, engine="unshare"):
    """Starts a shell script in a mount namespace of its own; the engine stays its parent."""
    return stand_in.start_command([engine, "-m", "--fork", "--kill-child", "sh", "-ec", script])


def mknod(stand_in, path):
    major, minor = stand_in.number
    return f"mknod -m 666 {shlex.quote(str(path))} c {major} {minor}"


def told(stand_in, node=None):
    """The one holder with that node, its process, and the severity of each finding of a check."""
    report = judge(stand_in.scan())
    holders = [one for one in report.snapshot.holders if node in (None, one.node)]
    process = next(p for p in report.snapshot.processes if p.id == holders[0].process)
    severities = {}
    # Another run of these tests may hide a process of its own at this moment.
    for found in (one for one in report.findings if holders[0].camera in one.subject.cameras):
        severities.setdefault(found.check, set()).add(found.severity)
    return holders[0], process, severities


OWN_DEV = "mount -t tmpfs none /dev; {mknod}; {hold} /dev/video7"


def own_dev(stand_in):
    return OWN_DEV.format(mknod=mknod(stand_in, "/dev/video7"), hold=HOLD)


def test_a_dev_of_its_own_takes_an_engine_to_be_a_container(stand_in):
    """The engine's program is installed: root's file, and nobody else may change it."""
    engine = stand_in.root / "conmon"
    shutil.copy(shutil.which("unshare"), engine)
    engine.chmod(0o755)
    apart(stand_in, own_dev(stand_in), engine=str(engine))

    holder, process, severities = told(stand_in, "/dev/video7")

    assert (True, True, str(engine)) == (holder.foreign, process.own_dev, process.supervisor)
    assert "concealed-holder" not in severities


@pytest.mark.parametrize("change", ["owner", "mode", "name"])
def test_an_engine_that_anybody_could_have_made_vouches_for_nobody(stand_in, change):
    """The imitation stays above information."""
    engine = stand_in.root / ("conmon" if change != "name" else "conman")
    shutil.copy(shutil.which("unshare"), engine)
    engine.chmod(0o775 if change == "mode" else 0o755)
    os.chown(engine, 65534 if change == "owner" else 0, 0)
    apart(stand_in, own_dev(stand_in), engine=str(engine))

    _, process, severities = told(stand_in, "/dev/video7")

    assert None is process.supervisor
    assert {Severity.LOW} == severities["concealed-holder"]


CONTAINER = "{make}exec 3<>/dev/video7; echo READY; exec cat"  # ends with its input


def in_container(stand_in, *options, make=""):
    """A program in a container of systemd-nspawn, which has the machine's /usr and no more."""
    engine = shutil.which("systemd-nspawn")
    if engine is None:
        pytest.skip("systemd-nspawn is not installed (package systemd-container)")
    tree = stand_in.root / "container"
    for folder in ("usr", "etc"):
        (tree / folder).mkdir(parents=True)
    for link in ("bin", "sbin", "lib", "lib64"):
        (tree / link).symlink_to(f"usr/{link}")
    shutil.copy("/usr/lib/os-release", tree / "etc")
    plain = ["--quiet", "--register=no", "--keep-unit", "--console=pipe", "--bind-ro=/usr"]
    enter = [engine, *plain, "-D", str(tree), f"--machine=camcheck-{os.getpid()}", *options]
    stand_in.start_command([*enter, "/bin/sh", "-c", CONTAINER.format(make=make)])
    return engine


@pytest.mark.whole_run("a container engine")
def test_a_real_container_that_was_given_the_camera_hides_nothing(stand_in):
    """systemd-nspawn binds the camera's own device file into the container's /dev."""
    engine = in_container(stand_in, f"--bind={stand_in.node}:/dev/video7")

    holder, process, severities = told(stand_in)

    assert (False, True, engine) == (holder.foreign, process.own_dev, process.supervisor)
    assert {Severity.INFO} == severities["camera-in-use"]
    assert "concealed-holder" not in severities


@pytest.mark.whole_run("a container engine")
def test_a_real_container_that_made_its_own_device_file_hides_nothing(stand_in):
    """As docker does: another device file for the same camera, in the container's own /dev."""
    major, minor = stand_in.number
    make = f"mknod -m 666 /dev/video7 c {major} {minor}; "
    engine = in_container(stand_in, "--capability=CAP_MKNOD", make=make)

    holder, process, severities = told(stand_in, "/dev/video7")

    assert (True, True, engine) == (holder.foreign, process.own_dev, process.supervisor)
    assert "concealed-holder" not in severities


def test_a_chroot_with_the_machines_own_dev_hides_nothing(stand_in):
    """schroot and crouton bind /dev: the very file, under the name that the program knows."""
    jail = stand_in.root / "jail"
    jail.mkdir()
    enter = f"mount --rbind / {jail}; exec chroot {jail} sh -c '{HOLD} {stand_in.node}'"
    apart(stand_in, enter)

    holder, process, severities = told(stand_in)

    assert (stand_in.node, False) == (holder.node, holder.foreign)
    assert not process.own_dev
    assert "concealed-holder" not in severities


def test_a_chroot_with_device_files_of_its_own_is_told_in_a_lower_tone(stand_in):
    """The name is the one that the program knows, without the chroot's folder."""
    jail = stand_in.root / "jail"
    jail.mkdir()
    enter = (
        f"mount --rbind / {jail}; mount -t tmpfs none {jail}/dev; "
        f"{mknod(stand_in, jail / 'dev/video7')}; exec chroot {jail} sh -c '{HOLD} /dev/video7'"
    )
    apart(stand_in, enter)

    holder, process, severities = told(stand_in)

    assert ("/dev/video7", True) == (holder.node, holder.foreign)
    assert process.own_dev
    assert {Severity.LOW} == severities["concealed-holder"]


def test_a_namespace_without_a_dev_of_its_own_explains_no_other_node(stand_in):
    """Anybody can have a mount namespace: a device file made elsewhere stays what it is."""
    node = stand_in.root / "cam"
    apart(stand_in, f"{mknod(stand_in, node)}; {HOLD} {node}")

    _, process, severities = told(stand_in, str(node))

    assert not process.own_dev
    assert {Severity.HIGH} == severities["concealed-holder"]


def test_another_file_under_the_cameras_own_name_is_another_file(stand_in):
    """Who mounts over the folder and makes the node anew is seen by the file, not by its name."""
    folder = Path(stand_in.node).parent
    cover = f"mount -t tmpfs none {folder}; {mknod(stand_in, stand_in.node)}"
    apart(stand_in, f"{cover}; {HOLD} {stand_in.node}")

    holder, _, severities = told(stand_in)

    assert (stand_in.node, True) == (holder.node, holder.foreign)
    assert {Severity.HIGH} == severities["concealed-holder"]


# Both end with what they read, also when one of them is killed.
PANEL = "exec 3<>{node} 4<&0; cat <&4 >/dev/null & echo READY; read line; wait"


def test_children_that_inherit_an_open_camera_are_told_once(stand_in):
    """A panel and what it starts have one open file."""
    stand_in.start_command(["sh", "-c", PANEL.format(node=stand_in.node)])
    report = judge(stand_in.scan())
    (found,) = [one for one in report.findings if one.check == "camera-in-use"]

    assert {False, True} == {holder.inherited for holder in report.snapshot.holders}
    assert any("cat), which has the same open file" in one.text for one in found.evidence)


def test_a_child_that_opens_the_camera_itself_is_told_for_itself(stand_in):
    """The near miss: it was started by a holder, and has an opening of its own."""
    child = shlex.join([sys.executable, "-S", holding.__file__, "is_open", stand_in.node])
    stand_in.start_command(["sh", "-c", f"exec 3<>{stand_in.node}; {child} 3<&-; true"])
    report = judge(stand_in.scan())

    assert [False, False] == [holder.inherited for holder in report.snapshot.holders]
    assert 2 == len([one for one in report.findings if one.check == "camera-in-use"])
