"""The report as one HTML file: readable offline, without scripts, on paper and on a phone."""

from functools import cache
from typing import TYPE_CHECKING, Any

from camcheck.answer.card import card
from camcheck.answer.judge import answer
from camcheck.findings import Report, Subject
from camcheck.printable import printable
from camcheck.render import json as render_json
from camcheck.render import picture, remembered, view, words

if TYPE_CHECKING:
    from jinja2 import Environment

OPENING = '<script type="application/json" id="camcheck-report">'
CLOSING = "</script>"
_LONGEST = 4000  # characters of one text; the embedded JSON has all of it


def render(report: Report) -> str:
    """``report`` as a whole HTML page with its JSON inside.

    Every text goes through `printable` and is then escaped, both by the template environment, so
    that no template can forget it. The same report gives the same page, byte by byte.
    """
    data, given = render_json.document(report), answer(report)
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            data=_embedded(report),
            digest=data["digest"],
            platform=data["platform"],
            cameras=[(item, picture.grid(item)) for item in view.cameras(report)],
            findings=view.findings(report),
            programs=view.programs(report),
            tree=view.tree(report),
            boxes=picture.tree(report),
            bars=picture.bars(report),
            timeline=view.timeline(report),
            words=words,
            remembered=remembered.limits(report.snapshot.host.system),
            answer=given,
            card=card(given),
            width=picture.WIDTH,
            css=_style(),
            policy=_policy(),
        )
    )


def _embedded(report: Report) -> Any:
    """The JSON so that it cannot end its element: no ``<``, ``>`` or ``&`` is left in it."""
    from markupsafe import Markup

    text = render_json.render(report).replace("&", "\\u0026")
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 (see above)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("camcheck.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["grouped"] = words.grouped
    environment.filters["when"] = words.when
    return environment


def _visible(value: Any) -> Any:
    """What a template prints: only markup of the templates themselves goes through untouched."""
    if isinstance(value, Subject):
        value = str(value)
    return printable(value, limit=_LONGEST) if type(value) is str else value


@cache
def _style() -> Any:
    from importlib.resources import files

    from markupsafe import Markup

    text = (files("camcheck.render") / "templates" / "report.css").read_text("utf-8")
    return Markup(text)  # noqa: S704 (our own file)


@cache
def _policy() -> str:
    """The content security policy: nothing but this very style sheet."""
    import base64
    import hashlib

    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
