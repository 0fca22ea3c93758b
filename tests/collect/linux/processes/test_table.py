"""What /proc tells about processes, from real ones and from text that nobody expects."""

import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcheck.collect import linux
from camcheck.collect.linux.kernel.system import Roots, read_bytes
from camcheck.collect.linux.processes.table import (
    ProcessTable,
    alive_path,
    parse_stat,
    status_field,
)
from camcheck.model import Fact, Reason
from tests.builders import a_camera
from tests.collect.linux.conftest import needs_root

ROW = "S 7 10 10 0 -1 {flags} 1 2 3 4 5 6 7 8 20 0 {threads} 0 {ticks} 1 2 3"


def a_row(pid=10, name=b"cat", *, flags=0, threads=1, ticks=500):
    return (
        b"%d (%s) " % (pid, name) + ROW.format(flags=flags, threads=threads, ticks=ticks).encode()
    )


@given(st.binary(max_size=64))
def test_the_name_of_a_process_cannot_move_its_other_fields(name):
    """Parentheses, line breaks and invalid UTF-8 in a name stay in the name."""
    task = parse_stat(a_row(name=name, threads=3, ticks=77))

    assert (10, 7, 3, 77, "S") == (task.pid, task.ppid, task.threads, task.ticks, task.state)
    assert name == task.name.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("text", [b"", b"1", b"1 (x)", b"1 (x) S 1 2", b"(x) " + b"1 " * 25])
def test_what_is_no_row_is_refused(text):
    """A row that is cut short is not taken for a process."""
    with pytest.raises(ValueError, match=r"fewer|invalid"):
        parse_stat(text)


@pytest.mark.parametrize(("flags", "kernel"), [(0x00200000, True), (0x00200040, True), (0x40, 0)])
def test_the_kernel_says_what_a_kernel_thread_is(flags, kernel):
    """PF_KTHREAD is set by the kernel alone; a name in brackets proves nothing."""
    assert kernel == parse_stat(a_row(name=b"[kworker/0:1]", flags=flags)).kernel_thread


@given(st.text(alphabet="abc:\n\t 123", max_size=60))
def test_a_field_of_status_is_the_whole_line_of_that_name(noise):
    """A field is found by its whole name at the beginning of a line."""
    status = f"Name:\t{noise.replace(chr(10), ' ')}\nTracerPid:\t42\nUid:\t7\t7\t7\t7\n"

    assert "42" == status_field(status, "TracerPid")
    assert "7\t7\t7\t7" == status_field(status, "Uid")
    assert None is status_field(status, "id")


def test_no_status_has_no_fields():
    """A process that has ended has no fields."""
    assert None is status_field(None, "Uid")


def a_proc(tmp_path, rows):
    """A tree like /proc with the given processes."""
    (tmp_path / "stat").write_text("cpu 1 2\nbtime 1700000000\n")
    for pid, row in rows.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_bytes(row)
    return ProcessTable(Roots(proc=str(tmp_path)))


def test_a_number_that_was_used_again_is_another_process(tmp_path):
    """The start time is part of who a process is."""
    table = a_proc(tmp_path, {10: a_row(ticks=500), 11: a_row(11)})
    first, ended = table.tasks[10], table.tasks[11]
    (tmp_path / "10/stat").write_bytes(a_row(ticks=501))
    shutil.rmtree(tmp_path / "11")

    assert not table.is_same(first)
    assert not table.is_same(ended)
    (tmp_path / "10/stat").write_bytes(a_row(ticks=500))
    assert table.is_same(first)


def test_a_process_that_vanished_keeps_its_row(tmp_path):
    """What was seen before a process ended is told; nothing fails."""
    table = a_proc(tmp_path, {10: a_row()})
    shutil.rmtree(tmp_path / "10")
    process = table.details(table.row(table.tasks[10]))

    assert (10, "cat", None, ()) == (process.pid, process.name, process.exe, process.cmdline)


def test_a_row_that_cannot_be_read_is_no_process(tmp_path):
    """A damaged row is passed over; the others stay."""
    assert [10] == list(a_proc(tmp_path, {10: a_row(), 12: b"12 (x"}).tasks)


