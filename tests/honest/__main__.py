"""Writes docs/honest.md."""

from tests.honest.table import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
