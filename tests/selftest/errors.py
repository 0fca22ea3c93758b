"""Measures how often the light is found in made-up films, and writes docs/selftest-errors.md.

Call: python -m tests.selftest.errors FILMS (of each kind; each takes some 10 seconds).
"""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from camcheck.selftest.code import pattern, planned
from camcheck.selftest.film import condense
from camcheck.selftest.light import Light, find_light

from .synthetic import Scene, any_scene, film

SIGNALS = (8.0, 4.0, 2.0, 1.0, 0.5)
NEAR = 1.0  # seconds by which the start of the code may be missed
PAGE = Path(__file__).parents[2] / "docs/selftest-errors.md"

HEAD = """\
# How often the light is found in a film

`python -m tests.selftest.errors {films}` wrote this page: {films} made-up films of each kind,
judged as `camcheck selftest --video` judges a phone's film.

A film is 160 x 90 dots, 24 to 60 pictures a second, begins 8 seconds after to 12 seconds before the
code, is turned by any quarter, shaken and rolled by hand, evened out by the exposure of the phone
under passing clouds, and has up to three other blinking lights, even or by a code of their own.
The strength of the light is given in units of the noise of a single dot; the light is some three
dots wide. "Found" is at the right time, within a second; "false" is any other find.

| Light | Films | Found | Missed | False |
|---|---|---|---|---|
"""


class Kind(NamedTuple):
    """A kind of film. ``signal`` 0: no light of the camera in it."""

    name: str
    signal: float
    follows: bool = True


KINDS = (
    *(Kind(f"{signal:g} times the noise", signal) for signal in SIGNALS),
    Kind("none in the film", 0.0),
    Kind("8 times the noise, blinks by a code of its own", 8.0, follows=False),
)


def try_film(kind: Kind, seed: int) -> tuple[Scene, Light]:
    """One film of that kind and what was found in it."""
    random = np.random.default_rng([seed, int(kind.signal * 10), kind.follows])
    code = planned(pattern())
    scene = any_scene(random, signal=kind.signal, follows=kind.follows)
    return scene, find_light(condense(film(scene, code, random)), code)


def is_right(kind: Kind, scene: Scene, light: Light) -> bool:
    """Whether a find is that of the light: there is one, and the code begins where it began."""
    there = kind.signal > 0 and kind.follows
    return light.found and there and abs(light.start - scene.start) < NEAR


def main(films: int) -> None:
    """Writes the page."""
    rows = []
    for kind in KINDS:
        told = [try_film(kind, seed) for seed in range(films)]
        right = sum(is_right(kind, *one) for one in told)
        false = sum(light.found for _, light in told) - right
        there = kind.signal > 0 and kind.follows
        missed = films - right - false if there else "-"
        rows.append(f"| {kind.name} | {films} | {right if there else '-'} | {missed} | {false} |")
        sys.stdout.write(rows[-1] + "\n")
        sys.stdout.flush()
    PAGE.write_text(HEAD.format(films=films) + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]))
