"""A report as a file whose ending says what it is."""

from camcheck.errors import OutputError
from camcheck.findings import Report
from camcheck.output import write_whole
from camcheck.report.redact import redact
from camcheck.serial import from_plain, to_plain

_FORMS = {".ocsf.json": "ocsf", ".html": "html", ".json": "json", ".md": "markdown"}


def write_report(report: Report, path: str, *, full: bool = False) -> str:
    """Writes ``report`` to ``path``, whole or not at all, and returns its digest (SHA-256, hex).

    The ending of ``path`` chooses the form. Without ``full`` names and secrets are replaced first.
    It tells what changed since the last report in that folder. Raises OutputError, also for an
    unknown ending.
    """
    from camcheck.render import json as render_json
    from camcheck.report.earlier import with_earlier

    report = with_earlier(report, path)
    report = storable(report if full else redact(report))
    write_whole(path, rendered(report, path))
    digest: str = render_json.document(report)["digest"]
    return digest


def storable(report: Report) -> Report:
    """``report`` as it will be when it is read again: bounded texts that UTF-8 can hold."""
    result: Report = from_plain(Report, to_plain(report))
    return result


def rendered(report: Report, path: str) -> str:
    """``report`` in the form that the ending of ``path`` asks for. Raises OutputError."""
    from importlib import import_module

    text: str = import_module(f"camcheck.render.{check_ending(path)}").render(report)
    return text


def check_ending(path: str) -> str:
    """The form that ``path`` asks for by its ending. Raises OutputError."""
    form = next((form for end, form in _FORMS.items() if path.lower().endswith(end)), None)
    if form is None:
        raise OutputError(f"{path} should end in .html, .json, .ocsf.json or .md.")
    return form
