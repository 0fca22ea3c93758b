"""The virtual machine: boots a kernel, runs one command in it, brings back what it said."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from .built import get_environment, get_holders
from .cache import REPOSITORY, LabError, cache_folder, locked
from .kernels import Kernel, get_extra_root, get_kernel
from .kmods import get_kernel_modules
from .packages import own_suite, why_unusable

TIMED_OUT = 124
FAILED = 125
STILL = 180.0  # seconds in which a guest that plays one of our scripts does something
SHARE = 0.03  # of a processor, on the average of that time

START = """\
import sys
sys.path.insert(0, {python!r})
from tests.lab.guest.init import main
main()
"""


class Cameras(NamedTuple):
    """The cameras of the guest: an emulated webcam (iso, bulk or none) and vivid's."""

    webcam: str = "iso"
    led: str = "honest"
    vivid: int = 1
    options: tuple[str, ...] = ()


USUAL = Cameras()


class Result(NamedTuple):
    """What a command in the guest left behind.

    ``status`` is its own exit status, 124 when the time was up, 125 when the machine failed.
    ``folder`` has what it wrote to $OUT, the kernel's console and the webcam's log.
    ``until_command`` is the seconds from start to command, None when it was never reached.
    """

    status: int
    stdout: str
    stderr: str
    folder: Path
    kernel: str
    until_command: float | None


class Prepared(NamedTuple):
    """What a boot needs, all of it in the cache."""

    kernel: Kernel
    extra_root: Path
    environment: Path
    holders: Path
    modules: Path | None


def prepare(suite: str | None = None) -> Prepared:
    """Everything that the machine needs, from the cache or made now."""
    if reason := why_unusable():
        raise LabError(reason)
    with locked(cache_folder()):
        kernel = get_kernel(suite or own_suite())
        extra = get_extra_root()
        return Prepared(kernel, extra, get_environment(), get_holders(), get_kernel_modules(kernel))


def run(
    command: list[str],
    *,
    kernel: str | None = None,
    cameras: Cameras = USUAL,
    processors: int = 1,
    timeout: float = 300,
    still: float | None = None,
    out: Path | None = None,
    echo: bool = False,
    environment: dict[str, str] | None = None,
) -> Result:
    """Runs a command as root in a fresh guest. ``echo`` passes its output on as it comes.

    A machine that dies is started once more, and one that did next to nothing for the time
    ``still``: the newest kernels sometimes come to that when the processor is emulated. Two
    emulated ``processors`` cost half as much again as one where one thing follows another.
    """
    prepared = prepare(kernel)
    folder = out or _new_folder()
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    config: dict[str, object] = {
        "command": command,
        "cwd": str(Path.cwd()),
        "repository": str(REPOSITORY),
        # The guest's own /tmp and /run would hide these, if they lie there.
        "shown": [str(REPOSITORY), sys.prefix, sys.base_prefix, str(Path.cwd())],
        "environment": str(prepared.environment),
        "holders": str(prepared.holders),
        "modules": str(prepared.modules) if prepared.modules else None,
        "cameras": cameras._asdict(),
        "variables": environment or {},
    }

    def boot() -> Result:
        return _boot(
            prepared,
            config,
            folder=folder,
            processors=processors,
            timeout=timeout,
            still=still,
            echo=echo,
        )

    result = boot()
    return boot() if result.status == FAILED else result


def play(
    script: str,
    *arguments: str,
    kernel: str | None = None,
    cameras: Cameras = USUAL,
    timeout: float = 1200,
) -> Any:
    """The JSON that a script of tests/lab/guest prints; the same call is played only once.

    Raises LabError, with what the script complained about, when it does not succeed; that too
    is remembered, so that a hundred tests do not boot a hundred machines to fail. The
    time is meant for what hangs: a busy machine takes five times as long as a quiet one.
    """
    answer = _played(script, arguments, kernel, cameras, timeout)
    if isinstance(answer, LabError):
        raise answer
    return answer


@cache
def _played(
    script: str,
    arguments: tuple[str, ...],
    kernel: str | None,
    cameras: Cameras,
    timeout: float,
) -> Any:
    command = ["/lab/environment/bin/python", "-m", f"tests.lab.guest.{script}", *arguments]
    processors = 1 if kernel is None else 2  # both are played: the host's own kernel has one
    try:
        result = run(
            command,
            kernel=kernel,
            cameras=cameras,
            processors=processors,
            timeout=timeout,
            still=STILL,
        )
    except LabError as error:
        return error
    if result.status:
        tail = result.stderr[-3000:] or "it said nothing"
        return LabError(f"{script} ended with {result.status} in {result.folder}: {tail}")
    return json.loads(result.stdout)