def test_parents_are_followed_without_going_round(tmp_path):
    """A tree that bites its own tail, by reuse of numbers, ends."""
    one = b"10 (a) " + ROW.format(flags=0, threads=1, ticks=1).replace("S 7", "S 11").encode()
    two = b"11 (b) " + ROW.format(flags=0, threads=1, ticks=1).replace("S 7", "S 10").encode()
    table = a_proc(tmp_path, {10: one, 11: two})

    assert [11] == [task.pid for task in table.ancestors(table.tasks[10])]


def test_no_process_at_all_is_a_gap(tmp_path):
    """An empty or missing /proc means that nothing was seen."""
    table = ProcessTable(Roots(proc=str(tmp_path / "nowhere")))

    assert {
        (Fact.PROCESSES, "all processes", Reason.MISSING),
        (Fact.PROCESSES, "start times", Reason.UNPARSED),
    } == {gap[:3] for gap in table.gaps}


def test_without_the_start_of_the_system_start_times_are_unknown(tmp_path):
    """No start time is invented."""
    table = a_proc(tmp_path, {10: a_row()})
    (tmp_path / "stat").write_text("cpu 1 2\n")

    assert None is ProcessTable(table.roots).started(table.tasks[10])


def test_the_files_of_a_dead_main_thread_are_those_of_another(tmp_path):
    """Then /proc/PID is empty while the threads run on."""
    task = parse_stat(a_row(threads=2).replace(b"S", b"Z", 1))
    base = tmp_path / "10"

    assert f"{base}/exe" == alive_path(str(base), task, "exe")
    (base / "task/10").mkdir(parents=True)
    (base / "task/12").mkdir()
    assert f"{base}/task/12/exe" == alive_path(str(base), task, "exe")


def test_a_file_of_unexpected_length_is_read_up_to_a_limit(tmp_path):
    """A command line of megabytes costs what its beginning costs."""
    (tmp_path / "file").write_bytes(b"x" * (1 << 20))

    assert 1 << 16 == len(read_bytes(str(tmp_path / "file"), 1 << 16))


def a_program(tmp_path, name):
    path = tmp_path / name
    shutil.copy(shutil.which("cat"), path)
    return path


@pytest.fixture
def started():
    """Starts programs that wait for their input, and ends them."""
    running = []

    def start(*command, **options):
        program = subprocess.Popen(command, stdin=subprocess.PIPE, **options)
        running.append(program)
        return program.pid

    yield start
    for program in running:
        program.stdin.close()
    for program in running:
        program.kill()
        program.wait()


def story(pid):
    table = ProcessTable(Roots())
    return table.details(table.row(table.tasks[pid]))


def test_a_program_named_like_a_deleted_one_is_present(tmp_path, started):
    """The kernel adds "(deleted)" to names; a file can have that name by itself."""
    path = a_program(tmp_path, "cat (deleted)")
    process = story(started(path))

    assert (str(path), "present") == (process.exe, process.exe_state)


def test_a_deleted_and_a_replaced_program_are_told_apart(tmp_path, started):
    """After an update another file stands in the place of the one that still runs."""
    path = a_program(tmp_path, "tool")
    pid = started(path)

    assert "present" == story(pid).exe_state
    path.unlink()
    assert (str(path), "deleted") == (story(pid).exe, story(pid).exe_state)
    a_program(tmp_path, "tool")
    assert "replaced" == story(pid).exe_state


def test_a_program_in_memory_alone_is_told(started):
    """A program that never was a file (memfd_create)."""
    memory = os.memfd_create("x", 0)
    with open(shutil.which("cat"), "rb") as file:
        os.write(memory, file.read())
    pid = started("cat", executable=f"/proc/self/fd/{memory}", pass_fds=(memory,))
    os.close(memory)
    process = story(pid)

    assert ("/memfd:x", "memory") == (process.exe, process.exe_state)
    assert None is process.exe_writable_by


def test_a_program_in_a_folder_of_everyone_can_be_changed_by_everyone(tmp_path, started):
    """Neither the file nor its folder may be writable by everyone."""
    path = a_program(tmp_path, "tool")
    pid = started(path)

    assert None is story(pid).exe_writable_by
    tmp_path.chmod(0o777)
    assert "everyone" == story(pid).exe_writable_by
    tmp_path.chmod(0o755)
    path.chmod(0o757)
    assert "everyone" == story(pid).exe_writable_by


