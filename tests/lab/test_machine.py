"""The lab itself: scripts/lab, its exit status, its guest."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from . import conftest, machine, measured, packages
from .cache import REPOSITORY, LabError, cache_folder
from .initrd import archive, load_order

LAB = str(REPOSITORY / "scripts/lab")


def scripts_lab(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Calls scripts/lab as a user does."""
    return subprocess.run([LAB, *arguments], capture_output=True, text=True, check=False, cwd=cwd)


SCRIPT = """\
id -u alice; groups alice; echo oops >&2
cat /run/lab/LAB0001.state >$OUT/truth
pwd >$OUT/here; cat note >>$OUT/here
exit 7
"""


@pytest.fixture(scope="module")
def called(
    lab: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One call of scripts/lab, in a folder below /tmp, which the guest has of its own."""
    folder = tmp_path_factory.mktemp("called")
    (folder / "note").write_text("seen\n")
    out = str(folder / "out")
    done = scripts_lab("--out", out, "--webcam", "bulk", "sh", "-c", SCRIPT, cwd=folder)
    return done, folder


def test_exit_status_and_output_are_those_of_the_command(
    called: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    """A command's status, its two outputs and its files come back from the guest apart."""
    done, folder = called

    assert 7 == done.returncode
    assert "1000\nalice : alice video\n" == done.stdout
    assert "oops\n" == done.stderr
    assert "bulk" == json.loads((folder / "out/truth").read_text(encoding="utf-8"))["mode"]


def test_the_guest_sees_a_folder_that_its_own_tmp_would_hide(
    called: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    """The command runs where it was called from; so does a clone below /tmp, and its Python."""
    _, folder = called

    assert f"{folder}\nseen\n" == (folder / "out/here").read_text(encoding="utf-8")


def test_a_command_that_takes_too_long_is_ended(lab: Callable[..., Any], tmp_path: Path) -> None:
    """After --timeout seconds the machine is switched off and the status is 124."""
    done = scripts_lab("--out", str(tmp_path), "--timeout", "3", "sleep", "1000")

    assert 124 == done.returncode


def test_help_tells_where_the_cache_is() -> None:
    """--help says what the guest has, and names the cache folder."""
    done = scripts_lab("--help")

    assert 0 == done.returncode
    assert str(cache_folder()) in done.stdout


def test_the_cache_can_be_put_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """CAMCHECK_LAB_CACHE names the cache; else it is in the user's cache folder."""
    monkeypatch.setenv("CAMCHECK_LAB_CACHE", str(tmp_path))
    named = cache_folder()
    monkeypatch.delenv("CAMCHECK_LAB_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert tmp_path == named
    assert tmp_path / "camcheck-lab" == cache_folder()


def test_a_machine_that_dies_is_started_once_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A panic at boot costs one more start, and only one."""
    boots = []

    def dies(*arguments: Any, **options: Any) -> machine.Result:
        boots.append(arguments)
        return machine.Result(machine.FAILED, "", "", tmp_path, "6.1", None)

    prepared = machine.Prepared(*[Path("/")] * 5)  # type: ignore[arg-type]
    monkeypatch.setattr(machine, "prepare", lambda suite: prepared)
    monkeypatch.setattr(machine, "_boot", dies)

    assert machine.FAILED == machine.run(["true"], out=tmp_path).status
    assert 2 == len(boots)


@pytest.mark.parametrize(
    ("does", "still", "expected"),
    [("sleep 600", 1.0, True), ("while :; do :; done", 1.0, False), ("sleep 600", None, False)],
    ids=["stands still", "works", "may stand still"],
)
def test_a_machine_that_stands_still_is_dead(
    does: str, still: float | None, expected: bool
) -> None:
    """Whose kernel waits for itself does not end by itself; who works or may rest has the time."""
    with subprocess.Popen(
        ["/bin/sh", "-c", f"exec {does}" if "sleep" in does else does]
    ) as process:
        try:
            assert expected is machine._ended(process, 20.0 if expected else 2.0, still)
        finally:
            process.kill()


def test_a_failure_is_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A script that fails is not played again, and every caller gets its complaint."""
    runs = []

    def fails(command: list[str], **options: Any) -> machine.Result:
        runs.append(command)
        return machine.Result(1, "", "no such camera", tmp_path, "6.1", 10.0)

    monkeypatch.setattr(machine, "run", fails)
    for _ in range(2):
        with pytest.raises(LabError, match="no such camera"):
            machine.play("a script that is not there")

    assert 1 == len(runs)


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_without_qemu_the_lab_is_skipped_but_not_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    """The reason is in the summary of the skipped tests; in CI it is a failure."""
    monkeypatch.setenv("CI", ci)
    monkeypatch.setitem(packages.NEEDED, "qemu-system-x86", "/nowhere/qemu")

    with pytest.raises(outcome, match="qemu-system-x86"):
        conftest.usable()


@pytest.mark.parametrize(
    ("ci", "release", "outcome"),
    [
        ("", "sid", pytest.skip.Exception),
        ("true", "sid", pytest.fail.Exception),
        ("true", measured.GIVEN_UP, pytest.skip.Exception),
    ],
)
def test_a_kernel_that_is_missing_fails_in_ci_unless_that_was_allowed(
    monkeypatch: pytest.MonkeyPatch, ci: str, release: str, outcome: type[BaseException]
) -> None:
    """Elsewhere its tests are skipped, and the summary says why."""

    def cannot(suite: str | None) -> machine.Prepared:
        raise LabError("no such package")

    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(measured, "prepare", cannot)
    monkeypatch.setitem(measured.KERNELS, "newer", release)
    measured.why_not.cache_clear()
    try:
        with pytest.raises(outcome, match=r"no kernel of sid|to do without"):
            conftest.needed("newer")
    finally:
        measured.why_not.cache_clear()


def test_the_own_kernel_is_always_needed() -> None:
    """Nothing is said against it here; that it cannot be had shows when it is played."""
    conftest.needed("stable")


def test_needed_packages_are_those_that_get_installed() -> None:
    """What the lab looks for is what scripts/packages installs."""
    lines = (REPOSITORY / "tests/packages-lab.txt").read_text(encoding="utf-8").splitlines()

    assert set(packages.NEEDED) == {line for line in lines if line and not line.startswith("#")}


def test_modules_are_loaded_after_those_they_need() -> None:
    """modules.dep lists needed modules last first; a module built into the kernel is left out."""
    table = "a/top.ko.xz: a/middle.ko.xz a/bottom.ko.xz\na/middle.ko.xz: a/bottom.ko.xz\n"
    table += "a/bottom.ko.xz:\n"

    assert ["a/bottom.ko.xz", "a/middle.ko.xz", "a/top.ko.xz"] == load_order(
        table, names=("builtin", "middle", "top")
    )


def test_the_archive_is_one_that_cpio_reads(tmp_path: Path) -> None:
    """A folder and a file of odd length come out as they went in."""
    if not Path("/usr/bin/busybox").exists():
        pytest.skip("busybox-static is not installed")
    packed = archive([("d", 0o040755, b""), ("d/file", 0o100644, b"seven b")])
    subprocess.run(
        ["/usr/bin/busybox", "cpio", "-i"],
        input=packed,
        cwd=tmp_path,
        check=True,
        stderr=subprocess.DEVNULL,
    )

    assert b"seven b" == (tmp_path / "d/file").read_bytes()
    assert 0o644 == os.stat(tmp_path / "d/file").st_mode & 0o777
