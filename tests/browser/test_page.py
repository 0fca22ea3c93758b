"""The report page in a real browser: it shows, it does nothing, and everybody can read it."""

from importlib.resources import files
from io import BytesIO

import pypdf
import pytest

from camcheck.model import Moment
from camcheck.render.html import render
from camcheck.report.redact import redact
from tests.browser.situations import alarm, past
from tests.report.sample import CAMERA, WHEN, a_clear_report, a_report, an_incomplete_report

RUN = "window.ran = (window.ran || 0) + 1"
PAYLOADS = {
    "script": f"<script>{RUN}</script>",
    "end of data": f"</script><script>{RUN}</script>",
    "comment": f"<!--<script>--><script>{RUN}</script>",
    "event": f'<img src=x onerror="{RUN}">',
    "attribute": f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x="',
    "single quote": f"' onfocus='{RUN}' autofocus tabindex=0 x='",
    "style": f"</style><style>body{{background:url(http://192.0.2.1/x)}}</style><script>{RUN}</script>",
    "css": "red; background: url(http://192.0.2.1/css)",
    "link": f"javascript:{RUN}",
    "data link": f"data:text/html,<script>{RUN}</script>",
    "svg": f"</text></svg><svg onload='{RUN}'><image href='http://192.0.2.1/i'/><script>{RUN}</script>",
    "foreign": f"<foreignObject><iframe srcdoc='<script>{RUN}</script>'></iframe></foreignObject>",
    "title": f"</title><script>{RUN}</script>",
    "base": "<base href=http://192.0.2.1/><meta http-equiv=refresh content='0;url=http://192.0.2.1/'>",
    "link tag": "<link rel=stylesheet href=http://192.0.2.1/s><img src=http://192.0.2.1/p>",
    "template": "{{ 7*7 }}{% for x in range(9) %}x{% endfor %}${7*7}",
    "entity": f"&lt;script&gt;{RUN}&lt;/script&gt;&#60;script&#62;",
    "controls": "\x00\x1b]0;x\x07\u202e<b>\u2028\ufeff",
}
REPORTS = {
    "found": redact(a_report(timeline=(Moment(WHEN, CAMERA, "was opened by fontd"),))),
    "alarm": redact(alarm()),
    "past": redact(past()),
    "clear": a_clear_report(),
    "incomplete": an_incomplete_report(),
}


def planted(value, text):
    """``value`` with ``text`` in the place of every text."""
    if type(value) is str:
        return text
    if not isinstance(value, tuple):
        return value
    items = [planted(item, text) for item in value]
    return type(value)._make(items) if hasattr(value, "_fields") else tuple(items)


@pytest.mark.parametrize("bypass", [False, True], ids=["with policy", "without policy"])
@pytest.mark.parametrize("name", PAYLOADS)
def test_nothing_planted_in_any_field_runs(opened, name, bypass):
    """Names made to break out stay text: by escaping alone, and by the policy besides."""
    page = render(planted(REPORTS["alarm"], PAYLOADS[name]))
    seen = opened(page, bypass_csp=bypass)
    seen.page.keyboard.press("Tab")
    seen.page.mouse.move(200, 200)
    found = seen.page.evaluate(
        """() => ({
            ran: window.ran || 0,
            title: document.querySelectorAll('title').length,
            scripts: [...document.scripts].map(item => item.type),
            foreign: document.querySelectorAll(
                'img,iframe,object,embed,base,link,form,input,image,foreignObject').length,
            styles: document.querySelectorAll('style').length,
            attributes: [...document.querySelectorAll('*')].flatMap(item => [...item.attributes])
                .filter(item => item.name.startsWith('on') || item.name === 'style'
                    || (item.name === 'href' && !item.value.startsWith('#'))).length,
        })"""
    )

    assert [] == seen.did
    assert 0 == found["ran"]
    assert ["application/json"] == found["scripts"]
    assert (0, 1, 0) == (found["foreign"], found["styles"], found["attributes"])


@pytest.mark.parametrize("name", ["script", "event", "svg"])
def test_the_payloads_do_run_where_nothing_escapes_them(opened, name):
    """The test above could see it: the same payloads in a page that does not care."""
    seen = opened(f"<!DOCTYPE html><title>x</title><p>{PAYLOADS[name]}</p>")
    seen.page.wait_for_function("window.ran > 0")

    assert seen.page.evaluate("window.ran") > 0


