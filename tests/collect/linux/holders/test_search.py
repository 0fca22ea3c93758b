"""Real programs hold a stand-in camera in every way that needs no camera driver."""

import json
import os
import shutil

import pytest

from camcheck.collect import linux, watched
from camcheck.collect.linux.kernel import lists
from camcheck.collect.linux.kernel.lists import EveryFile, KernelLists, Pointed
from camcheck.collect.linux.kernel.system import DetachedProc, Kernel
from camcheck.collect.linux.processes import hidden
from camcheck.model import Fact, Reason, Role, Via
from camcheck.serial import to_plain
from tests.collect.linux.conftest import NOT_POINTED, needs_root, pointed
from tests.collect.linux.covered import covered

NOBODY = 65534


def _of_all(kernel_lists, *asked):
    every = kernel_lists.every_file(*asked)
    return Pointed(every.files, mapped=True) if every else None


@pytest.fixture(autouse=True, params=["pointed to", "out of all", "in turn"])
def search(request, monkeypatch):
    """Descriptors are found where the kernel points to, in its list of all, and in turn."""
    if request.param == "in turn":
        monkeypatch.setattr(lists, "is_root", lambda: False)
    elif hasattr(os, "geteuid") and os.geteuid() == 0 and pointed(()) is None:
        pytest.skip(NOT_POINTED)
    if request.param == "out of all":
        monkeypatch.setattr(KernelLists, "open_files", _of_all)


@pytest.mark.parametrize(
    ("how", "ways"),
    [
        ("is_open", [Via.FD]),
        ("is_open_among_threads", [Via.FD]),
        ("is_open_in_thread", [Via.THREAD_FD]),
        ("outlives_main_thread", [Via.THREAD_FD]),
        ("is_not_inspectable", [Via.FD]),
        ("is_registered", [Via.IO_URING]),
        ("is_named", []),
        ("ends", []),
    ],
)
def test_a_program_is_found_by_the_way_in_which_it_holds(stand_in, how, ways):
    """Every way of holding is told as what it is; a name for the node is no holding."""
    pid = stand_in.start(how)

    assert ways == stand_in.ways(pid)


@pytest.mark.parametrize("search", ["out of all"], indirect=True)
@pytest.mark.parametrize("how", ["is_open", "is_open_in_thread", "is_registered"])
@pytest.mark.parametrize("lacks", [False, True])
def test_whom_the_kernel_did_not_point_to_is_found_when_the_driver_counts_more(
    stand_in, monkeypatch, how, lacks
):
    """Out of all descriptors; and where the list of all lacks the process, in turn."""
    stand_in.driver_counts("uvcvideo", 1)
    pid = stand_in.start(how)
    monkeypatch.setattr(KernelLists, "open_files", lambda *_: Pointed({}, mapped=True))
    if lacks:
        told = frozenset(map(int, filter(str.isdecimal, os.listdir("/proc")))) - {pid}
        monkeypatch.setattr(KernelLists, "every_file", lambda *_: EveryFile({}, {}, told))

    assert 1 == len(stand_in.ways(pid))


def test_a_holder_is_described(stand_in):
    """Access, node, user, program and start of a holder are known, and who started it."""
    pid = stand_in.start("is_open")
    snapshot = stand_in.scan()
    (holder,) = [holder for holder in snapshot.holders if holder.pid == pid]
    (process,) = [process for process in snapshot.processes if process.id == holder.process]

    assert ("usb:046d:082c:S1", stand_in.node, "read-write") == (
        holder.camera,
        holder.node,
        holder.access,
    )
    assert (0, os.getpid()) == (process.uid, process.ppid)
    assert os.path.realpath(os.path.realpath("/proc/self/exe")) == process.exe
    assert "is_open" in process.cmdline
    assert () == process.unknown


@pytest.mark.parametrize("look", [lambda scan: scan(), watched], ids=["itself", "its child"])
def test_only_the_scanner_itself_is_left_out(stand_in, look):
    """A camera that camcheck inherited is counted, and camcheck is no holder, whoever looks."""
    stand_in.driver_counts("uvcvideo", 1)
    descriptor = os.open(stand_in.node, os.O_RDONLY)
    try:
        snapshot = look(stand_in.scan)
    finally:
        os.close(descriptor)

    assert os.getpid() not in {holder.pid for holder in snapshot.holders}
    assert [1] == [count.accounted for count in snapshot.references]


