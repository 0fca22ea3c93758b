"""Chromium, the real one, without a window and without its own calls to the outside."""

import pytest

from tests.report.need import need

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class Seen:
    """A page that was opened, and everything that it did beyond showing itself."""

    def __init__(self, page):
        self.page = page
        self.did = []
        page.on("console", lambda message: self.did.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.did.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("dialog", self._dialog)

    def _request(self, request):
        if request.url != self.page.url and not request.is_navigation_request():
            self.did.append(f"request: {request.url}")

    def _dialog(self, dialog):
        self.did.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """The browser, for all tests of the session; it makes a profile of its own and drops it."""
    path = need("chromium", package="chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a page from a file, offline; gives what it showed and did."""
    contexts = []

    def open_page(html, **options):
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(html, "utf-8")
        context = chromium.new_context(offline=True, **options)
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.goto(file.as_uri(), wait_until="load")
        return seen

    yield open_page
    for context in contexts:
        context.close()
