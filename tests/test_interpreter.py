"""Whose code runs in camcheck, however it is started: never what lies about by chance."""

import json
import os
import plistlib
import shlex
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path
from xml.etree import ElementTree

import pytest

from camcheck.interpreter import changeable_by, foreign_part, own_module
from camcheck.monitor.service import plan
from camcheck.monitor.tell.desktop import Recipient, _job
from camcheck.monitor.tell.worth import Message
from camcheck.selftest.filming import Filming
from camcheck.signatures.yara import yara_artifacts
from tests.systems import of_unix

ROOT = Path(__file__).parents[1]
NAMES = ("ctypes", "sitecustomize", "usercustomize", "click", "select", "signal", "json",
         "yara_x", "camcheck", "pkgutil", "platformdirs", "cv2", "desktop_notifier")  # fmt: skip
VARIABLES = ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONPYCACHEPREFIX")
CODE = "import posix\nfd = posix.open({!r}, posix.O_CREAT | posix.O_WRONLY)\nposix.close(fd)\n"


class Trap:
    """A folder full of modules that leave a mark when they run, and variables that lead there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark = folder / "it-ran"
        self.lines = CODE.format(str(self.mark))
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        for place in (folder, folder / f"lib/{version}/site-packages", folder / f"lib/{version}"):
            place.mkdir(parents=True, exist_ok=True)
            for name in NAMES:
                (place / f"{name}.py").write_text(self.lines)
            (place / "trap.pth").write_text(f"import posix; exec({self.lines!r})\n")
        folder.chmod(0o777)

    def variables(self, *left_out: str) -> dict[str, str]:
        set_here = {**dict.fromkeys(VARIABLES, str(self.folder)), "PYTHONHOME": str(self.folder)}
        set_here["PYTHONSTARTUP"] = str(self.folder / "ctypes.py")
        kept = {name: value for name, value in os.environ.items() if name[:6] != "PYTHON"}
        return {**kept, **{k: v for k, v in set_here.items() if k not in left_out}}

    def run(self, command: list[str] | tuple[str, ...], *left_out: str, given: str = "", **options):
        environment = self.variables(*left_out)
        for name in [one for one in environment if one.startswith("COVERAGE_")]:
            del environment[name]  # it would load modules before camcheck can say how
        return subprocess.run(
            command, cwd=self.folder, env=environment, input=given, capture_output=True, text=True,
            timeout=300, check=False, **options,
        )  # fmt: skip


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return Trap(tmp_path / "trap")


def clean(trap: Trap, done: subprocess.CompletedProcess[str], *, says: str = "") -> None:
    assert not trap.mark.exists(), "code that lay about has run"
    assert says in done.stdout + done.stderr


def test_the_trap_works(trap: Trap):
    """What the other tests are about: a Python that is not isolated runs what lies about."""
    trap.run([sys.executable, "-c", "import click"], "PYTHONHOME")

    assert trap.mark.exists()


def test_an_isolated_python_runs_nothing_of_it(trap: Trap):
    """The way that the documents name."""
    clean(trap, trap.run([sys.executable, "-I", "-m", "camcheck", "--help"]), says="Who has the")


@of_unix("a shell script")
def test_the_script_of_a_clone_runs_nothing_of_it(trap: Trap):
    """`cd FOLDER && sudo CLONE/scripts/camcheck scan`, with every variable set as well."""
    done = trap.run([str(ROOT / "scripts/camcheck"), "scan"])
    clean(trap, done, says="camera")
    assert "Traceback" not in done.stderr


@of_unix("root")
def test_the_installed_command_runs_nothing_of_the_folder(trap: Trap):
    """Its folder is the script's own; the variables are sudo's to clear (sudoers(5), env_reset)."""
    command = [str(Path(sysconfig.get_path("scripts")) / "camcheck"), "--version"]
    clean(trap, trap.run(command, "PYTHONHOME", *VARIABLES), says="camcheck")


@of_unix("root")
@pytest.mark.parametrize("how", ["-m camcheck", "the installed command"])
def test_as_root_what_looks_is_isolated_however_it_was_started(trap: Trap, how: str):
    """What Python itself took has run; what looks is another process, which took nothing."""
    if os.geteuid() != 0:
        pytest.skip("only root has others to fear")
    for name in NAMES:
        if name not in ("ctypes", "click", "select"):  # those come after camcheck has begun
            (trap.folder / f"{name}.py").unlink()
    (trap.folder / "trap.pth").unlink()
    command = [sys.executable, "-m", "camcheck"]
    if how != "-m camcheck":
        command = [str(Path(sysconfig.get_path("scripts")) / "camcheck")]
    done = trap.run([*command, "cameras"], "PYTHONHOME", "PYTHONUSERBASE", "PYTHONPYCACHEPREFIX")

    clean(trap, done)
    assert "Traceback" not in done.stderr


@of_unix("root")
def test_as_root_a_folder_of_its_own_needs_no_other_start(tmp_path: Path):
    """Near miss: nobody else may write there, so nothing is begun anew."""
    code = "import os, sys; os.execve = None; sys.argv = ['', '--version']\n"
    code += "from camcheck.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd="/", capture_output=True, text=True, check=False
    )

    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("camcheck ")


@pytest.mark.parametrize("for_all", [True, False])
@pytest.mark.parametrize("kind", ["linux", "darwin", "win32"])
def test_the_services_run_nothing_of_it(trap: Trap, kind: str, for_all: bool):
    """The command line that each service really holds, started where the trap is."""
    ((_, text),) = plan(for_all=for_all, kind=kind).files
    match kind:
        case "linux":
            (line,) = [line for line in text.splitlines() if line.startswith("ExecStart=")]
            command = shlex.split(line.partition("=")[2])
        case "darwin":
            command = plistlib.loads(text.encode())["ProgramArguments"]
        case _:
            command = _of_task(ElementTree.fromstring(text.partition("?>")[2]))
    clean(trap, trap.run([*command, "--help"]), says="Watch the cameras")


def _of_task(tree: ElementTree.Element) -> list[str]:
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    words = tree.findtext(f".//{space}Arguments") or ""
    return [tree.findtext(f".//{space}Command") or "", *words.split()]


def test_the_messenger_runs_nothing_of_it(trap: Trap):
    """The child that speaks to a desktop, for its own user and for another one."""
    for recipient in (Recipient(), Recipient(65534, 65534, {})):
        job = _job(Message("a", "b"), recipient, lambda status: None)
        done = trap.run(job.arguments, given=job.standard_input)
        clean(trap, done)
        assert done.returncode in (0, 1, 3), done.stderr


def test_the_filming_child_runs_nothing_of_it(trap: Trap):
    """A camera that is not there: it says so, and runs as far as that."""
    pytest.importorskip("cv2")
    done = trap.run(Filming("/nowhere")._command)
    clean(trap, done)

    assert "failed" == json.loads(done.stdout.splitlines()[-1])["event"]


def test_the_yara_child_runs_nothing_of_it(trap: Trap, monkeypatch: pytest.MonkeyPatch):
    """It is started by camcheck itself, in this folder and with these variables."""
    pytest.importorskip("yara_x")
    monkeypatch.chdir(trap.folder)
    for name, value in trap.variables().items():
        monkeypatch.setenv(name, value)
    rule = 'rule found { strings: $a = "import" condition: $a }'
    found, gaps = yara_artifacts(
        [("r.yar", rule)], [str(trap.folder / "ctypes.py")], progress=lambda done, of: None
    )

    assert not trap.mark.exists()
    assert ("found", ()) == (found[0].value if found else None, gaps)


def test_a_module_of_an_uninstalled_camcheck_is_found_by_its_children(tmp_path: Path, trap: Trap):
    """A clone that nothing was installed from: the same files run in parent and child."""
    code = "import sys; sys.path.insert(0, sys.argv[1])\n"
    code += "from camcheck.interpreter import own_module; print(*own_module('this'), sep='\\n')"
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone/camcheck").symlink_to(ROOT / "camcheck")
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path / "clone")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert str(tmp_path / "clone") in done.stdout.splitlines()
    clean(trap, trap.run(own_module("camcheck", "--version")), says="camcheck")


@of_unix("root, and another user")
def test_files_that_another_user_may_change_are_told_before_it_looks(tmp_path: Path):
    """A clone of erika's, run by root: the first line on standard error names it and her."""
    if os.geteuid() != 0:
        pytest.skip("only root has others to fear")
    clone = tmp_path / "clone"
    clone.mkdir()
    os.chown(clone, 65534, 65534)
    code = "import sys; sys.path.insert(0, sys.argv.pop(1))\nfrom camcheck.cli import main; main()"

    def run() -> str:
        return subprocess.run(
            [sys.executable, "-I", "-c", code, str(clone), "--version"],
            capture_output=True, text=True, check=True,
        ).stderr  # fmt: skip

    assert f"it runs as root from {clone}, which nobody can change" in run()
    os.chown(clone, 0, 0)
    assert "" == run()
    clone.chmod(0o775)
    assert "which the group root can change" in run()


