"""The pictures of the documents are of this window, and there is one of each state."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def named() -> set[str]:
    """The pictures that the page shows."""
    page = (ROOT / "docs/window.md").read_text(encoding="utf-8")
    return set(re.findall(r"pictures/(window-[\w-]+\.png)", page))


def test_the_page_shows_pictures_that_are_there():
    """Each state, dark, large and from right to left."""
    there = {path.name for path in (ROOT / "docs/pictures").glob("window-*.png")}

    assert there == named()
    assert there >= {
        f"window-{name}.png"
        for name in ("nobody-light", "in-use-light", "look-light", "alarm-light", "alarm-dark")
    }


@pytest.mark.whole_run("draws all pictures of the window")
def test_all_of_them_can_be_drawn(tmp_path: Path):
    """By the script that made them."""
    from tests.window.pictures import main

    assert 0 == main([str(tmp_path)])
    assert named() == {path.name for path in tmp_path.glob("*.png")}
