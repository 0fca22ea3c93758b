"""Approvals that somebody else would like to use: real libraries, real interpreters."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from camcheck.approval import Approval, approval_of, matches
from camcheck.collect.linux.processes.code import CodeFile, parse_code, unproven_code
from camcheck.errors import MonitorError
from camcheck.model import Process

from .test_approval import WAIT, described, run, started, up  # noqa: F401 a fixture

pytestmark = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="root is needed")
NOBODY = 65534
PYTHON = os.path.realpath(sys.executable)
SCRUBS = """
#include <string.h>
extern char **environ;
__attribute__((constructor)) static void scrub(void) {
    for (char **one = environ; *one; one++)
        if (!strncmp(*one, "LD_PRELOAD=", 11)) memset(*one, 'x', strlen(*one));
}
int greeting(void) { return 0; }
"""
GREETS = """
#include <stdio.h>
#include <unistd.h>
int greeting(void);
int main(void) { greeting(); puts("up"); fflush(stdout); sleep(60); return 0; }
"""
OVERWRITES = """
import os, time
fields = open("/proc/self/stat").read().rpartition(")")[2].split()
start, end = int(fields[45]), int(fields[46])
wanted = {words!r}
with open("/proc/self/mem", "r+b", 0) as memory:
    memory.seek(start)
    memory.write(wanted + bytes(end - start - len(wanted)))
print("up", flush=True)
time.sleep(60)
"""
MOVES = """
import ctypes, struct, time
words = ctypes.create_string_buffer({words!r})
libc = ctypes.CDLL(None, use_errno=True)
libc.sbrk.restype = ctypes.c_void_p
fields = open("/proc/self/stat").read().rpartition(")")[2].split()
code, end, stack = (int(fields[n - 3]) for n in (26, 27, 28))
data, data_end, brk, _, _, env, env_end = (int(fields[n - 3]) for n in range(45, 52))
at = ctypes.addressof(words)
layout = struct.pack(
    "12QIi", code, end, data, data_end, brk, libc.sbrk(0), stack,
    at, at + len({words!r}), env, env_end, 0, 0, -1)
if libc.prctl(35, ctypes.c_ulong(14), layout, ctypes.c_ulong(len(layout)), ctypes.c_ulong(0)):
    print("errno", ctypes.get_errno(), flush=True)