@pytest.mark.parametrize("padding", [0, 20])
def test_forced_libraries_are_found_behind_any_padding(started, padding):
    """An environment of megabytes hides nothing; nothing else of it is kept."""
    environment = {f"P{number}": "x" * 100_000 for number in range(padding)}
    pid = started(
        "/bin/cat", env={**environment, "LD_PRELOAD": "/nowhere/a.so:/b.so /c.so"}, stderr=-3
    )

    assert ("/nowhere/a.so", "/b.so", "/c.so") == story(pid).preload


def test_a_program_whose_main_thread_has_ended_is_present(stand_in):
    """Its own folder is empty; nothing of it was deleted."""
    pid = stand_in.start("outlives_main_thread")
    process = story(pid)

    assert (os.path.realpath(sys.executable), "present") == (process.exe, process.exe_state)
    assert "outlives_main_thread" in process.cmdline


def test_a_path_too_long_to_be_told_is_unknown(tmp_path, started):
    """The kernel tells no path beyond 4096 characters: the program is not called deleted."""
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=folder)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    shutil.copy(shutil.which("cat"), f"/proc/self/fd/{folder}/cat")
    pid = started("./cat", cwd=f"/proc/self/fd/{folder}", pass_fds=(folder,))
    os.close(folder)
    process = story(pid)

    assert None is process.exe
    assert {"exe", "cwd"} <= set(process.unknown)


def test_programs_that_cannot_be_identified_are_a_gap_in_comparing(tmp_path):
    """They are seen: nobody hides behind that, but they are compared by name alone."""
    process = ProcessTable(Roots()).row(ProcessTable(Roots()).tasks[os.getpid()])
    rows = process._replace(unknown=("exe",)), process
    (gap,) = linux._unreadable(rows, (a_camera(),))

    assert (Fact.SIGNATURES, Reason.DENIED) == (gap.fact, gap.reason)
    assert [] == linux._unreadable((process,), (a_camera(),))


@pytest.mark.parametrize(("user", "gaps"), [(0, 0), (1000, 1)])
def test_what_nobody_may_read_is_no_news_where_there_is_no_camera(monkeypatch, user, gaps):
    """A sandbox's first process stays unreadable for ever; who has not asked as root can ask."""
    process = ProcessTable(Roots()).row(ProcessTable(Roots()).tasks[os.getpid()])
    monkeypatch.setattr(os, "geteuid", lambda: user)

    assert gaps == len(linux._unreadable((process._replace(unknown=("exe",)),), ()))


@needs_root
def test_a_program_that_forbids_inspection_is_still_its_users(started):
    """What is in its folder belongs to root then, the folder itself does not."""
    code = (
        "import ctypes, os; os.setresuid(65534, 65534, 65534);"
        "ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); print(flush=True); input()"
    )
    reader, writer = os.pipe()
    pid = started(sys.executable, "-S", "-c", code, stdout=writer, stderr=-3)
    os.close(writer)
    assert os.read(reader, 1)
    os.close(reader)
    process = story(pid)

    assert 0 == os.stat(f"/proc/{pid}/fd").st_uid
    assert (65534, False) == (process.uid, "user" in process.unknown)


@needs_root
def test_a_path_in_a_view_of_its_own_is_no_path_of_the_system(tmp_path, started):
    """A mount that nobody else sees gives any program the name of a trusted one."""
    trusted, evil = a_program(tmp_path, "trusted"), a_program(tmp_path, "evil")
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    script = 'mount --bind "$1" "$2" && echo >"$3" && exec "$2"'
    pid = started("unshare", "--mount", "sh", "-c", script, "sh", evil, trusted, ready)
    ready.read_text()
    while os.readlink(f"/proc/{pid}/exe") != str(trusted):
        os.sched_yield()
    ordinary = story(started(trusted))

    assert (str(trusted), "elsewhere") == (story(pid).exe, story(pid).exe_state)
    assert (str(trusted), "present") == (ordinary.exe, ordinary.exe_state)