@pytest.mark.parametrize(
    ("how", "openings"),
    [
        ("is_open", 1),
        ("is_open_twice", 2),
        ("is_duplicated", 1),
        ("is_inherited", 1),
        ("is_open_in_thread", 1),
        ("is_registered", 1),
    ],
)
def test_openings_are_counted_as_the_driver_counts_them(stand_in, how, openings):
    """dup and fork share an open file; a second open is a second one."""
    stand_in.driver_counts("uvcvideo", openings)
    stand_in.start(how)
    snapshot = stand_in.scan()

    assert [(openings, openings)] == [(n.opened, n.accounted) for n in snapshot.references]
    assert [] == [gap for gap in snapshot.gaps if gap.fact in (Fact.HOLDERS, Fact.REFERENCES)]


def test_another_name_of_the_device_is_the_same_device(stand_in):
    """The device number is what is matched, as a container or mknod gives other names."""
    node = stand_in.make_node("elsewhere/innocent")
    pid = stand_in.start("is_open", node)
    (holder,) = [holder for holder in stand_in.scan().holders if holder.pid == pid]

    assert node == holder.node


def test_a_node_that_was_deleted_is_held_still(stand_in):
    """Removing the node after opening hides nothing."""
    node = stand_in.make_node("elsewhere/gone")
    pid = stand_in.start("is_open", node)
    os.unlink(node)
    (holder,) = [holder for holder in stand_in.scan().holders if holder.pid == pid]

    assert f"{node} (deleted)" == holder.node


def test_a_regular_file_with_the_name_of_a_node_is_no_camera(stand_in, tmp_path):
    """The name of a file says nothing, neither among descriptors nor in a ring."""
    file = tmp_path / stand_in.name
    file.write_text("x" * 4096)

    assert [] == stand_in.ways(stand_in.start("is_open", str(file)))
    assert [] == stand_in.ways(stand_in.start("is_registered", str(file)))


def test_a_ring_with_another_name_for_the_camera_is_left_to_the_count(stand_in):
    """The kernel tells a ring's files by name; what it does not tell, the driver's count does."""
    stand_in.driver_counts("uvcvideo", 1)
    stand_in.start("is_registered", stand_in.make_node("elsewhere/innocent"))

    assert [(1, 0)] == [(n.opened, n.accounted) for n in stand_in.scan().references]


def test_what_waits_in_a_socket_is_blamed_when_the_driver_counts_more(stand_in):
    """A descriptor in flight is in no table; the driver's count and the socket betray it."""
    stand_in.driver_counts("uvcvideo", 1)
    pid = stand_in.start("is_in_flight")

    assert [Via.IN_FLIGHT] == stand_in.ways(pid)


def test_what_waits_in_a_socket_is_nobodys_business_otherwise(stand_in):
    """Programs pass files all day: without a missing opening nobody is blamed."""
    stand_in.driver_counts("uvcvideo", 1)
    stand_in.start("is_open")
    pid = stand_in.start("has_other_file_in_flight")

    assert [] == stand_in.ways(pid)


def test_two_programs_with_files_in_flight_are_not_blamed(stand_in):
    """Which of two holds the camera is not known, so neither is named; the count stays open."""
    stand_in.driver_counts("uvcvideo", 1)
    pids = {stand_in.start("is_in_flight"), stand_in.start("has_other_file_in_flight")}
    snapshot = stand_in.scan()

    assert set() == pids & {holder.pid for holder in snapshot.holders}
    assert [(1, 0)] == [(count.opened, count.accounted) for count in snapshot.references]


def test_nobody_is_searched_for_when_the_drivers_rule_it_out(stand_in):
    """Driver count zero and the device asleep: nothing else is looked at."""
    stand_in.write("devices/pci0000:00/0000:00:14.0/usb1/1-1/power/runtime_status", "suspended")
    pid = stand_in.start("is_open")

    assert [] == stand_in.ways(pid)


