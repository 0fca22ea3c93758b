"""The rows of the capture matrix: what is done in the lab, and what camcheck must say of it."""

from typing import NamedTuple


class Row(NamedTuple):
    """A situation. ``command`` is a holder of tests.lab.holders, () for nobody.

    ``light`` is what the readable light shows (None: there is no such light). ``icon`` is what the
    desktop's icon shows (None: there is no desktop). ``call`` is a program of the desktop that
    receives pictures from PipeWire: of the camera, or of a decoy that calls itself by its name.
    ``policy`` is the webcam's own light, which nobody but its record tells. ``findings`` are the
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
    icon: bool | None = None
    call: str | None = None
    policy: str = "honest"


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
        row("lurk-unseen", "uring lurk", "inactive", {"unattributed-holder"}, light=None),
        row("idle-dark", "", "inactive", set(), light=False),
        row("idle-lit", "", "inactive", {lit}, light=True),
        row("open-dark", "opener", "inactive", {use}, light=False),
        row("open-lit", "opener", "inactive", {use, lit}, light=True),
        row("film-dark", "stream", "active", {use, dark}, light=False),
        row("film-lit", "stream", "active", {use}, light=True),
        row("lurk-dark", "uring lurk", "inactive", {"unattributed-holder"}, light=False),
        row("lurk-lit", "uring lurk", "inactive", {"unattributed-holder", lit}, light=True),
        row("hidden-dark", "uring ghost", "active", hidden | {dark}, light=False),
        row("hidden-lit", "uring ghost", "active", hidden, light=True),
    )
    # A bulk camera differs in its witnesses, not in its light.
    few = ("idle-unseen", "open-unseen", "film-unseen", "film-dark", "hidden-unseen")
    return rows if webcam == "iso" else tuple(r for r in rows if r.name[5:] in few)


def _desktop_rows() -> tuple[Row, ...]:
    """The same with a desktop: its icon off, on for a call, or on for a decoy of the camera."""
    use, lit, dark = "camera-in-use", "indicator-without-capture", "capture-without-indicator"
    past, hidden = "desktop-icon-bypassed", "unattributed-holder"
    # The desktop is only asked when a camera is held or films: no icon counts in rows 1 and 3.
    # name, holder, call, state, findings with the icon off, findings with the icon on
    doings: tuple[tuple[str, str, str, str, set[str], set[str]], ...] = (
        ("idle", "", "decoy", "inactive", set(), set()),
        ("open", "opener", "decoy", "inactive", {use}, {use, lit}),
        ("lurk", "uring lurk", "decoy", "inactive", {hidden}, {hidden}),
        ("hidden", "uring ghost", "decoy", "active", {hidden, "capture-unattributed"},
         {hidden, "capture-unattributed", use}),
        ("film", "stream", "camera", "active", {use, past}, {use}),
    )  # fmt: skip
    rows = []
    for name, command, call, state, silent, shown in doings:
        for seen, light in (("unseen", None), ("dark", False), ("lit", True)):
            more = {dark} if light is False and state == "active" else set()
            more |= {lit} if light and state == "inactive" else set()
            off = Row(
                f"icon-off-{name}-{seen}", tuple(command.split()), state,
                frozenset(silent | more), light, icon=False,
            )  # fmt: skip
            on = off._replace(
                name=f"icon-on-{name}-{seen}",
                command=() if call == "camera" else off.command,
                findings=frozenset(shown | more),
                icon=True,
                call=call,
            )
            rows += [off, on]
    # The stream of a call goes on for some seconds: those rows come one after the other.
    return tuple(sorted(rows, key=lambda row: row.call or ""))


_RAW = frozenset({"raw-usb-holder", "camera-taken-over"})
_TAP = frozenset({"camera-in-use", "second-viewer"})

ROWS = (
    *_rows("iso"),
    Row("iso-raw", ("usbfs", "vs"), "active", _RAW, node="usb"),
    Row("iso-tap", ("tap",), "active", _TAP, filmed_by=("count",)),
    Row("iso-film-lying", ("stream",), "active", frozenset({"camera-in-use"}), policy="dark"),
    Row("iso-idle-lying", (), "inactive", frozenset(), policy="on"),
    *_desktop_rows(),
    *_rows("bulk"),
    Row("bulk-raw", ("usbfs", "vs"), "active", _RAW, node="usb", webcam="bulk"),
)

# What is played on kernels where power means something else; no light can be made there.
FEW = (
    *("iso-idle-unseen", "iso-open-unseen", "iso-film-unseen", "iso-hidden-unseen", "iso-raw"),
    *("iso-lurk-unseen", "iso-film-lying"),
    *(row.name for row in _desktop_rows() if row.light is None),
    *("bulk-open-unseen", "bulk-film-unseen"),
)
