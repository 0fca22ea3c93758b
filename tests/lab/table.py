"""The matrix as a page of the documentation: docs/holder-matrix.md."""

import sys
from collections.abc import Iterator
from typing import Any

from .cache import REPOSITORY
from .measured import KERNELS, matrix_of, why_not
from .ways import WAYS

PAGE = REPOSITORY / "docs/holder-matrix.md"
TOOLS_VARY = ("blocks_readers",)  # whether lsof and fuser wait for it or get by
VARIES = ("flicker",)  # seen or not, as the moment has it

HEAD = """\
# Who holds the camera: what camcheck sees

Measured by `scripts/lab --matrix` in a virtual machine with Debian's kernel and its real
uvcvideo driver. For each way of holding, a program really holds the camera (and, where the row
is about capture, really streams from it, which the emulated webcam confirms) while everybody is
asked: `camcheck scan` as root; as root whom a filter refuses bpf(2), so that every descriptor is
looked at in turn; as alice, whose process it is; and as bob, an ordinary user without any right to
the camera; and, as root, `lsof`, `fuser` (both about every device node of that camera) and psutil's
`open_files()`.

- **seen**: the process is named, by the ways given; then the findings above information.
- **counted**: a finding says that somebody holds it; who, nobody can say.
- **gap**: not seen, and the report says what could not be looked at.
- **nothing**: neither.

Rows of another person's process or of a system's user (`by_mallory`, `other_uid`), and of a
process that hides from its own user (`nodump`), are not alice's to look into.
"""


def write_tables() -> None:
    """Measures on every kernel and writes the page."""
    parts = [HEAD]
    for kernel in KERNELS:
        if reason := why_not(kernel):
            sys.stderr.write(f"lab: left out: {reason}\n")
            continue
        parts.append("\n".join(section(matrix_of(kernel))))
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    sys.stderr.write(f"lab: wrote {PAGE}\n")


def section(measured: dict[str, Any]) -> Iterator[str]:
    """The lines of one kernel's table."""
    yield f"## Linux {measured['kernel']}\n"
    yield "| way of holding | | root | root, no bpf | alice | bob | lsof | fuser | psutil |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, row in measured["rows"].items():
        if "views" in row and name not in VARIES:
            yield f"| `{name}` | {WAYS[name].title} | {' | '.join(cells_of(row))} |"
    yield ""


def cells_of(row: dict[str, Any]) -> list[str]:
    """What each viewer and each tool said, in words."""
    told = [answer_in_words(row["pid"], view["report"]) for view in row["views"].values()]
    return told + ["yes" if row[tool] else "no" for tool in ("lsof", "fuser", "psutil")]


def answer_in_words(pid: int | None, report: dict[str, Any]) -> str:
    """What one report says about the process, for a cell."""
    via = sorted({holder["via"] for holder in report["holders"] if holder["pid"] == pid})
    grave = [f for f in report["findings"] if f["severity"] != "info"]
    alarms = "; ".join(sorted({f"{f['check']} ({f['severity']})" for f in grave}))
    if via:
        return f"seen: {', '.join(via)}" + (f"; {alarms}" if alarms else "")
    if alarms:
        return f"counted: {alarms}"
    return "gap" if report["gaps"] else "nothing"


def claims(page: str) -> dict[tuple[str, str], list[str]]:
    """By kernel and way: the first word of each cell, which is what the page claims."""
    found: dict[tuple[str, str], list[str]] = {}
    kernel = ""
    for line in page.splitlines():
        if line.startswith("## Linux "):
            kernel = line.removeprefix("## Linux ")
        elif line.startswith("| `"):
            fields = [field.strip() for field in line.strip("|").split("|")]
            name = fields[0].strip("`")
            told = fields[2:-3] if name in TOOLS_VARY else fields[2:]
            found[kernel, name] = [field.split(":")[0] for field in told]
    return found
