"""What kind of pictures a camera gives, judged from a few of them. Nothing is kept."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

_DARK = 20.0  # mean brightness of 0..255 below which nothing is to be seen
_FLAT = 6.0  # spread of a picture that shows nothing
_LIKE_NEIGHBOUR = 0.3  # correlation of neighbouring pixels; a scene has 0.8 and more, noise none
_BANDS = 0.97  # share of rows that equal the picture's mean row: drawn by a program


class PictureKind(StrEnum):
    """The judgement over some pictures."""

    SCENE = "scene"
    BLACK = "black"
    FLAT = "flat"
    FROZEN = "frozen"
    NOISE = "noise"
    TEST_PATTERN = "test-pattern"


EXPLAINED = {
    PictureKind.SCENE: "The camera gives ordinary pictures.",
    PictureKind.BLACK: "The pictures are black: a closed shutter, a cover or a dark room.",
    PictureKind.FLAT: "The pictures are one even colour: a cover, or a camera that blocks.",
    PictureKind.FROZEN: "All pictures are the same, to the last dot: they may be a recording.",
    PictureKind.NOISE: "The pictures are noise only: a fault, or a camera that hides what it sees.",
    PictureKind.TEST_PATTERN: "The pictures are a drawn test pattern, not what a lens sees.",
}


def judge_pictures(pictures: Sequence[Any]) -> PictureKind:
    """The kind of two or more grey pictures (numpy arrays of 0..255), taken some time apart.

    Real sensors have noise: two pictures of a still scene are never the same.
    """
    import numpy as np

    stack = np.stack([np.asarray(picture, dtype=np.float32) for picture in pictures])
    last = stack[-1]
    if stack.mean() < _DARK and last.std() < 2 * _FLAT:
        return PictureKind.BLACK
    if last.std() < _FLAT:
        return PictureKind.FLAT
    if _is_drawn(stack):
        return PictureKind.TEST_PATTERN
    if len(stack) > 1 and all(np.array_equal(stack[0], other) for other in stack[1:]):
        return PictureKind.FROZEN
    left, right = last[:, :-1].ravel(), last[:, 1:].ravel()
    if np.corrcoef(left, right)[0, 1] < _LIKE_NEIGHBOUR:
        return PictureKind.NOISE
    return PictureKind.SCENE


def _is_drawn(stack: Any) -> bool:
    """Vertical bars without any noise, moving or not: no lens gives that."""
    import numpy as np

    last = stack[-1]
    same_rows = np.isclose(last, np.median(last, axis=0), atol=1.0).all(axis=1).mean()
    return bool(same_rows > _BANDS and last.std(axis=1).mean() > _FLAT)
