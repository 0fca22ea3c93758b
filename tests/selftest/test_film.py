"""A few made-up films, found and not found; docs/selftest.md has the rates of many."""

import re

import cv2
import numpy as np
import pytest

from camcheck.selftest import SelftestError
from camcheck.selftest import light as judging
from camcheck.selftest.code import planned
from camcheck.selftest.conclusion import light_in_words
from camcheck.selftest.film import Film, condense, read_film
from camcheck.selftest.light import find_light
from camcheck.selftest.picture import draw_place, draw_plot

from .errors import KINDS, PAGE
from .synthetic import Scene, film

# A fixed piece of a maximum sequence, shorter than a user's to keep the test short.
STEPS = tuple(bit == "1" for bit in "1001011001111100011011")
CODE = planned(STEPS, chip=1.0)
SMALL = Scene(fps=24.0, size=(112, 64), start=2.0, tail=1.0, blinkers=1)


def seen(scene, seed=1):
    return find_light(condense(film(scene, CODE, np.random.default_rng(seed))), CODE)


@pytest.mark.parametrize(
    "scene",
    [
        SMALL,
        SMALL._replace(start=-4.0),
        SMALL._replace(quarter_turns=1, shake=2.5, roll=1.0),
        SMALL._replace(fps=50.0, shake=0.0, exposure=False),
    ],
    ids=["plain", "film begins late", "turned and shaken", "50 a second"],
)
def test_a_light_that_follows_is_found(scene):
    """At its time, with lit and dark where they belong."""
    light = seen(scene._replace(signal=8.0))

    assert light.follows
    assert 0.6 > abs(light.start - scene.start)
    assert "The light followed the camera" in light_in_words(light)


@pytest.mark.parametrize(
    "scene",
    [SMALL._replace(signal=0.0, blinkers=2), SMALL._replace(signal=8.0, follows=False)],
    ids=["no light", "a light that blinks by itself"],
)
def test_what_does_not_follow_is_not_found(scene):
    """A film without the light, and one with a blinking light that is not ours."""
    light = seen(scene)

    assert not light.found
    assert "No light that follows" in light_in_words(light)


def test_a_film_file_is_read_judged_and_drawn(tmp_path):
    """As a phone's: coloured, compressed, of a rate of its own; the pictures are written once."""
    path = str(tmp_path / "film.avi")
    scene = SMALL._replace(signal=10.0, fps=25.0)
    writer = None
    for _, grey in film(scene, CODE, np.random.default_rng(4)):
        size = grey.shape[1], grey.shape[0]
        writer = writer or cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*"MJPG"), 25.0, size)
        writer.write(cv2.cvtColor(np.ascontiguousarray(grey), cv2.COLOR_GRAY2BGR))
    writer.release()
    condensed = condense(read_film(path))
    light = find_light(condensed, CODE)
    place, plot = tmp_path / "x-place.png", tmp_path / "x-plot.png"
    draw_place(condensed, light, str(place))
    draw_plot(light, CODE, str(plot))
    drawn = cv2.imread(str(place))
    ring = (drawn[:, :, 2].astype(int) - drawn[:, :, 1]) > 100

    assert light.follows
    assert ring.any()
    assert 300 == cv2.imread(str(plot)).shape[0]
    with pytest.raises(SelftestError, match="not overwritten"):
        draw_place(condensed, light, str(place))


def test_what_is_no_film_is_told(tmp_path):
    """A text file, and a film without pictures."""
    path = tmp_path / "film.mp4"
    path.write_text("no film")
    with pytest.raises(SelftestError, match="cannot be read"):
        list(read_film(str(path)))
    with pytest.raises(SelftestError, match="no pictures"):
        condense([])


def test_the_error_rates_are_published():
    """The page has a row for each kind of film, and no false find among few films."""
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (\d+) \| (\S+) \| (\S+) \| (\d+) \|$", text, re.MULTILINE)

    assert [kind.name for kind in KINDS] == [row[0] for row in rows]
    assert all(0.1 * int(films) >= int(false) for _, films, _, _, false in rows)


@pytest.mark.parametrize(
    ("rivals", "found"),
    [([0.30, 0.32, 0.34, 0.31], True), ([0.55, 0.60, 0.68, 0.50], False), ([0.2, 0.71], False)],
    ids=["far above", "little above", "below one"],
)
def test_a_find_has_to_stand_out_from_chance(monkeypatch, rivals, found):
    """The same likeness is a find in a quiet film, and none where much blinks."""
    answers = iter([[(0.7, 0, 0)], [(value, 0, 0) for value in rivals]])
    monkeypatch.setattr(judging, "_best", lambda *_: next(answers))
    blocks = np.random.default_rng(1).normal(100, 5, size=(300, 2, 1, 1))
    light = find_light(Film(blocks, np.zeros((4, 4)), (4, 4)), CODE)

    assert found is light.found
    assert (light.chance <= 1e-3) is found or rivals[-1] > 0.7