@pytest.mark.parametrize("power", ["active", "error", None])
def test_a_device_that_is_not_asleep_is_searched_for(stand_in, power):
    """An open raw node keeps the device awake; an unreadable power state proves nothing."""
    path = stand_in.sys / "devices/pci0000:00/0000:00:14.0/usb1/1-1/power/runtime_status"
    path.write_text(power or "")
    pid = stand_in.start("is_open")

    assert [Via.FD] == stand_in.ways(pid)


@pytest.mark.parametrize("part", ["", "/fd"])
def test_a_process_that_a_mount_covers_is_looked_into(stand_in, tmp_path, part):
    """A mount over /proc/PID or its descriptors hides them from every tool, and not from here."""
    pid = stand_in.start("is_open")
    snapshot = covered(f"/proc/{pid}{part}", tmp_path, stand_in.scan)
    (process,) = [process for process in snapshot.processes if process.pid == pid]

    assert [Via.FD] == [holder.via for holder in snapshot.holders if holder.pid == pid]
    assert f"covered by something mounted over /proc/{pid}{part}" == process.concealed


def test_a_covered_process_without_another_view_is_a_gap(stand_in, tmp_path, monkeypatch):
    """Where the kernel gives no second view, a covered process is said to be unseen."""
    monkeypatch.setattr(DetachedProc, "__enter__", lambda self: None)
    stand_in.driver_counts("uvcvideo", 1)
    pid = stand_in.start("is_open")
    for part in ("", "/fd"):
        snapshot = covered(f"/proc/{pid}{part}", tmp_path, stand_in.scan)

        assert [Reason.DENIED] == [gap.reason for gap in snapshot.gaps if gap.fact is Fact.HOLDERS]


def test_a_process_left_out_of_the_listing_is_found(stand_in, monkeypatch):
    """A library that filters folder listings does not hide a process that its number finds."""
    stand_in.driver_counts("uvcvideo", 1)
    pid = stand_in.start("is_open")
    real = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: [n for n in real(path) if n != str(pid)])
    snapshot = stand_in.scan()
    monkeypatch.undo()
    (process,) = [process for process in snapshot.processes if process.pid == pid]

    assert [Via.FD] == [holder.via for holder in snapshot.holders if holder.pid == pid]
    assert "left out of the list of processes" == process.concealed


def test_a_second_view_of_the_processes_shows_the_same(stand_in):
    """The view that nothing covers has this process in it, and ends with its descriptor."""
    with DetachedProc() as view:
        if view is None:
            pytest.skip("the kernel is older than 5.2 or refuses a second view")
        assert str(os.getpid()) in os.listdir(view)
    assert not os.path.exists(view)


def as_user(uid, look):
    """What ``look`` returns to another user: in a process of its own, which gives up root."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.write(writer, json.dumps(look()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


def seen_by(uid, stand_in):
    stand_in.scan()  # everything that a scan loads is loaded before root is given up
    return as_user(uid, lambda: to_plain(linux.collect(stand_in.roots())))


def test_another_users_holder_is_a_gap(stand_in):
    """What an ordinary user may not look into is said, and how it could be."""
    stand_in.driver_counts("uvcvideo", 1)
    pid = stand_in.start("is_open")
    snapshot = seen_by(NOBODY, stand_in)
    gaps = [gap for gap in snapshot["gaps"] if gap["fact"] == "holders"]

    assert pid not in [holder["pid"] for holder in snapshot["holders"]]
    assert ["denied"] == [gap["reason"] for gap in gaps]
    assert "sudo" in gaps[0]["detail"]
    assert not snapshot["elevated"]


def test_a_user_sees_what_is_his_own(stand_in):
    """An ordinary user finds his own holders, and the driver's count proves there is no other."""
    stand_in.driver_counts("uvcvideo", 1)
    pid = stand_in.start("is_open", user=NOBODY)
    snapshot = seen_by(NOBODY, stand_in)

    assert [pid] == [holder["pid"] for holder in snapshot["holders"]]
    assert [] == [gap for gap in snapshot["gaps"] if gap["fact"] == "holders"]


