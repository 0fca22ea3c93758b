"""The rows of the capture matrix: what is done in the lab, and what camcheck must say of it."""

from typing import NamedTuple


class Row(NamedTuple):
    """A situation. ``command`` is a holder of tests.lab.holders, () for nobody.

    ``light`` is what the readable light shows (None: there is no such light). ``findings`` are the
    checks that must speak, and no others, when root scans. ``filmed_by`` films before that.
    """

    name: str
    command: tuple[str, ...]
    state: str
    findings: frozenset[str]
    light: bool | None = None
    node: str = "video"
    webcam: str = "iso"
    filmed_by: tuple[str, ...] = ()


def _rows(webcam: str) -> tuple[Row, ...]:
    def row(name: str, command: str, state: str, findings: set[str], *, light: bool | None) -> Row:
        title = f"{webcam}-{name}"
        return Row(title, tuple(command.split()), state, frozenset(findings), light, webcam=webcam)

    dark, lit = "capture-without-indicator", "indicator-without-capture"
    use, hidden = "camera-in-use", {"unattributed-holder", "capture-unattributed"}
    rows = (
        row("idle-unseen", "", "inactive", set(), light=None),
        row("open-unseen", "opener", "inactive", {use}, light=None),
        row("film-unseen", "stream", "active", {use}, light=None),
        row("hidden-unseen", "uring ghost", "active", hidden, light=None),
        row("idle-dark", "", "inactive", set(), light=False),
        row("idle-lit", "", "inactive", {lit}, light=True),
        row("open-dark", "opener", "inactive", {use}, light=False),
        row("open-lit", "opener", "inactive", {use, lit}, light=True),
        row("film-dark", "stream", "active", {use, dark}, light=False),
        row("film-lit", "stream", "active", {use}, light=True),
        row("hidden-dark", "uring ghost", "active", hidden | {dark}, light=False),
        row("hidden-lit", "uring ghost", "active", hidden, light=True),
    )
    # A bulk camera differs in its witnesses, not in its light.
    few = ("idle-unseen", "open-unseen", "film-unseen", "film-dark", "hidden-unseen")
    return rows if webcam == "iso" else tuple(r for r in rows if r.name[5:] in few)


_RAW = frozenset({"raw-usb-holder", "camera-taken-over"})
_TAP = frozenset({"camera-in-use", "second-viewer"})

ROWS = (
    *_rows("iso"),
    Row("iso-raw", ("usbfs", "vs"), "active", _RAW, node="usb"),
    Row("iso-tap", ("tap",), "active", _TAP, filmed_by=("count",)),
    *_rows("bulk"),
    Row("bulk-raw", ("usbfs", "vs"), "active", _RAW, node="usb", webcam="bulk"),
)

# What is played on kernels where power means something else; no light can be made there.
FEW = (
    *("iso-idle-unseen", "iso-open-unseen", "iso-film-unseen", "iso-hidden-unseen", "iso-raw"),
    *("bulk-open-unseen", "bulk-film-unseen"),
)
