"""Pictures of each kind, drawn for the test."""

import numpy as np
import pytest

from camcheck.selftest.frames import EXPLAINED, PictureKind, judge_pictures

SIZE = (120, 160)


def scene(random, *, noise=2.0, level=110.0):
    coarse = random.uniform(-70, 70, size=(12, 16))
    smooth = np.kron(coarse, np.ones((10, 10)))
    shown = level + smooth * level / 110
    return lambda: np.clip(shown + random.normal(scale=noise, size=SIZE), 0, 255).astype(np.uint8)


def bars(shift=0):
    return np.tile(((np.arange(160) + shift) // 20 * 36 % 256).astype(np.uint8), (120, 1))


@pytest.fixture
def random():
    return np.random.default_rng(3)


def test_an_ordinary_scene(random):
    """Structure and a little noise."""
    take = scene(random)

    assert PictureKind.SCENE is judge_pictures([take() for _ in range(4)])


def test_a_dim_scene_is_still_a_scene(random):
    """The near miss of black: an evening room."""
    take = scene(random, level=45.0)

    assert PictureKind.SCENE is judge_pictures([take() for _ in range(4)])


def test_a_closed_shutter(random):
    """Black with the noise of a sensor."""
    pictures = [np.abs(random.normal(scale=3, size=SIZE)).astype(np.uint8) for _ in range(4)]

    assert PictureKind.BLACK is judge_pictures(pictures)


def test_one_even_colour(random):
    """A bright cover."""
    pictures = [(150 + random.normal(scale=2, size=SIZE)).astype(np.uint8) for _ in range(4)]

    assert PictureKind.FLAT is judge_pictures(pictures)


def test_a_frozen_picture(random):
    """The same to the last dot, with the noise of one moment."""
    picture = scene(random)()

    assert PictureKind.FROZEN is judge_pictures([picture, picture.copy(), picture.copy()])


def test_noise_alone(random):
    """Neighbouring dots have nothing to do with each other."""
    pictures = [random.integers(0, 256, size=SIZE, dtype=np.uint8) for _ in range(4)]

    assert PictureKind.NOISE is judge_pictures(pictures)


@pytest.mark.parametrize("speed", [0, 7])
def test_a_test_pattern(speed):
    """Bars without noise, standing or moving."""
    pictures = [bars(speed * n) for n in range(4)]

    assert PictureKind.TEST_PATTERN is judge_pictures(pictures)


def test_every_kind_has_words():
    """Whatever is judged can be told."""
    assert set(PictureKind) == set(EXPLAINED)