def test_a_users_own_program_can_forbid_to_look(stand_in):
    """A program that forbids inspection (PR_SET_DUMPABLE) is a gap to its own user."""
    stand_in.driver_counts("uvcvideo", 1)
    pid = stand_in.start("is_not_inspectable", user=NOBODY)
    snapshot = seen_by(NOBODY, stand_in)
    (process,) = [process for process in snapshot["processes"] if process["pid"] == pid]

    assert pid not in [holder["pid"] for holder in snapshot["holders"]]
    assert ["denied"] == [gap["reason"] for gap in snapshot["gaps"] if gap["fact"] == "holders"]
    assert NOBODY == process["uid"]


@needs_root
def test_every_thread_of_this_machine_is_listed():
    """Nothing is left out on a machine where nobody hides: no sweep is needed."""
    assert [] == hidden.unlisted_processes(linux.Roots(), somebody_missing=True)


def test_without_kcmp_threads_are_no_hiding_place(stand_in, monkeypatch):
    """Where the kernel does not compare tables, an ordinary program with threads stays ordinary."""
    monkeypatch.setattr(Kernel, "same", lambda self, *_: None)
    ordinary, hiding = stand_in.start("is_open_among_threads"), stand_in.start("is_open_in_thread")

    assert [Via.FD] == stand_in.ways(ordinary)
    assert [Via.THREAD_FD] == stand_in.ways(hiding)


def test_an_old_kernel_without_statx_gives_the_same(stand_in, monkeypatch):
    """Where the C library has no statx, stat answers."""
    made = Kernel.__init__

    def old(self):
        made(self)
        self.statx = self._stat

    monkeypatch.setattr(Kernel, "__init__", old)

    assert [Via.FD] == stand_in.ways(stand_in.start("is_open"))


def test_raw_access_through_the_usb_node_is_told(stand_in):
    """The raw USB node of a camera counts as a way in, by its own device number."""
    stand_in.write("devices/pci0000:00/0000:00:14.0/usb1/1-1/dev", stand_in.device)
    interface = "devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0"
    stand_in.write(f"{interface}/video4linux/{stand_in.name}/dev", "81:0")

    assert [Via.USBFS] == stand_in.ways(stand_in.start("is_open"))


@pytest.fixture
def loopback(stand_in):
    """The stand-in as a loopback device with a format; returns how to change that."""
    name = f"{stand_in.name}7"
    path = stand_in.video("devices/virtual", name, stand_in.device, label="OBS Virtual Camera")
    stand_in.write(f"{path}/max_openers", "10")
    shutil.rmtree(stand_in.sys / "bus")
    os.unlink(stand_in.sys / f"class/video4linux/{stand_in.name}")
    os.rename(stand_in.node, f"{stand_in.node}7")
    stand_in.node = f"{stand_in.node}7"
    return lambda form: stand_in.write(f"{path}/format", form)


def roles(stand_in, *pids):
    return {holder.role for holder in stand_in.scan().holders if holder.pid in pids}


def test_the_only_holder_of_a_loopback_device_with_a_format_feeds_it(stand_in, loopback):
    """A virtual camera is fed by somebody, who is named as such."""
    loopback("YUYV:640x480@30/1")

    assert {Role.FEEDS} == roles(stand_in, stand_in.start("is_open"))


def test_a_loopback_device_without_a_format_is_fed_by_nobody(stand_in, loopback):
    """Who holds an empty virtual camera waits for pictures."""
    loopback("")

    assert {None} == roles(stand_in, stand_in.start("is_open"))


def test_of_two_holders_of_a_loopback_device_none_is_named(stand_in, loopback):
    """Which of two feeds it, nobody tells."""
    loopback("YUYV:640x480@30/1")

    assert {None} == roles(stand_in, stand_in.start("is_open"), stand_in.start("is_open"))


def test_who_only_reads_a_loopback_device_does_not_feed_it(stand_in, loopback):
    """The format can outlive the program that set it (keep_format)."""
    loopback("YUYV:640x480@30/1")

    assert {None} == roles(stand_in, stand_in.start("is_open_for_reading"))


def test_a_real_camera_is_fed_by_nobody(stand_in):
    """A webcam gets its pictures from its lens."""
    stand_in.write(f"class/video4linux/{stand_in.name}/format", "YUYV:640x480@30/1")

    assert {None} == roles(stand_in, stand_in.start("is_open"))
