"""Programs that hold a device: python holding.py HOW NODE. Says READY, ends when stdin does.

Only what the standard library brings, so that a holder starts at once.
"""

import array
import ctypes
import mmap
import os
import socket
import sys
import threading

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_FILES = 0x400
SYS_EXIT = {"x86_64": 60, "aarch64": 93, "riscv64": 93}.get(os.uname().machine, 60)
IO_URING_SETUP, IO_URING_REGISTER, REGISTER_FILES = 425, 427, 2
kept: list[object] = []


def ready() -> None:
    os.write(1, b"READY\n")
    while os.read(0, 1):
        pass
    os._exit(0)


def is_open(node: str) -> None:
    os.open(node, os.O_RDWR)


def is_unlisted(node: str) -> None:
    """What libhide.c hides, by its name (PR_SET_NAME)."""
    os.open(node, os.O_RDWR)
    LIBC.prctl(15, b"unlisted", 0, 0, 0)


def is_open_for_reading(node: str) -> None:
    os.open(node, os.O_RDONLY)


def is_named(node: str) -> None:
    """A name for the node (O_PATH), and its name in the arguments: no opening of the device."""
    os.open(node, os.O_PATH)


def is_open_twice(node: str) -> None:
    os.open(node, os.O_RDONLY)
    os.open(node, os.O_WRONLY)


def is_duplicated(node: str) -> None:
    os.dup(os.open(node, os.O_RDWR))


def is_inherited(node: str) -> None:
    os.open(node, os.O_RDWR)
    if os.fork() == 0:
        while os.read(0, 1):
            pass
        os._exit(0)


def is_open_among_threads(node: str) -> None:
    """Threads that share their files, as those of every ordinary program do."""
    os.open(node, os.O_RDWR)
    for _ in range(3):
        threading.Thread(target=threading.Event().wait, daemon=True).start()


def is_open_in_thread(node: str) -> None:
    opened = threading.Event()

    def thread() -> None:
        if LIBC.unshare(CLONE_FILES):
            os._exit(1)
        os.open(node, os.O_RDWR)
        opened.set()
        threading.Event().wait()

    threading.Thread(target=thread, daemon=True).start()
    opened.wait()


def outlives_main_thread(node: str) -> None:
    os.open(node, os.O_RDWR)

    def thread() -> None:
        while not has_ended():
            pass  # the main thread is on its way out: a few rounds at most
        ready()

    def has_ended() -> bool:
        with open(f"/proc/{os.getpid()}/stat") as file:
            return "Z" in file.read().rpartition(")")[2][:3]

    threading.Thread(target=thread, daemon=True).start()
    LIBC.syscall(SYS_EXIT, 0)


def is_in_flight(node: str) -> None:
    one, other = socket.socketpair()
    kept.extend((one, other))
    descriptor = os.open(node, os.O_RDWR)
    one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))])
    os.close(descriptor)


def has_other_file_in_flight(node: str) -> None:
    is_in_flight(os.devnull)


def is_registered(node: str, *, keep: bool = False, times: int = 1) -> None:
    """A file of an io_uring, the descriptor closed (io_uring_register(2))."""
    descriptor = os.open(node, os.O_RDWR)
    parameters = (ctypes.c_char * 256)()
    ring = LIBC.syscall(IO_URING_SETUP, 4, parameters)
    if ring < 0:
        os.write(1, b"UNSUPPORTED\n")
        os._exit(0)
    files = (ctypes.c_int * times)(*([descriptor] * times))
    if LIBC.syscall(IO_URING_REGISTER, ring, REGISTER_FILES, files, times) < 0:
        os._exit(1)
    if not keep:
        os.close(descriptor)


def is_registered_often(node: str) -> None:
    is_registered(node, keep=True, times=5)


def is_mapped(node: str) -> None:
    """The file is mapped, the descriptor closed."""
    descriptor = os.open(node, os.O_RDWR)
    kept.append(mmap.mmap(descriptor, 4096))
    os.close(descriptor)


def is_mapped_private(node: str) -> None:
    descriptor = os.open(node, os.O_RDWR)
    kept.append(mmap.mmap(descriptor, 4096, flags=mmap.MAP_PRIVATE))
    os.close(descriptor)


def ends(node: str) -> None:
    os.close(os.open(node, os.O_RDWR))


def is_not_inspectable(node: str) -> None:
    """PR_SET_DUMPABLE 0: only an administrator may look into the process (prctl(2))."""
    os.open(node, os.O_RDWR)
    LIBC.prctl(4, 0, 0, 0, 0)


def give_up_root(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    LIBC.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, which changing the user takes away


if __name__ == "__main__":
    if len(sys.argv) > 3:
        give_up_root(int(sys.argv[3]))
    globals()[sys.argv[1]](sys.argv[2])
    ready()