def test_the_policy_alone_stops_what_would_get_through(opened):
    """Were a text ever printed unescaped, the policy of the page would still stop it."""
    page = render(REPORTS["found"]).replace(
        "<main>", f"<main>{PAYLOADS['script']}{PAYLOADS['event']}"
    )
    seen = opened(page)

    assert 0 == seen.page.evaluate("window.ran || 0")
    assert [] != seen.did


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        *[
            (name, scheme, width)
            for name in ("alarm", "hostile")
            for scheme in ("light", "dark")
            for width in (400, 1280)
        ],
        *[("found", "light", 1280), ("found", "dark", 400)],
        *[("past", "light", 1280), ("past", "dark", 400)],
        *[("clear", "light", 1280), ("clear", "dark", 400)],
        *[("incomplete", "dark", 1280), ("incomplete", "light", 400)],
    ],
)
def test_everybody_can_read_it(opened, name, scheme, width):
    """No violation of axe-core's rules, nothing wider than the screen, no request, no complaint."""
    report = REPORTS.get(name) or planted(REPORTS["alarm"], "W" * 300 + PAYLOADS["script"])
    seen = opened(render(report), color_scheme=scheme, viewport={"width": width, "height": 800})
    for summary in seen.page.locator("summary").all():
        summary.click()
    seen.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    result = seen.page.evaluate("axe.run()")

    assert [] == [
        f"{item['id']}: {item['help']}: {item['nodes'][0]['html'][:200]}"
        for item in result["violations"]
    ]
    assert len(result["passes"]) > 15
    assert width >= seen.page.evaluate("document.documentElement.scrollWidth")
    assert [] == seen.did


def test_it_is_read_without_scripts(opened):
    """What it says does not depend on scripts being allowed."""
    seen = opened(render(REPORTS["found"]), java_script_enabled=False)
    text = seen.page.inner_text("body")

    assert "ALARM: fontd" in text
    assert "A video program that crashed a moment ago" in text


def test_what_is_folded_unfolds_by_keyboard_and_without_scripts(opened):
    """Everything is there: cameras, programs, gaps; a key opens each part."""
    seen = opened(render(REPORTS["found"]), java_script_enabled=False)
    parts = seen.page.locator("summary").all()

    assert "Serial number" not in seen.page.inner_text("body")
    assert len(parts) > 6
    for part in parts:
        part.focus()  # those inside of others come after them
        seen.page.keyboard.press("Enter")
    text = seen.page.inner_text("body")
    for fact in ("Serial number", "level 3: fontd", "could not be read.", "What was seen"):
        assert fact in text


def test_pictures_have_words(opened):
    """Each picture is announced with what it shows; signs that only repeat a word are not."""
    seen = opened(render(REPORTS["alarm"]))
    drawn = seen.page.locator("svg:not([aria-hidden])").all()
    names = [item.get_attribute("aria-labelledby") for item in drawn]
    texts = [
        seen.page.locator(f"#{part}").text_content() for name in names for part in name.split()
    ]

    assert 4 == len(names) == len(set(names))
    assert "Cross-examination of HD Webcam C270" in texts
    assert any("fontd (4242) has it open in one thread only: yes" in text for text in texts)
    assert "What started fontd" in texts
    assert any("it started fontd, process 4242 · holds the camera" in text for text in texts)
    assert any("fontd · HD Webcam C270: used once, HIGH: needs a look" in text for text in texts)
    assert any("Nobody watched, so nothing is known" in text for text in texts)


def test_what_is_unfolded_is_printed(opened):
    """On paper: the answer, stories, what was unfolded, and the digest, all in dark on white."""
    seen = opened(render(REPORTS["found"]), color_scheme="dark")
    for part in seen.page.locator("summary").all():
        part.click()
    seen.page.emulate_media(media="print", color_scheme="dark")
    reader = pypdf.PdfReader(BytesIO(seen.page.pdf(format="A4")))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())

    assert "ALARM: fontd" in text
    assert "Serial number {serial-1}" in text
    assert "level 3: fontd" in text
    assert "rgb(255, 255, 255)" == seen.page.evaluate(
        "getComputedStyle(document.body).backgroundColor"
    )
    assert len(reader.pages) <= 8
