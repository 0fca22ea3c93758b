"""Finds the light of a camera in a film by the code, and says how sure that is."""

import math
from typing import Any

from camcheck.fact import NamedTuple
from camcheck.selftest.code import Code, decoy, sampled
from camcheck.selftest.film import BLOCK, RATE, Film

DECOYS = 40
MIN_OVERLAP = 0.6  # share of the code that the film must show
MIN_LIKENESS = 0.3
MAX_CHANCE = 1e-3
_SLOW = 20.0  # seconds: slower changes are daylight and exposure, not the light


class Light(NamedTuple):
    """The place in a film that fits the code best.

    ``likeness`` is the correlation (1: perfect), ``chance`` the probability that a film without
    the light gives as good a fit, from codes that never were. ``row`` and ``column`` are in dots of
    the condensed picture, ``start`` is when the code begins in the film, in seconds. ``lit`` and
    ``dark`` are the shares of time on and off in which the light was seen as it should be.
    """

    found: bool
    likeness: float
    chance: float
    row: int
    column: int
    start: float
    lit: float
    dark: float
    brightness: Any

    @property
    def follows(self) -> bool:
        """Whether it was lit when the camera filmed, and dark when not, nearly all the time."""
        return self.found and self.lit >= 0.85 and self.dark >= 0.85


def find_light(film: Film, code: Code, *, seed: int = 1) -> Light:
    """The light, found or not. The same film gives the same answer: decoys come from ``seed``."""
    import numpy as np

    random = np.random.default_rng(seed)
    series = _cleaned(film.blocks)
    truth = sampled(code, RATE)
    best, cell, lag = _best(series, [truth])[0]
    rivals = [sampled(decoy(code, random), RATE) for _ in range(DECOYS)]
    chances = [value for value, _, _ in _best(series, rivals)]
    chance = _chance(best, chances)
    kinds, rows, columns = film.blocks.shape[1:]
    _, row, column = np.unravel_index(cell, (kinds, rows, columns))
    brightness = series[cell]
    lit, dark = _shares(brightness, truth, lag)
    found = best >= MIN_LIKENESS and chance <= MAX_CHANCE and best > max(chances)
    return Light(
        found=bool(found),
        likeness=float(best),
        chance=float(chance),
        row=int(row) * BLOCK + BLOCK // 2,
        column=int(column) * BLOCK + BLOCK // 2,
        start=lag / RATE,
        lit=lit,
        dark=dark,
        brightness=brightness,
    )


def _cleaned(blocks: Any) -> Any:
    """Series of each block (cells x time) without exposure and slow drift, in units of spread."""
    import numpy as np

    values = blocks.reshape(len(blocks), -1).T.astype(np.float32)
    level = values.mean(axis=1, keepdims=True) + 1.0
    exposure = np.median(values / level, axis=0)
    values = values / np.maximum(exposure, 0.05)
    values -= _running_mean(values, int(_SLOW * RATE))
    spread = values.std(axis=1, keepdims=True) + 1e-3
    return np.clip(values / spread, -4.0, 4.0)


def _running_mean(values: Any, width: int) -> Any:
    import numpy as np

    length = values.shape[1]
    width = min(width, length)
    half = width // 2
    sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    begin = np.clip(np.arange(length) - half, 0, length - 1)
    end = np.clip(np.arange(length) + half + 1, 1, length)
    return ((sums[:, end] - sums[:, begin]) / (end - begin)).astype(np.float32)


def _best(series: Any, codes: list[Any]) -> list[tuple[float, int, int]]:
    """For each code the best correlation, its cell and its lag, over all cells and lags.

    Pearson's correlation over the part where film and code overlap, by Fourier transform.
    """
    import numpy as np

    length, steps = series.shape[1], len(codes[0])
    size = 1 << (length + steps - 1).bit_length()
    least = max(int(steps * MIN_OVERLAP), 2)
    lags = np.arange(-(steps - least), length - least + 1)
    found = [(-1.0, 0, 0)] * len(codes)
    ones = np.fft.rfft(np.ones(length, dtype=np.float32), size)

    def correlate(spectrum: Any, other: Any) -> Any:
        return np.fft.irfft(spectrum * other, size)[..., lags % size]

    prepared = []
    for code in codes:
        whole = np.conj(np.fft.rfft(code, size))
        filled = np.conj(np.fft.rfft(np.ones(steps), size))
        number = np.maximum(correlate(ones, filled), 1.0)
        total = correlate(ones, whole)
        square = correlate(ones, np.conj(np.fft.rfft(code**2, size)))
        spread = np.maximum(square - total**2 / number, 1e-6)
        prepared.append((whole, filled, number, total, spread))
    for begin in range(0, len(series), 512):
        part = series[begin : begin + 512]
        spectrum = np.fft.rfft(part, size)
        number, filled = prepared[0][2], prepared[0][1]
        sums = correlate(spectrum, filled)
        power = correlate(np.fft.rfft(part**2, size), filled) - sums**2 / number
        power = np.maximum(power, 0.05 * number)
        for index, (whole, _, number, total, spread) in enumerate(prepared):
            fit = (correlate(spectrum, whole) - total * sums / number) / np.sqrt(spread * power)
            at = int(np.argmax(fit))
            cell, lag = divmod(at, fit.shape[1])
            if fit[cell, lag] > found[index][0]:
                found[index] = float(fit[cell, lag]), begin + cell, int(lags[lag])
    return found


def _chance(best: float, rivals: list[float]) -> float:
    """How likely chance reaches ``best``: the greatest of many follow Gumbel's distribution.

    Correlations are compared on Fisher's scale, on which those near 1 are as far apart as they are
    rare; the light itself correlates with decoys, too, but never that well.
    """
    import numpy as np

    others = np.arctanh(np.clip(rivals, -0.999, 0.999))
    scale = max(float(np.std(others)), 0.01) * math.sqrt(6) / math.pi
    place = float(np.mean(others)) - 0.5772 * scale
    return -math.expm1(-math.exp(-(math.atanh(min(best, 0.999)) - place) / scale))


def _shares(brightness: Any, truth: Any, lag: int) -> tuple[float, float]:
    """Shares of the on and the off times in which the light was as it should be."""
    import numpy as np

    begin, end = max(lag, 0), min(lag + len(truth), len(brightness))
    seen, meant = brightness[begin:end], truth[begin - lag : end - lag]
    on, off = seen[meant > 0.99], seen[meant < 0.01]
    if not len(on) or not len(off):
        return 0.0, 0.0
    middle = (np.median(on) + np.median(off)) / 2
    return float((on > middle).mean()), float((off < middle).mean())
