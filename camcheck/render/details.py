"""Everything that a report has, for a terminal: what `camcheck scan --details` adds to the answer.

Severity and state are words, never colour or position alone, so a screen reader loses nothing.
"""

from collections.abc import Callable, Iterator
from functools import partial

from camcheck.findings import Report, Severity
from camcheck.model import Camera, DriverReferences, Holder, Process, Snapshot
from camcheck.printable import printable
from camcheck.render.lines import WIDTH, Paint, wrapped

Page = Callable[..., list[str]]
"""`wrapped` for the width of the terminal."""
_LATEST = 10
SEVERITY_COLOUR = {
    Severity.INFO: "dim",
    Severity.LOW: "yellow",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "red",
    Severity.CRITICAL: "red",
}


def render(report: Report, *, colour: bool = False, width: int = WIDTH) -> str:
    """All cameras, findings and gaps. ``colour`` adds ANSI attributes around words that say the
    same; ``width`` is that of the terminal, in columns."""
    paint = Paint(on=colour)
    page = partial(wrapped, width=width)
    parts = [*_cameras(report.snapshot, paint, page), *_findings(report, paint, page)]
    parts += [*_remembered(report.snapshot, paint, page), *_gaps(report, paint, page)]
    parts += _closing(report, paint, page)
    return "\n".join(parts) + "\n"


def render_cameras(snapshot: Snapshot, *, colour: bool = False, width: int = WIDTH) -> str:
    """The cameras alone, each with its identity and all its nodes."""
    paint, page = Paint(on=colour), partial(wrapped, width=width)
    lines: list[str] = []
    for camera in snapshot.cameras:
        lines += [paint(line, "bold") for line in page(printable(camera.name, limit=60))]
        lines += page(f"id: {printable(camera.id, limit=200)}", indent=2)
        lines += page(_kind(camera), indent=2)
        for node in camera.nodes:
            lines += page(f"{node.kind.value} {printable(node.path, limit=60)}", indent=2)
        lines.append("")
    if not snapshot.cameras:
        lines += [*page(_no_camera(snapshot)), ""]
    for gap in snapshot.gaps:
        if gap.fact.value == "cameras":
            lines += page(f"- {printable(gap.detail)}", hang=2)
    return "\n".join(lines).rstrip("\n") + "\n"


def _is_missing(entry: DriverReferences) -> bool:
    return entry.opened is not None and entry.opened > entry.accounted


def _cameras(snapshot: Snapshot, paint: Paint, page: Page) -> Iterator[str]:
    yield paint("Cameras", "bold")
    for camera in snapshot.cameras:
        yield from page(f"{printable(camera.name, limit=60)} ({_kind(camera)})", indent=2)
        yield from _filming(snapshot, camera, page)
        yield from _users(snapshot, camera, page)
    if not snapshot.cameras:
        yield from page(_no_camera(snapshot), indent=2)
    yield ""


def _no_camera(snapshot: Snapshot) -> str:
    blind = any(gap.fact.value == "cameras" for gap in snapshot.gaps)
    if blind:
        return "The list of cameras could not be read."
    return "No camera was found. If this computer has one, plug it in or switch it on."


def _kind(camera: Camera) -> str:
    where = camera.bus.value
    if camera.vendor_id and camera.product_id:
        where += (
            f" {printable(camera.vendor_id, limit=50)}:{printable(camera.product_id, limit=50)}"
        )
    driver = f"driver {printable(camera.driver, limit=50)}" if camera.driver else "no driver"
    paths = [
        printable(node.path, limit=50) for node in camera.nodes if node.kind.value == "capture"
    ]
    return ", ".join([camera.kind.value, where, driver, *paths[:4]])


def _filming(snapshot: Snapshot, camera: Camera, page: Page) -> Iterator[str]:
    """Whether it films, and what the user is shown of that."""
    words = {"active": "Filming now", "inactive": "Not filming"}
    for capture in snapshot.captures:
        if capture.camera == camera.id:
            state = words.get(capture.state.value, "Filming or not could not be told")
            text = f"{state}: {printable(capture.reason, limit=200)}."
            yield from page(text, indent=4, hang=2)
    for indicator in snapshot.indicators:
        if indicator.camera == camera.id:
            kind = indicator.kind.value.replace("-", " ").capitalize().replace("Led", "Light")
            state = indicator.state.value.replace("-", " ")
            text = f"{kind}: {state}. {printable(indicator.reason, limit=300)}."
            yield from page(text, indent=4, hang=2)


