"""Films made up: a room, a light that follows a code or not, and all that phones do to a film."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np

from camcheck.selftest.code import Code

NOISE = 4.0  # spread of a dot's noise, in grey levels of 0..255


class Scene(NamedTuple):
    """What is filmed and how. ``signal`` is the light's strength in units of the noise of a dot;
    0: no light in the film. ``follows``: whether the light follows the code; one that does not
    blinks by a code of its own. ``start``: seconds from the start of the film to the code's.
    """

    signal: float = 6.0
    follows: bool = True
    fps: float = 30.0
    start: float = 4.0
    quarter_turns: int = 0
    shake: float = 2.0
    roll: float = 0.7
    exposure: bool = True
    blinkers: int = 2
    size: tuple[int, int] = (160, 90)
    tail: float = 3.0


def any_scene(random: np.random.Generator, *, signal: float, follows: bool = True) -> Scene:
    """A scene as it comes: any rate, any rotation, begun before the code or late, shaken or not."""
    return Scene(
        signal=signal,
        follows=follows,
        fps=float(random.choice([24.0, 25.0, 29.97, 30.0, 50.0, 60.0])),
        start=float(random.uniform(-8.0, 12.0)),
        quarter_turns=int(random.integers(4)),
        shake=float(random.uniform(0.0, 3.0)),
        roll=float(random.uniform(0.0, 1.0)),
        blinkers=int(random.integers(4)),
    )


def film(scene: Scene, code: Code, random: np.random.Generator) -> Iterator[tuple[float, Any]]:
    """Time and grey picture of each frame."""
    width, height = scene.size
    room = _room(random, width, height)
    places = [_place(random, width, height) for _ in range(scene.blinkers + 1)]
    blinks = [_Blinker(random, code) for _ in range(scene.blinkers + 1)]
    moment, path, gain = 0.0, np.zeros(3), 1.0
    while moment < scene.start + code.length + scene.tail:
        truth = _is_on(code, moment - scene.start)
        picture = room.copy()
        own = truth if scene.follows else blinks[0].is_on(moment)
        for place, on in zip(places, [own, *(b.is_on(moment) for b in blinks[1:])], strict=True):
            strength = scene.signal if place is places[0] else 8.0
            if on:
                picture += strength * NOISE * place
        if scene.exposure:
            # The phone evens out what it sees, with a delay, and clouds pass.
            want = (110.0 + 25.0 * np.sin(moment / 7.0)) / picture.mean()
            gain += (want - gain) * 0.08
            picture *= gain
        hand = np.array([scene.shake, scene.shake, scene.roll]) * 0.24
        path = 0.97 * path + random.normal(size=3) * hand
        picture = _moved(picture, path)
        picture += random.normal(scale=NOISE, size=picture.shape)
        yield moment, np.rot90(np.clip(picture, 0, 255).astype(np.uint8), scene.quarter_turns)
        moment += 1.0 / scene.fps


class _Blinker:
    """A light that is not ours: it blinks evenly, or by a pattern of its own."""

    def __init__(self, random: np.random.Generator, code: Code) -> None:
        self._period = float(random.uniform(0.4, 6.0)) if random.random() < 0.6 else None
        self._steps = random.random(400) < 0.5
        self._chip = float(random.uniform(0.5, 3.0))

    def is_on(self, moment: float) -> bool:
        if self._period:
            return moment % self._period < self._period / 2
        return bool(self._steps[int(moment / self._chip) % len(self._steps)])


def _is_on(code: Code, moment: float) -> bool:
    # A camera's light is late by a tenth of a second or two.
    return any(span.start + 0.15 <= moment < span.end + 0.1 for span in code.spans)


def _room(random: np.random.Generator, width: int, height: int) -> Any:
    coarse = random.uniform(40, 180, size=(9, 16)).astype(np.float32)
    fine = random.uniform(-25, 25, size=(height // 2, width // 2)).astype(np.float32)
    size = (width, height)
    return cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC) + cv2.resize(fine, size)


def _place(random: np.random.Generator, width: int, height: int) -> Any:
    x = random.uniform(0.12, 0.88) * width
    y = random.uniform(0.12, 0.88) * height
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    distance = (columns - x) ** 2 + (rows - y) ** 2
    return np.exp(-distance / (2 * 1.2**2)).astype(np.float32)


def _moved(picture: Any, path: Any) -> Any:
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(path[2]), 1.0)
    matrix[:, 2] += path[:2]
    return cv2.warpAffine(
        picture.astype(np.float32), matrix, (width, height), borderMode=cv2.BORDER_REFLECT
    )
