"""A report for a person at a terminal: the answer first, 80 columns, no colour needed.

Severity and state are words, never colour or position alone, so a screen reader loses nothing.
"""

from collections.abc import Iterator

from camcheck.findings import Finding, Report, Severity, Verdict
from camcheck.model import Camera, DriverReferences, Holder, Process, Snapshot
from camcheck.render.answer import headline
from camcheck.render.printable import printable

WIDTH = 80
_LATEST = 10
_COLOURS = {"bold": "1", "red": "1;31", "yellow": "33", "green": "32", "dim": "2"}
_SEVERITY_COLOUR = {
    Severity.INFO: "dim",
    Severity.LOW: "yellow",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "red",
    Severity.CRITICAL: "red",
}


def render(report: Report, *, colour: bool = False) -> str:
    """The whole report. ``colour`` adds ANSI attributes around words that say the same."""
    paint = _Paint(on=colour)
    parts = [*_verdict(report, paint), *_cameras(report.snapshot, paint)]
    parts += [*_findings(report.findings, paint), *_remembered(report.snapshot, paint)]
    parts += [*_gaps(report, paint), *_closing(report, paint)]
    return "\n".join(parts) + "\n"


def render_cameras(snapshot: Snapshot, *, colour: bool = False) -> str:
    """The cameras alone, each with its identity and all its nodes."""
    paint = _Paint(on=colour)
    lines: list[str] = []
    for camera in snapshot.cameras:
        lines += [paint(line, "bold") for line in _wrapped(printable(camera.name, limit=60))]
        lines += _wrapped(f"id: {printable(camera.id, limit=200)}", indent=2)
        lines += _wrapped(_kind(camera), indent=2)
        for node in camera.nodes:
            lines += _wrapped(f"{node.kind.value} {printable(node.path, limit=60)}", indent=2)
        lines.append("")
    if not snapshot.cameras:
        lines += [*_wrapped(_no_camera(snapshot)), ""]
    for gap in snapshot.gaps:
        if gap.fact.value == "cameras":
            lines += _wrapped(f"- {printable(gap.detail)}", hang=2)
    return "\n".join(lines).rstrip("\n") + "\n"