@of_unix("owners of files")
def test_who_may_change_a_path_is_judged_by_all_of_its_parts(tmp_path: Path):
    """The folder above, a link's target, a name that is not there yet; /tmp protects its owners."""
    if os.geteuid() != 0:
        pytest.skip("only root makes files of root")
    place = tmp_path / "a/b"
    place.mkdir(parents=True)
    (place / "file").touch()
    assert changeable_by(str(place / "file")) is None
    assert changeable_by(str(place / "not-there")) is None
    (tmp_path / "a").chmod(0o1777)

    assert changeable_by(str(place / "file")) is None, "a sticky folder keeps what is root's"
    assert (str(tmp_path / "a"), "everybody") == changeable_by(str(tmp_path / "a/new"))
    (tmp_path / "a").chmod(0o777)
    assert (str(tmp_path / "a"), "everybody") == changeable_by(str(place / "file"))
    (tmp_path / "link").symlink_to(place / "file")
    assert (str(tmp_path / "a"), "everybody") == changeable_by(str(tmp_path / "link"))


@of_unix("owners of files")
def test_the_tests_own_python_is_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A module that was loaded from elsewhere counts as much as the search path."""
    if os.geteuid() != 0:
        pytest.skip("only root makes files of root")
    monkeypatch.setattr(sys, "path", [path for path in sys.path if os.path.isabs(path)])
    before = foreign_part()
    module = tmp_path / "odd.py"
    module.touch()
    os.chown(module, 65534, 65534)
    assert stat.S_ISREG(module.stat().st_mode)
    odd = type(sys)("odd")
    odd.__file__ = str(module)
    monkeypatch.setitem(sys.modules, "odd", odd)

    assert before is None or before[0] != str(module)
    assert before or (str(module), "nobody") == foreign_part()


def test_who_runs_in_isolation_starts_others_so():
    """An ordinary user's camcheck of a package: its service and its children are isolated, too."""
    code = "from camcheck.interpreter import isolation; print(*isolation(as_root=False))"
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"
    told = [
        subprocess.run(
            [sys.executable, *options, "-c", start], capture_output=True, text=True, check=True
        ).stdout.split()
        for options in (["-I"], ["-E", "-P"])
    ]

    assert [["-I"], ["-E", "-P"]] == told
