"""What camcheck answers while a program really holds a camera, for docs/answers.md."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from camcheck.answer import Answer
from camcheck.serial import from_plain
from tests.answer.page import PLAYED, Row, row

from .machine import play
from .ways import WAYS

VIEWERS = {"root": "asked as administrator", "alice": "asked by alice", "bob": "asked by bob"}
SHOWN = (
    ("stream_mmap", "root"),
    ("stream_mmap", "alice"),
    ("stream_mmap", "bob"),
    ("by_mallory", "root"),
    ("by_mallory", "alice"),
    ("other_uid", "root"),
    ("mmap_closefd", "root"),
    ("uring_fixed", "root"),
    ("uring_ghost", "root"),
    ("thread_unshare", "root"),
    ("mknod_ns", "root"),
    ("renamed", "root"),
    ("deleted_exe", "root"),
    ("memfd_exec", "root"),
    ("preload", "root"),
    ("traced", "root"),
    ("mmap_tap", "root"),
    ("proc_masked", "root"),
    ("usbfs", "root"),
    ("nodump", "alice"),
)
"""Ways of holding and who asks, in the order of the page."""


def record() -> None:
    """Plays the rows and writes what was said."""
    ways = dict.fromkeys(way for way, _ in SHOWN)
    rows = list(played(play("matrix", *ways, timeout=2400)))
    PLAYED.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    sys.stderr.write(f"lab: wrote {PLAYED}; python -m tests.answer.page makes the page of it\n")


def played(measured: dict[str, Any]) -> Iterator[Row]:
    """The rows of the page, from a matrix that was measured."""
    for way, viewer in SHOWN:
        views = measured["rows"].get(way, {}).get("views")
        if views:
            name = f"{WAYS[way].title}, {VIEWERS[viewer]}"
            yield row(name, answer_of(views[viewer]["report"]))


def answer_of(report: dict[str, Any]) -> Answer:
    """The answer in a report's JSON."""
    given: Answer = from_plain(Answer, report["answer"], where="answer")
    return given