def _new_folder() -> Path:
    runs = cache_folder() / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=time.strftime("%Y%m%d-%H%M%S-"), dir=runs))


def _boot(
    prepared: Prepared,
    config: dict[str, object],
    *,
    folder: Path,
    processors: int,
    timeout: float,
    still: float | None,
    echo: bool,
) -> Result:
    for name in ("status", "started"):
        (folder / name).unlink(missing_ok=True)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "start.py").write_text(START.format(python=f"/host{REPOSITORY}"), encoding="utf-8")
    channels = [
        _Channel(sys.stdout.buffer if echo else None),
        _Channel(sys.stderr.buffer if echo else None),
    ]
    ends = [channel.write_end for channel in channels]
    command = _qemu(prepared, folder=folder, processors=processors, ends=ends)
    began = time.time()
    with (folder / "qemu.log").open("wb") as complaints:
        machine = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            pass_fds=ends,
        )
    try:
        in_time = _ended(machine, timeout, still)
    finally:
        machine.kill()
        machine.wait()
        said = [channel.finish() for channel in channels]
    for name, text in zip(("stdout", "stderr"), said, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    started = folder / "started"
    until = started.stat().st_mtime - began if started.exists() else None
    status = FAILED if in_time else TIMED_OUT
    if (folder / "status").exists():
        status = int((folder / "status").read_text(encoding="ascii"))
    return Result(status, said[0], said[1], folder, prepared.kernel.version, until)


def _ended(machine: subprocess.Popen[bytes], timeout: float, still: float | None) -> bool:
    """Whether it ended, or stands still, before the time was up.

    A guest that works, or waits as the scripts do, uses a share of every few minutes, however busy
    the host is; one whose kernel waits for itself uses next to nothing.
    """
    limit = time.monotonic() + timeout
    while (left := limit - time.monotonic()) > 0:
        before, turn = _processor_time(machine.pid), min(still or left, left)
        try:
            machine.wait(turn)
        except subprocess.TimeoutExpired:
            if turn == still and _processor_time(machine.pid) - before < SHARE * still:
                return True
        else:
            return True
    return False


def _processor_time(pid: int) -> float:
    """Seconds that a process has worked (proc_pid_stat(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class _Channel:
    """A pipe out of the guest: kept, and passed on at once if there is somewhere to."""

    def __init__(self, target: BinaryIO | None) -> None:
        self._read_end, self.write_end = os.pipe()
        self._target, self._kept = target, bytearray()
        self._thread = threading.Thread(target=self._pump)
        self._thread.start()

    def _pump(self) -> None:
        while part := os.read(self._read_end, 65536):
            self._kept += part
            if self._target:
                self._target.write(part)
                self._target.flush()

    def finish(self) -> str:
        """Everything that came, once nobody can write any more."""
        os.close(self.write_end)
        self._thread.join()
        os.close(self._read_end)
        return self._kept.decode(errors="replace")


def _qemu(prepared: Prepared, *, folder: Path, processors: int, ends: list[int]) -> list[str]:
    kernel = prepared.kernel
    command = [
        "qemu-system-x86_64", "-M", "q35", "-cpu", "max", "-smp", str(processors), "-m", "2048",
        "-accel", os.environ.get("CAMCHECK_LAB_ACCEL", "tcg,thread=multi"),
        "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-net", "none",
        "-kernel", str(kernel.image), "-initrd", str(kernel.initrd),
        "-append", "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off nokaslr "
        "random.trust_cpu=on audit=0",
        "-device", "virtio-rng-pci", "-device", "virtio-serial-pci",
        "-chardev", f"file,id=console,path={_escaped(folder / 'console.log')}",
        "-serial", "chardev:console",
    ]  # fmt: skip
    for name, end in zip(("stdout", "stderr"), ends, strict=True):
        command += ["-chardev", f"file,id={name},path=/dev/fd/{end}"]
        command += ["-device", f"virtserialport,chardev={name},name=lab.{name}"]
    shares = {
        "host": (Path("/"), ",readonly=on"),
        "extra": (prepared.extra_root, ",readonly=on"),
        "modules": (kernel.modules.resolve(), ",readonly=on"),
        "out": (folder, ""),
    }
    for tag, (path, mode) in shares.items():
        place = f"local,path={_escaped(path)},mount_tag={tag},security_model=none"
        command += ["-virtfs", f"{place},multidevs=remap{mode}"]
    return command


def _escaped(path: Path) -> str:
    return str(path).replace(",", ",,")
