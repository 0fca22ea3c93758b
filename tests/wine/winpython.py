"""A genuine Windows Python under Wine: made once into a cache outside the repository, then reused.

The interpreter is python.org's own build (python311.dll and its modules, signed by the Python
Software Foundation), which the panda3d wheels carry for their freezer. Its standard library comes
from a Python 3.11 of this machine, the launcher and the stable-ABI forwarder from mingw.
"""

import fcntl
import hashlib
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

WINE = Path("/usr/lib/wine/wine64")
COMPILER = "x86_64-w64-mingw32-gcc"
OBJDUMP = "x86_64-w64-mingw32-objdump"
RECIPE = "1"
"""To be raised when what is built below changes."""

CARRIER = "panda3d==1.10.14"
TARGET = ["--platform", "win_amd64", "--python-version", "3.11", "--only-binary=:all:"]
PACKAGES = [
    *("click>=8.1", "jinja2>=3.1", "platformdirs>=4", "psutil>=6", "colorama"),
    *(
        "pytest>=8",
        "pytest-randomly>=3.15",
        "pytest-timeout>=2.3",
        "hypothesis>=6",
        "jsonschema>=4",
        "regipy>=6",
    ),
    *("pyyaml", "regex", "pyinstaller>=6", "pefile", "pywin32-ctypes"),
    "rpds-py==0.18.1",  # later ones are built with a Rust that asks for a library Wine 8 lacks
]
PSUTIL_FOR_WINE = Path(__file__).parent / "wine_psutil.py"


class CannotHaveError(Exception):
    """Wine or the Windows Python cannot be had here; the text says why."""