def _users(snapshot: Snapshot, camera: Camera, page: Page) -> Iterator[str]:
    mine = [holder for holder in snapshot.holders if holder.camera == camera.id]
    if not mine:
        yield from page(_nobody(snapshot, camera), indent=4)
    for identity in dict.fromkeys(holder.process for holder in mine):
        process = next((known for known in snapshot.processes if known.id == identity), None)
        ways = [holder for holder in mine if holder.process == identity]
        yield from page(_user(process, ways), indent=4, hang=2)


def _nobody(snapshot: Snapshot, camera: Camera) -> str:
    for entry in snapshot.references:
        if camera.id in entry.cameras and entry.opened is not None and entry.measured:
            if _is_missing(entry):
                return "Somebody has it open who was not found."
            if entry.opened == 0:
                return "Nobody has it open, and its driver says so, too."
            return "Nobody was found to have it open."
    return "Nobody was found to have it open; its driver does not confirm that."


def _user(process: Process | None, ways: list[Holder]) -> str:
    how = ", ".join(sorted({way.via.value for way in ways}))
    if process is None:
        return f"Open by process {ways[0].pid}, which has ended ({how})"
    parts = [f"Open by {printable(process.name, limit=40)} (process {process.pid}, via {how})"]
    if process.user:
        parts.append(f"user {printable(process.user, limit=40)}")
    if process.started:
        parts.append(f"since {process.started.astimezone():%Y-%m-%d %H:%M}")
    parts.append(printable(process.exe, limit=200) if process.exe else "program file not known")
    for label, value in (("unit", process.unit), ("container", process.container)):
        parts += [f"{label} {printable(value, limit=80)}"] if value else []
    return ", ".join(parts)


def _findings(report: Report, paint: Paint, page: Page) -> Iterator[str]:
    for finding in report.findings:
        label = f"[{finding.severity.value.upper()}]"
        first, *rest = page(f"{label} {printable(finding.title, limit=300)}", hang=2)
        yield paint(first, SEVERITY_COLOUR[finding.severity])
        yield from rest
        yield from page(printable(finding.explanation, limit=2000), indent=2)
        yield from _list("What was seen", [evidence.text for evidence in finding.evidence], page)
        yield from _list("Harmless causes", finding.harmless, page)
        yield from _list("What to do", finding.remediation, page)
        if finding.signature:
            rule = f"{finding.signature.id}, by {finding.signature.author}"
            yield from page(f"Rule {printable(rule, limit=200)}", indent=2)
        yield from page(f"More: camcheck explain {printable(finding.check, limit=60)}", indent=2)
        yield ""


def _list(title: str, items: tuple[str, ...] | list[str], page: Page) -> Iterator[str]:
    if items:
        yield f"  {title}:"
    for item in items:
        yield from page(f"- {printable(item, limit=600)}", indent=4, hang=2)


def _remembered(snapshot: Snapshot, paint: Paint, page: Page) -> Iterator[str]:
    """The latest uses that the system itself has noted."""
    if not snapshot.history:
        return
    from camcheck.render import remembered

    name = remembered.system_name(snapshot.host.system)
    yield paint(f"Earlier use of cameras, as {name} remembers it", "bold")
    yield from page(remembered.limits(snapshot.host.system), indent=2)
    for use in snapshot.history[-_LATEST:]:
        text = f"{use.began.astimezone():%Y-%m-%d %H:%M} {remembered.sentence(use)}"
        yield from page(f"- {printable(text, limit=300)}", indent=2, hang=2)
    earlier = len(snapshot.history) - _LATEST
    if earlier > 0:
        text = f"{earlier} earlier ones are in a report (camcheck scan --report FILE)."
        yield from page(text, indent=2)
    yield ""


def _gaps(report: Report, paint: Paint, page: Page) -> Iterator[str]:
    if not report.gaps:
        return
    yield paint("What could not be checked", "bold")
    for gap in report.gaps:
        text = f"- {printable(gap.subject, limit=120)}: {printable(gap.detail, limit=600)}"
        yield from page(text, indent=2, hang=2)
    yield ""


def _closing(report: Report, paint: Paint, page: Page) -> Iterator[str]:
    host, at = report.snapshot.host, report.snapshot.finished_at.astimezone()
    who = "as administrator" if report.snapshot.elevated else "as an ordinary user"
    yield from (
        paint(line, "dim")
        for line in page(
            f"camcheck {printable(report.camcheck_version, limit=50)}, "
            f"{len(report.checks)} checks, "
            f"{len(report.snapshot.processes)} processes, {who}, on "
            f"{printable(host.system, limit=40)} {printable(host.release, limit=60)}, "
            f"{at:%Y-%m-%d %H:%M:%S %Z}. A scan shows this moment only, and it is no proof that "
            "nobody watches at another time."
        )
    )
