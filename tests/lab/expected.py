"""What camcheck has to say about each way of holding, to each viewer."""

from typing import NamedTuple


class Seen(NamedTuple):
    """The holder is named. ``via``: one of them; ``checks``: all of them; calm: no alarm."""

    via: frozenset[str]
    checks: frozenset[str] = frozenset()
    calm: bool = False


class Counted(NamedTuple):
    """Nobody can be named, but that somebody holds it is a finding of ``check``."""

    check: str


class Unseen(NamedTuple):
    """It may not be looked at: a gap says so, and the answer is never "clear"."""


class Missed(NamedTuple):
    """Nothing on the machine tells of it: docs/security-model.md says so."""


Answer = Seen | Counted | Unseen | Missed


class Row(NamedTuple):
    """The answers to root, to alice, and to bob, who may not look into others' processes."""

    root: Answer
    alice: Answer
    bob: Answer = Unseen()

    @property
    def confined(self) -> Answer:
        """Root that the kernel does not point to descriptors misses nothing either."""
        return self.root


def _seen(*via: str, checks: str = "", calm: bool = False) -> Seen:
    return Seen(frozenset(via), frozenset(checks.split()), calm)


def _own(*via: str, checks: str = "", calm: bool = False) -> Row:
    """A process of alice: root and she see the same."""
    answer = _seen(*via, checks=checks, calm=calm)
    return Row(answer, answer)


def _others(*via: str, calm: bool = False) -> Row:
    """A process that alice may not look into, though she may use the camera."""
    return Row(_seen(*via, calm=calm), Unseen())


_GHOST = Row(Counted("unattributed-holder"), Unseen())
_RAW = Row(
    _seen("usbfs", checks="raw-usb-holder"),
    _seen("usbfs", checks="raw-usb-holder"),
    Counted("camera-taken-over"),
)

EXPECTED = {
    "open_only": _own("fd", calm=True),
    "rdonly_query": _own("fd", calm=True),
    "stream_mmap": _own("fd", calm=True),
    "userptr": _own("fd", calm=True),
    "mmap_closefd": _own("mapping"),
    "uring_fixed": _own("io-uring", checks="concealed-holder"),
    "uring_ghost": _GHOST,
    "scm_parked": _own("in-flight"),
    "scm_cycle": _own("in-flight", "fd"),
    "thread_unshare": _own("thread-fd", checks="concealed-holder"),
    "zombie_leader": _own("thread-fd", checks="concealed-holder"),
    "mknod_ns": _own("fd"),
    "mknod_unlinked": _own("fd", checks="concealed-holder"),
    "renamed": _own("fd", checks="suspicious-holder"),
    "deleted_exe": _own("fd", checks="suspicious-holder"),
    "memfd_exec": _own("fd", checks="suspicious-holder"),
    "preload": _own("fd", checks="suspicious-holder"),
    "traced": _own("fd", checks="suspicious-holder"),
    "other_uid": _others("fd", calm=True),
    "by_mallory": _others("fd", calm=True),
    "nodump": _others("fd", calm=True),
    "pidns": _own("fd", calm=True),
    "userns": _own("fd", calm=True),
    "dmabuf_both": _own("fd", calm=True),
    "dmabuf_after": _own("dma-buf", calm=True),
    "dmabuf_passed": _own("dma-buf", calm=True),
    "pidfd_steal": _own("mapping"),
    "mmap_tap": _own("mapping"),
    "proc_masked": Row(
        _seen("fd", "mapping", checks="concealed-holder"),
        Counted("hidden-process"),
        Counted("hidden-process"),
    ),
    "library_hides": Row(
        _seen("fd", checks="hidden-process concealed-holder"),
        _seen("fd", checks="hidden-process concealed-holder"),
        Counted("hidden-process"),
    ),
    "blocks_readers": Row(
        _seen("fd", checks="blocked-look"),
        _seen("fd", checks="blocked-look"),
        Counted("blocked-look"),
    ),
    "spliced": Row(Missed(), Missed()),
    "meta_open": _own("fd", calm=True),
    "media_open": _own("fd", calm=True),
    "usbfs_vs": _RAW,
    "usbfs": _RAW,
    "vivid_stream": _own("fd", calm=True),
    "bulk_stream": _own("fd", calm=True),
    "bulk_thread": _own("thread-fd", checks="concealed-holder"),
    "bulk_uring_fixed": _own("io-uring", checks="concealed-holder"),
    "bulk_uring_ghost": _GHOST,
    "bulk_usbfs_vs": _RAW,
}