class _Paint:
    def __init__(self, *, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if self.on else text


def _is_missing(entry: DriverReferences) -> bool:
    return entry.opened is not None and entry.opened > entry.accounted


def _verdict(report: Report, paint: _Paint) -> Iterator[str]:
    for line in _wrapped(headline(report)):
        yield paint(line, _verdict_style(report))
    yield ""


def _verdict_style(report: Report) -> str:
    if report.verdict is Verdict.FOUND and report.worst is not Severity.INFO:
        return _SEVERITY_COLOUR[report.worst or Severity.HIGH]
    return "yellow" if report.verdict is Verdict.INCOMPLETE else "green"


def _cameras(snapshot: Snapshot, paint: _Paint) -> Iterator[str]:
    yield paint("Cameras", "bold")
    for camera in snapshot.cameras:
        yield from _wrapped(f"{printable(camera.name, limit=60)} ({_kind(camera)})", indent=2)
        yield from _filming(snapshot, camera)
        yield from _users(snapshot, camera)
    if not snapshot.cameras:
        yield from _wrapped(_no_camera(snapshot), indent=2)
    yield ""


def _no_camera(snapshot: Snapshot) -> str:
    blind = any(gap.fact.value == "cameras" for gap in snapshot.gaps)
    return "The list of cameras could not be read." if blind else "No camera was found."


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


def _filming(snapshot: Snapshot, camera: Camera) -> Iterator[str]:
    """Whether it films, and what the user is shown of that."""
    words = {"active": "Filming now", "inactive": "Not filming"}
    for capture in snapshot.captures:
        if capture.camera == camera.id:
            state = words.get(capture.state.value, "Filming or not could not be told")
            text = f"{state}: {printable(capture.reason, limit=200)}."
            yield from _wrapped(text, indent=4, hang=2)
    for indicator in snapshot.indicators:
        if indicator.camera == camera.id:
            kind = indicator.kind.value.replace("-", " ").capitalize().replace("Led", "Light")
            state = indicator.state.value.replace("-", " ")
            text = f"{kind}: {state}. {printable(indicator.reason, limit=300)}."
            yield from _wrapped(text, indent=4, hang=2)


def _users(snapshot: Snapshot, camera: Camera) -> Iterator[str]:
    mine = [holder for holder in snapshot.holders if holder.camera == camera.id]
    if not mine:
        yield from _wrapped(_nobody(snapshot, camera), indent=4)
    for identity in dict.fromkeys(holder.process for holder in mine):
        process = next((known for known in snapshot.processes if known.id == identity), None)
        ways = [holder for holder in mine if holder.process == identity]
        yield from _wrapped(_user(process, ways), indent=4, hang=2)


def _nobody(snapshot: Snapshot, camera: Camera) -> str:
    for entry in snapshot.references:
        if camera.id in entry.cameras and entry.opened is not None and entry.calibrated:
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


def _findings(findings: tuple[Finding, ...], paint: _Paint) -> Iterator[str]:
    for finding in findings:
        label = f"[{finding.severity.value.upper()}]"
        first, *rest = _wrapped(f"{label} {printable(finding.title, limit=300)}", hang=2)
        yield paint(first, _SEVERITY_COLOUR[finding.severity])
        yield from rest
        yield from _wrapped(printable(finding.explanation, limit=2000), indent=2)
        yield from _list("What was seen", [evidence.text for evidence in finding.evidence])
        yield from _list("Harmless causes", finding.harmless)
        yield from _list("What to do", finding.remediation)
        if finding.signature:
            rule = f"{finding.signature.id}, by {finding.signature.author}"
            yield from _wrapped(f"Rule {printable(rule, limit=200)}", indent=2)
        yield from _wrapped(
            f"More: camcheck explain {printable(finding.check, limit=60)}", indent=2
        )
        yield ""


def _list(title: str, items: tuple[str, ...] | list[str]) -> Iterator[str]:
    if items:
        yield f"  {title}:"
    for item in items:
        yield from _wrapped(f"- {printable(item, limit=600)}", indent=4, hang=2)


def _remembered(snapshot: Snapshot, paint: _Paint) -> Iterator[str]:
    """The latest uses that the system itself has noted."""
    if not snapshot.history:
        return
    from camcheck.render import remembered

    name = remembered.system_name(snapshot.host.system)
    yield paint(f"Earlier use of cameras, as {name} remembers it", "bold")
    yield from _wrapped(remembered.limits(snapshot.host.system), indent=2)
    for use in snapshot.history[-_LATEST:]:
        text = f"{use.began.astimezone():%Y-%m-%d %H:%M} {remembered.sentence(use)}"
        yield from _wrapped(f"- {printable(text, limit=300)}", indent=2, hang=2)
    earlier = len(snapshot.history) - _LATEST
    if earlier > 0:
        text = f"{earlier} earlier ones are in a report (camcheck scan --report FILE)."
        yield from _wrapped(text, indent=2)
    yield ""


def _gaps(report: Report, paint: _Paint) -> Iterator[str]:
    if not report.gaps:
        return
    yield paint("What could not be checked", "bold")
    for gap in report.gaps:
        text = f"- {printable(gap.subject, limit=120)}: {printable(gap.detail, limit=600)}"
        yield from _wrapped(text, indent=2, hang=2)
    yield ""


def _closing(report: Report, paint: _Paint) -> Iterator[str]:
    host, at = report.snapshot.host, report.snapshot.finished_at.astimezone()
    who = "as administrator" if report.snapshot.elevated else "as an ordinary user"
    yield from (
        paint(line, "dim")
        for line in _wrapped(
            f"camcheck {printable(report.camcheck_version, limit=50)}, "
            f"{len(report.checks)} checks, "
            f"{len(report.snapshot.processes)} processes, {who}, on "
            f"{printable(host.system, limit=40)} {printable(host.release, limit=60)}, "
            f"{at:%Y-%m-%d %H:%M:%S %Z}. A scan shows this moment only, and it is no proof that "
            "nobody watches at another time."
        )
    )


def _wrapped(text: str, *, indent: int = 0, hang: int = 0) -> list[str]:
    """Lines of at most `WIDTH` columns; wide characters count twice, as terminals show them."""
    margin, lines, line, used = " " * indent, [], "", 0
    for word in text.split(" "):
        width = _columns(word)
        if line and used + 1 + width > WIDTH:
            lines.append(line)
            line = ""
        if not line:
            line = margin + (" " * hang if lines else "") + word
            used = _columns(line)
        else:
            line += " " + word
            used += 1 + width
        while used > WIDTH:
            head = _head(line)
            lines.append(head)
            line = margin + " " * hang + line[len(head) :]
            used = _columns(line)
    return [*lines, line] if line.strip() else lines


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )


def _head(line: str) -> str:
    """As much of a word that fits nowhere as fits on one line."""
    end = WIDTH
    while _columns(line[:end]) > WIDTH:
        end -= 1
    return line[:end]
