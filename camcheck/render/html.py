"""The report as one HTML file: readable offline, without scripts, on paper and on a phone."""

from functools import cache
from typing import TYPE_CHECKING, Any

from camcheck.answer import Answer, Kind
from camcheck.answer.card import card
from camcheck.answer.judge import answer
from camcheck.findings import Report
from camcheck.printable import printable
from camcheck.render import json as render_json
from camcheck.render import picture, remembered, told, view, week, words

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
    stories, more = told.told(report, given)
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            data=_embedded(data),
            digest=data["digest"],
            platform=data["platform"],
            card=card(given),
            tone=_tone(given),
            stories=[(one, picture.tree(one.tree)) for one in stories],
            more=more,
            week=week.week(report),
            since=told.since(report),
            quieted=told.contradicted(given),
            cameras=[(item, picture.grid(item)) for item in view.cameras(report)],
            findings=view.findings(report),
            earlier=view.earlier(report),
            programs=view.programs(report),
            tree=view.tree(report),
            timeline=view.timeline(report),
            words=words,
            remembered=remembered.limits(report.snapshot.host.system),
            width=picture.WIDTH,
            beside=picture.TREE,
            css=_style(),
            policy=_policy(),
        )
    )


def _tone(given: Answer) -> str:
    """The class of the card's colours; its sentence says the same in words."""
    match given.kind:
        case Kind.NOBODY:
            return "clear" if given.complete else "low"
        case Kind.IN_USE:
            return "info"
        case Kind.LOOK:
            return "medium"
        case Kind.ALARM:
            return "critical"


def _embedded(data: dict[str, Any]) -> Any:
    """The JSON so that it cannot end its element: no ``<``, ``>`` or ``&`` is left in it."""
    from markupsafe import Markup

    text = render_json.written(data).replace("&", "\\u0026")
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
    from markupsafe import Markup

    return value if isinstance(value, Markup) else printable(str(value), limit=_LONGEST)


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
