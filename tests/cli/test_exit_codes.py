"""Each exit code is reached by a real run on a machine that deserves it."""

import contextlib
import errno
import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from camcheck.collect.linux.kernel.system import Roots, in_first_pid_namespace
from tests.cli.conftest import environment
from tests.collect.linux.covered import covered

POWER = "devices/pci0000:00/0000:00:14.0/usb1/1-1/power/runtime_status"
USB = "devices/pci0000:00/0000:00:14.0/usb1/1-1"


@pytest.fixture
def machine(stand_in):
    if not in_first_pid_namespace(Roots()):
        pytest.skip("inside a container processes outside are a gap, so no scan is complete")
    return stand_in


def nobody(machine):
    machine.write(POWER, "suspended")


def silent_driver(machine):
    (machine.sys / "module/uvcvideo/refcnt").unlink()


def plain_holder(machine):
    machine.driver_counts("uvcvideo", 1)
    machine.start_ordinary()


def raw_holder(machine):
    machine.write(f"{USB}/dev", machine.device)
    machine.write(f"{USB}/1-1:1.0/video4linux/{machine.name}/dev", "81:0")
    usb = machine.root / "dev/bus/usb/001/002"
    usb.parent.mkdir(parents=True)
    (machine.root / "dev" / machine.name).rename(usb)
    machine.start("is_open", str(usb))


def raw_taker(machine):
    raw_holder(machine)
    machine.interface(USB, 1, driver="usbfs")


def hidden_holder(machine):
    machine.driver_counts("uvcvideo", 1)


@pytest.mark.parametrize(
    ("prepare", "code", "words"),
    [
        (nobody, 0, "Nobody is using your camera now, and nothing suspicious was found."),
        (
            silent_driver,
            3,
            "Nobody was seen using your camera now, but not everything could be looked",
        ),
        (plain_holder, 10, "tail has Webcam open, as administrator of this computer."),
        (raw_holder, 11, "[LOW]"),
        (raw_taker, 12, "[MEDIUM]"),
        (hidden_holder, 13, "ALARM: somebody who hides has Webcam open."),
    ],
)
def test_a_scan_says_by_its_code_what_it_says_in_words(camcheck, machine, prepare, code, words):
    """Found, incomplete and clear have codes of their own, and so has each severity."""
    prepare(machine)
    run = camcheck("scan", machine=machine.root)

    assert (code, "") == (run.returncode, run.stderr)
    assert words in " ".join(run.stdout.split())


def test_a_process_that_is_hidden_is_critical(camcheck, machine, tmp_path):
    """A mount over the holder's folder in /proc."""
    machine.driver_counts("uvcvideo", 1)
    pid = machine.start("is_open")
    scan = partial(camcheck, "scan", "--format", "json", machine=machine.root)
    run = covered(f"/proc/{pid}", tmp_path, scan)

    assert (14, "") == (run.returncode, run.stderr)
    assert '"covered by something mounted over' in run.stdout


def test_what_camcheck_cannot_do_is_one(camcheck, machine):
    """Failing is told apart from finding: a sentence, no traceback, no output."""
    run = camcheck("scan", "-o", "/nowhere/report.txt", machine=machine.root)

    assert (1, "") == (run.returncode, run.stdout)
    assert "camcheck: /nowhere/report.txt could not be written: No such file" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["scan", "--format", "xml"], ["explain", "nonsense"], ["scan", "--what"]],
)
def test_wrong_usage_is_two(camcheck, arguments):
    """With a hint how to use it."""
    run = camcheck(*arguments)

    assert 2 == run.returncode
    assert "Usage: camcheck" in run.stderr
    assert "Traceback" not in run.stderr


def opened_when_read(pipe, process):
    """The pipe, opened for writing as soon as the process has come to read it."""
    while True:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"it ended before: {process.wait(timeout=0.01)}")


@pytest.mark.parametrize("arguments", [["scan"], ["scan", "-o", "report.txt"]])
def test_an_interrupted_scan_is_130_and_leaves_nothing(stand_in, tmp_path, arguments):
    """Ctrl-C in the middle of a read: a sentence, and no part of a file."""
    product = stand_in.sys / USB / "product"
    product.unlink()
    os.mkfifo(product)
    command = [sys.executable, "-m", "tests.cli.stand_in", str(stand_in.root), *arguments]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as scan:
        reader = opened_when_read(product, scan)
        scan.send_signal(signal.SIGINT)
        out, said = scan.communicate(timeout=60)
        os.close(reader)

    assert (130, "") == (scan.returncode, out)
    assert "camcheck: stopped before the end; nothing was written." == said.strip()
    assert [] == list(tmp_path.iterdir())
