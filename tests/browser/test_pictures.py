"""What the page looks like: four machines, light and dark, on a screen, a telephone and paper."""

import os
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pypdf
import pytest

from camcheck.render.html import render
from camcheck.report.redact import redact
from tests.browser.situations import SITUATIONS

PAGES = {"call": 2, "alarm": 4, "past": 4, "idle": 2}
"""Most pages of paper."""
FORMS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1200, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1200, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 400, "height": 800}},
}


@pytest.fixture
def folder(tmp_path):
    """Where the pictures are put: CAMCHECK_PICTURES, to look at them."""
    path = Path(os.environ.get("CAMCHECK_PICTURES") or tmp_path)
    path.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SITUATIONS)
def test_it_is_seen_whole_on_every_screen(opened, folder, name, form):
    """Nothing is wider than the screen, also 400 pixels, and the answer is on the first one."""
    seen = opened(render(redact(SITUATIONS[name])), **FORMS[form])
    seen.page.screenshot(path=folder / f"{name}-{form}.png", full_page=True)
    width = FORMS[form]["viewport"]["width"]
    box = seen.page.locator(".verdict").bounding_box()

    assert width >= seen.page.evaluate("document.documentElement.scrollWidth")
    assert box["y"] + box["height"] < FORMS[form]["viewport"]["height"]
    assert [] == seen.did


@pytest.mark.parametrize("name", SITUATIONS)
def test_it_fits_on_few_pages_of_paper(opened, folder, name):
    """Two for a call, four for an alarm; every word that is not folded away is on them."""
    seen = opened(render(redact(SITUATIONS[name])))
    seen.page.emulate_media(media="print")
    shown = seen.page.evaluate("document.body.innerText").split()
    data = seen.page.pdf(format="A4", prefer_css_page_size=True)
    (folder / f"{name}.pdf").write_bytes(data)
    reader = pypdf.PdfReader(BytesIO(data))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    printed = normalize("NFKC", text)  # fonts write "fi" as one letter

    assert len(reader.pages) <= PAGES[name]
    assert [] == [word for word in shown if normalize("NFKC", word) not in printed]