class Windows(NamedTuple):
    """A Wine prefix with a Windows Python in it."""

    prefix: Path
    python: Path

    @property
    def system32(self) -> Path:
        return self.prefix / "drive_c" / "windows" / "system32"

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of the host's environment reaches Windows but what it needs."""
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": os.environ.get("HOME", "/"),
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "LC_ALL": "C.UTF-8",  # without it Wine knows no file names beyond ASCII
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            **more,
        }

    def run(
        self, *arguments: str, timeout: float = 600, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """A Windows program to its end; its output through pipes, because Wine needs those."""
        with subprocess.Popen(
            [str(WINE), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(**more),
        ) as process:
            try:
                out, err = _read_both(process, timeout)
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(
            arguments,
            process.returncode,
            out.decode("utf-8", "replace").replace("\r\n", "\n"),
            err.decode("utf-8", "replace").replace("\r\n", "\n"),
        )

    def run_python(
        self, *arguments: str, timeout: float = 600, **more: str
    ) -> subprocess.CompletedProcess[str]:
        return self.run(str(self.python), *arguments, timeout=timeout, **more)

    def keeper(self) -> "subprocess.Popen[bytes]":
        """A process that keeps Wine's services up: each further start costs 0.1 s, not 2.5 s."""
        return subprocess.Popen(
            [str(WINE), str(self.python), "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment(),
        )


def _read_both(process: "subprocess.Popen[bytes]", timeout: float) -> tuple[bytes, bytes]:
    """Output and errors of a program until it has ended.

    Not until its pipes have: Wine's desktop, which some programs start, inherits and keeps them.
    """
    assert process.stdout and process.stderr
    ends = time.monotonic() + timeout
    parts: dict[int, list[bytes]] = {process.stdout.fileno(): [], process.stderr.fileno(): []}
    out, err = parts.values()
    with selectors.DefaultSelector() as waiting:
        for pipe in parts:
            waiting.register(pipe, selectors.EVENT_READ)
        while waiting.get_map():
            ended = process.poll() is not None
            ready = waiting.select(timeout=0.2)
            for key, _ in ready:
                data = os.read(key.fd, 1 << 16)
                parts[key.fd].append(data)
                if not data:
                    waiting.unregister(key.fd)
            if ended and not ready:
                break
            if time.monotonic() > ends:
                raise subprocess.TimeoutExpired(str(process.args), timeout)
    return b"".join(out), b"".join(err)


def windows_path(path: Path) -> str:
    """The path of a host file as Windows programs see it (Wine maps the root to Z:)."""
    return "Z:" + str(path.resolve()).replace("/", "\\")


def prepare() -> Windows:
    """The prefix and the Python, from the cache or newly made; raises CannotHaveError."""
    for tool in (str(WINE), COMPILER, OBJDUMP):
        if not shutil.which(tool):
            raise CannotHaveError(
                f"{tool} is not installed (tests/packages-wine.txt lists the packages)"
            )
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "camcheck-tests"
    cache.mkdir(parents=True, exist_ok=True)
    recipe = "\n".join([RECIPE, CARRIER, *PACKAGES, PSUTIL_FOR_WINE.read_text()])
    home = cache / f"wine-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    windows = Windows(prefix=home / "prefix", python=home / "python" / "python.exe")
    with open(cache / "wine.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            _build(home)
    return windows


def _build(home: Path) -> None:
    """Both halves beside their place, then moved there, so that a broken attempt leaves nothing."""
    making = Path(tempfile.mkdtemp(dir=home.parent))
    try:
        made = Windows(making / "prefix", making / "python" / "python.exe")
        _build_python(made.python.parent)
        _build_prefix(made)
        making.rename(home)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _build_prefix(windows: Windows) -> None:
    _done("wineboot", windows.run("wineboot", "--init"))
    # Without this Wine says that it is Windows 7.
    version = ["reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f"]
    _done("reg add", windows.run(*version))
    subprocess.run(["wineserver", "-w"], env=windows.environment(), timeout=600, check=True)


def _done(step: str, result: subprocess.CompletedProcess[str]) -> None:
    if result.returncode:
        raise CannotHaveError(f"{step} failed: {result.stdout[-500:]} {result.stderr[-500:]}")


def _build_python(home: Path) -> None:
    (home / "DLLs").mkdir(parents=True)
    packages = home / "Lib" / "site-packages"
    with tempfile.TemporaryDirectory() as text:
        work = Path(text)
        _pip("download", "--no-deps", "-d", str(work), *TARGET, CARRIER)
        _unpack(next(work.glob("panda3d-*.whl")), home)
        _copy_standard_library(home / "Lib")
        _compile_launcher(work, home)
        _compile_forwarder(work, home)
    _pip("install", "--target", str(packages), *TARGET, *PACKAGES)
    shutil.copy(PSUTIL_FOR_WINE, packages / "sitecustomize.py")


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    if result.returncode:
        raise CannotHaveError(f"pip {arguments[0]} failed: {result.stderr[-500:]}")


def _unpack(wheel: Path, home: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            name = member.rpartition("/")[2]
            unwanted = ("api-ms-", "tcl", "tk", "_tkinter", "vcruntime")
            if not member.startswith("deploy_libs/") or name.lower().startswith(unwanted):
                continue
            folder = home if name.lower().startswith("python3") else home / "DLLs"
            (folder / name).write_bytes(archive.read(member))


def _copy_standard_library(destination: Path) -> None:
    unwanted = ("site-packages", "dist-packages", "__pycache__", "test", "lib-dynload", "config-*")
    unwanted += ("idlelib", "turtledemo", "ensurepip", "tkinter", "lib2to3", "_sysconfigdata*")
    shutil.copytree(_standard_library(), destination, ignore=shutil.ignore_patterns(*unwanted))


def _standard_library() -> Path:
    """That of a Python 3.11 on this machine, the very 3.11.7 of the DLL where there is one."""
    candidates = [
        sys.executable,
        *filter(None, [shutil.which("python3.11")]),
        "/usr/bin/python3.11",
    ]
    candidates += map(str, Path.home().glob(".pyenv/versions/3.11*/bin/python3.11"))
    ask = "import os, platform; print(platform.python_version(), os.path.dirname(os.__file__))"
    found: dict[str, Path] = {}
    for candidate in filter(os.path.exists, candidates):
        answer = subprocess.run([candidate, "-c", ask], capture_output=True, text=True, check=False)
        version, _, folder = answer.stdout.strip().partition(" ")
        if version.startswith("3.11."):
            found[version] = Path(folder)
    if not found:
        raise CannotHaveError("no Python 3.11 here to take the standard library from")
    return found.get("3.11.7") or next(iter(found.values()))


LAUNCHER = """
#include <windows.h>
typedef int (*start)(int, wchar_t **);
int wmain(int count, wchar_t **words) {
    HMODULE python = LoadLibraryW(L"python311.dll");
    start main = python ? (start)GetProcAddress(python, "Py_Main") : 0;
    return main ? main(count, words) : 125;
}
"""


def _compile_launcher(work: Path, home: Path) -> None:
    source = work / "python.c"
    source.write_text(LAUNCHER)
    compile_native(source, home / "python.exe", "-municode")


def _compile_forwarder(work: Path, home: Path) -> None:
    """python3.dll, which stable-ABI extensions such as psutil's ask for."""
    dump = subprocess.run(
        [OBJDUMP, "-p", str(home / "python311.dll")], capture_output=True, text=True, check=True
    )
    last_words = {line.split()[-1] for line in dump.stdout.splitlines() if line.split()}
    names = sorted(word for word in last_words if word.lstrip("_").startswith("Py"))
    exports = [f"{name} = python311.{name}" for name in names if name.isidentifier()]
    (work / "python3.def").write_text("\n".join(["LIBRARY python3.dll", "EXPORTS", *exports]))
    source = work / "entry.c"
    source.write_text("int __stdcall DllMainCRTStartup(void *a, unsigned b, void *c) { return 1; }")
    options = ["-shared", "-nostdlib", "-Wl,-e,DllMainCRTStartup", str(work / "python3.def")]
    compile_native(source, home / "python3.dll", *options)


def compile_native(source: Path, target: Path, *options: str) -> None:
    """A Windows program or library out of C, by mingw."""
    command = [COMPILER, "-O2", "-s", "-o", str(target), str(source), *options]
    result = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if result.returncode:
        raise CannotHaveError(f"{source.name} does not compile: {result.stderr[-2000:]}")