print("up", flush=True)
time.sleep(60)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder of root's that every user can look into."""
    folder = Path(tempfile.mkdtemp(prefix="camcheck-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def program(place: Path) -> Path:
    """A program of no package: a copy of sleep under another name."""
    return Path(shutil.copy("/bin/sleep", place / "filmer"))


def built(source: str, target: Path, *options: str | Path, owner: int = 0) -> Path:
    if not shutil.which("gcc"):
        assert not os.environ.get("CI"), "gcc is needed"
        pytest.skip("gcc is not installed")
    target.parent.mkdir(parents=True, exist_ok=True)
    command = ["gcc", "-x", "c", "-", "-o", target, *options]
    subprocess.run(command, input=source, text=True, check=True)
    os.chown(target, owner, owner)
    return target


def scrubbed(child: subprocess.Popen[bytes]) -> Process:
    """What a program with a library is, once the library has hidden how it came there."""
    end = time.monotonic() + 30
    path = Path(f"/proc/{child.pid}")
    while b"xxxx" not in (path / "environ").read_bytes():
        assert time.monotonic() < end
        time.sleep(0.005)
    return described(child.pid)


def test_a_library_that_hides_how_it_came_is_seen(program: Path, place: Path, started):  # noqa: F811
    """LD_PRELOAD, scrubbed from the environment: the kernel has it mapped."""
    library = built(SCRUBS, place / "evil.so", "-shared", "-fPIC", owner=NOBODY)
    for path in (program, Path("/bin/sleep")):
        approval = approval_of(os.path.realpath(path))
        child = subprocess.Popen([path, "60"], env={"LD_PRELOAD": str(library)})
        started.append(child)
        process = scrubbed(child)

        assert () == process.preload, "the environment says nothing any more"
        assert (str(library),) == unproven_code(process, known=())
        assert not matches(approval, process)
        assert matches(approval, up_sleep(started, path))


def up_sleep(started: list[subprocess.Popen[bytes]], path: Path) -> Process:  # noqa: F811
    """The same program alone, once its own libraries are mapped."""
    process = run(started, path, "60")
    end = time.monotonic() + 30
    while b"libc" not in Path(f"/proc/{process.pid}/maps").read_bytes():
        assert time.monotonic() < end
        time.sleep(0.005)
    return process


def test_a_library_from_another_search_path_is_seen(place: Path, started):  # noqa: F811
    """LD_LIBRARY_PATH: a library of the right name, from a place that others write."""
    good = built(SCRUBS, place / "good/libgreet.so", "-shared", "-fPIC")
    evil = built(SCRUBS, place / "evil/libgreet.so", "-shared", "-fPIC", owner=NOBODY)
    greets = built(
        GREETS, place / "program/greets", f"-L{good.parent}", "-lgreet", f"-Wl,-rpath,{good.parent}"
    )
    approval = approval_of(str(greets))

    assert matches(approval, up(started, greets))
    assert not matches(approval, up(started, greets, env={"LD_LIBRARY_PATH": str(evil.parent)}))


def test_a_library_that_lay_beside_the_program_when_it_was_approved_is_its_own(
    place: Path,
    started,  # noqa: F811
):
    """A program in a person's folder: what belongs to it is known by what it holds."""
    home = place / "home/app"
    own = built(SCRUBS, home / "lib/libgreet.so", "-shared", "-fPIC", owner=NOBODY)
    greets = built(
        GREETS, home / "greets", f"-L{own.parent}", "-lgreet", f"-Wl,-rpath,{own.parent}",
        owner=NOBODY,
    )  # fmt: skip
    os.chown(home, NOBODY, NOBODY)
    (home / "note.txt").write_text("no machine code")
    os.mkfifo(home / "pipe")
    approval = approval_of(str(greets))
    assert 1 == len(approval.libraries)
    assert matches(approval, up(started, greets))
    built(SCRUBS + "int more;", own, "-shared", "-fPIC", owner=NOBODY)

    assert not matches(approval, up(started, greets)), "another library stands in its place"


def test_a_library_that_was_deleted_since_is_no_proof(place: Path, started):  # noqa: F811
    """Its name leads nowhere, or to another file."""
    own = built(SCRUBS, place / "lib/libgreet.so", "-shared", "-fPIC")
    greets = built(
        GREETS, place / "greets", f"-L{own.parent}", "-lgreet", f"-Wl,-rpath,{own.parent}"
    )
    process = up(started, greets)
    assert matches(approval_of(str(greets)), process)
    own.unlink()
    built(SCRUBS, own, "-shared", "-fPIC")

    assert not matches(approval_of(str(greets)), process)


@pytest.fixture
def script(place: Path) -> Path:
    path = place / "film.py"
    path.write_text(f"keep = open(__file__)\n{WAIT}")
    return path


def test_an_approved_script_with_foreign_code_before_it_is_not_approved(script: Path, started):  # noqa: F811
    """PYTHONPATH and a sitecustomize: the same interpreter, the same script, other code."""
    evil = script.parent / "evil"
    evil.mkdir()
    (evil / "sitecustomize.py").write_text("import os; os.environ.clear()")
    approval = approval_of(PYTHON, str(script))

    assert matches(approval, up(started, PYTHON, script, env={}))
    assert not matches(approval, up(started, PYTHON, script, env={"PYTHONPATH": str(evil)}))
    assert not matches(approval, up(started, PYTHON, script, env={"PYTHONSTARTUP": "x"}))


@pytest.mark.parametrize("how", [OVERWRITES, MOVES])
def test_a_script_that_writes_itself_another_command_line_is_not_approved(
    how: str,
    script: Path,
    started,  # noqa: F811
):
    """Arguments are memory of the process (or moved by prctl); it has its own script open."""
    spy = script.with_name("a-spy-whose-name-is-as-long-as-you-like.py")
    words = b"\0".join(os.fsencode(word) for word in (PYTHON, script)) + b"\0"
    spy.write_text(how.format(words=words))
    process = up(started, PYTHON, spy)

    assert str(script) == process.cmdline[1]
    assert not matches(approval_of(PYTHON, str(script)), process)


def test_a_person_can_play_any_script_so_none_of_theirs_is_proven(script: Path, started):  # noqa: F811
    """A program of the same person opens the approved script and calls itself so, too."""
    python = "/usr/bin/python3"
    if not os.path.exists(python):
        pytest.skip("no Python that another user can run")
    python = os.path.realpath(python)
    approval = approval_of(python, str(script))

    assert matches(approval, up(started, python, script, env={}))
    assert not matches(approval, up(started, python, script, env={}, user=1234, group=1234))


def test_a_script_that_does_not_keep_its_file_is_not_proven(script: Path, started):  # noqa: F811
    """Python closes it after reading: then nothing but the arguments speaks for it."""
    script.write_text(WAIT)

    assert not matches(approval_of(PYTHON, str(script)), up(started, PYTHON, script, env={}))


def in_time(look: Callable[[], object], *, seconds: float = 20.0) -> object:
    began = time.monotonic()
    found = look()
    assert time.monotonic() - began < seconds
    return found


def test_a_script_that_became_a_pipe_or_a_hole_keeps_nobody_waiting(script: Path, started):  # noqa: F811
    """A FIFO that nobody writes, and four terabytes of nothing."""
    approval = approval_of(PYTHON, str(script))
    process = up(started, PYTHON, script, env={})
    script.unlink()
    os.mkfifo(script)
    assert not in_time(lambda: matches(approval, process))
    with pytest.raises(MonitorError):
        in_time(lambda: approval_of(PYTHON, str(script)))
    script.unlink()
    script.touch()
    os.truncate(script, 4 << 40)

    assert not in_time(lambda: matches(approval, process))
    with pytest.raises(MonitorError):
        in_time(lambda: approval_of(PYTHON, str(script)))


def test_a_program_of_terabytes_cannot_be_approved(place: Path):
    """It would be read for days."""
    (place / "hole").touch()
    os.truncate(place / "hole", 4 << 40)

    with pytest.raises(MonitorError):
        in_time(lambda: approval_of(str(place / "hole")))


def test_what_may_not_be_read_is_not_approved(program: Path, started, place: Path):  # noqa: F811
    """As an ordinary user: another user's program is not known, one's own is looked into."""
    approval = approval_of(str(program))
    own = described(subprocess_of(started, program, "60", user=NOBODY, group=NOBODY))
    foreign = up_sleep(started, program)

    assert matches(approval, foreign)
    assert not as_nobody(lambda: matches(approval, foreign))
    assert as_nobody(lambda: unproven_code(own, known={approval.sha256}) == ())
    assert as_nobody(lambda: matches(approval, own))


def subprocess_of(started: list[subprocess.Popen[bytes]], *command: str | Path, **options) -> int:  # noqa: F811
    child = subprocess.Popen(command, stdout=subprocess.PIPE, **options)
    started.append(child)
    end = time.monotonic() + 30
    while b"libc" not in Path(f"/proc/{child.pid}/maps").read_bytes():
        assert time.monotonic() < end
        time.sleep(0.005)
    return child.pid


def as_nobody(look: Callable[[], bool]) -> bool:
    """What an ordinary user's process finds."""
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        status = 2
        try:
            status = int(not look())
        finally:
            os._exit(status)
    _, ended = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(ended) in (0, 1), "it failed"
    return os.waitstatus_to_exitcode(ended) == 0


def test_a_process_that_is_gone_or_has_no_code_is_not_proven():
    """Nothing found is not the same as nothing odd."""
    assert unproven_code(Process(2**22 + 1, None, "gone"), known=()) is None


def test_approvals_of_older_versions_are_read():
    """Without libraries."""
    assert () == Approval("/x", "0" * 64, 1).libraries


MAPS = """\
55d0c0000000-55d0c0002000 r--p 00000000 08:01 393 /usr/bin/x
55d0c0002000-55d0c0005000 r-xp 00002000 08:01 393 /usr/bin/x
55d0c0005000-55d0c0006000 r-xp 00005000 08:01 393 /usr/bin/x
7f0000000000-7f0000001000 rwxp 00000000 00:00 0
7f0000002000-7f0000003000 r-xp 00000000 00:01 77 /memfd:a b (deleted)
7f0000004000-7f0000005000 rw-s 00000000 00:06 99 /dev/video0
7ffc00000000-7ffc00002000 r-xp 00000000 00:00 0                          [vdso]
"""


def test_executable_mappings_are_understood():
    """Files only, each once; memory without a file is no file; names may hold blanks."""
    assert (
        CodeFile("/usr/bin/x", "08:01", 393),
        CodeFile("/memfd:a b (deleted)", "00:01", 77),
    ) == parse_code(MAPS)


def test_the_place_of_these_tests_is_roots(place: Path):
    """Else the tests above would prove nothing."""
    assert 0 == place.stat().st_uid
    assert stat.S_ISDIR(place.stat().st_mode)
