"""The ways of holding a camera that the lab plays, and ordinary doings that look like one."""

from typing import NamedTuple


class Way(NamedTuple):
    """A way of holding. ``command`` is a holder with its HOW; ``user`` starts it.

    ``node`` is what it opens: video, meta, media or usb of the webcam, vivid, loopback, or a
    path. ``webcam`` is the webcam's transfer mode. A way that is not ``holds`` is harmless and
    must raise no alarm. ``streams``: the webcam itself confirms that pictures flow. ``preload`` is
    a library in the holder, ``everywhere`` one in every program (/etc/ld.so.preload).
    """

    name: str
    title: str
    command: tuple[str, ...]
    user: str = "alice"
    node: str = "video"
    webcam: str = "iso"
    holds: bool = True
    streams: bool = True
    preload: str | None = None
    everywhere: str | None = None


def _idle(name: str, title: str, *command: str, node: str = "video", user: str = "alice") -> Way:
    return Way(name, title, command, node=node, user=user, streams=False)


def _harmless(
    name: str, title: str, *command: str, node: str = "video", streams: bool = False
) -> Way:
    return Way(name, title, command, node=node, holds=False, streams=streams)


HOLDING = (
    _idle("open_only", "opened, nothing else", "opener"),
    _idle("rdonly_query", "opened to ask for its name", "opener", "readonly"),
    Way("stream_mmap", "an ordinary camera program", ("stream",)),
    Way("userptr", "pictures into memory of its own", ("stream", "userptr")),
    Way("mmap_closefd", "buffers mapped, descriptor closed", ("mmap_closefd",)),
    Way("uring_fixed", "file given to an io_uring", ("uring", "fixed")),
    Way("uring_ghost", "io_uring that registered itself and was closed", ("uring", "ghost")),
    Way("scm_parked", "descriptor in flight in a socket", ("in_flight", "parked")),
    Way("scm_cycle", "in flight except for moments", ("in_flight", "cycle")),
    Way("thread_unshare", "a thread with its own descriptors", ("thread", "unshare")),
    Way("zombie_leader", "a thread whose main thread has ended", ("thread", "zombie")),
    Way("mknod_ns", "another node, in a mount namespace", ("foreign_node", "ns"), user="root"),
    Way("mknod_unlinked", "another node, removed again", ("foreign_node", "unlinked"), user="root"),
    Way("renamed", "calls itself a kernel thread", ("stream", "renamed")),
    Way("deleted_exe", "executable deleted", ("relaunch", "deleted")),
    Way("memfd_exec", "executable only in memory", ("relaunch", "memfd")),
    Way("preload", "library put in by LD_PRELOAD", ("stream",), preload="libhook.so"),
    Way("traced", "traced by another process", ("traced",)),
    Way("other_uid", "a system user's process", ("stream", "nobody"), user="root"),
    Way("by_mallory", "another person's process", ("stream",), user="mallory"),
    Way("nodump", "not dumpable", ("stream", "nodump")),
    Way("pidns", "process namespace", ("namespace", "pid"), user="root"),
    Way("userns", "user namespace", ("namespace", "user")),
    Way("dmabuf_both", "camera and exported buffers", ("dmabuf", "both")),
    _idle("dmabuf_after", "exported buffers, camera closed", "dmabuf", "after"),
    Way("dmabuf_passed", "exported buffers of another process", ("dmabuf", "passed")),
    Way("pidfd_steal", "stolen descriptor, mapped and closed", ("second", "steal")),
    Way("mmap_tap", "maps the buffers of who streams", ("second", "tap")),
    Way("proc_masked", "its /proc folder covered by a mount", ("masked",), user="root"),
    Way(
        "library_hides",
        "a library hides it from every program",
        ("stream", "unlisted"),
        everywhere="libhide.so",
    ),
    Way("blocks_readers", "who looks into its memory waits for ever", ("blocked",), user="root"),
    Way("spliced", "pages of another's pictures in a pipe", ("spliced",)),
    _idle("meta_open", "metadata node", "opener", node="meta"),
    _idle("media_open", "media controller node", "opener", node="media"),
    Way("usbfs_vs", "raw USB, streaming interface", ("usbfs", "vs"), node="usb"),
    Way("usbfs", "raw USB, whole device", ("usbfs", "whole"), node="usb"),
    Way(
        "vivid_stream",
        "an ordinary program on a virtual camera",
        ("stream",),
        node="vivid",
        streams=False,
    ),
    Way("bulk_stream", "bulk webcam: an ordinary program", ("stream",), webcam="bulk"),
    Way(
        "bulk_thread",
        "bulk webcam: a thread with its own descriptors",
        ("thread", "unshare"),
        webcam="bulk",
    ),
    Way("bulk_uring_fixed", "bulk webcam: io_uring", ("uring", "fixed"), webcam="bulk"),
    Way("bulk_uring_ghost", "bulk webcam: io_uring closed", ("uring", "ghost"), webcam="bulk"),
    Way("bulk_usbfs_vs", "bulk webcam: raw USB", ("usbfs", "vs"), node="usb", webcam="bulk"),
)

HARMLESS = (
    _harmless("nobody", "nobody holds it"),
    _harmless("o_path", "O_PATH descriptor", "opener", "path"),
    _harmless(
        "regular_file", "a regular file named video0", "opener", node="/tmp/home-alice/video0"
    ),
    _harmless("in_arguments", "device only in its arguments", "opener", "args"),
    _harmless("flicker", "opens and closes it quickly", "opener", "flicker"),
    _harmless("ended", "the program has ended", "stream"),
    _harmless("dup", "one descriptor duplicated", "opener", "dup"),
    _harmless("fork", "one descriptor inherited", "opener", "fork"),
    _harmless("twice", "one program opens it twice", "opener", "twice"),
    _harmless("loopback_writer", "feeds a loopback camera", "loopback_writer", node="loopback"),
)

WAYS = {way.name: way for way in (*HARMLESS, *HOLDING)}

# What is played on kernels other than the host's own: one of each kind.
REPRESENTATIVE = (
    "nobody", "o_path", "flicker", "dup", "twice",
    "open_only", "stream_mmap", "mmap_closefd", "uring_fixed", "uring_ghost", "scm_parked",
    "thread_unshare", "zombie_leader", "mknod_ns", "nodump", "dmabuf_after", "dmabuf_passed",
    "mmap_tap", "proc_masked", "library_hides", "blocks_readers", "spliced", "meta_open",
    "usbfs_vs", "vivid_stream", "bulk_stream", "bulk_uring_ghost",
)  # fmt: skip
