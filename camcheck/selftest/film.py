"""Films as numbers: small steady grey pictures, ten a second, whatever the phone recorded."""

from collections.abc import Iterable, Iterator
from typing import Any

from camcheck.fact import NamedTuple
from camcheck.selftest import SelftestError

RATE = 10.0  # pictures a second that are kept
LONG_SIDE = 320  # of a kept picture, in dots
BLOCK = 4  # dots of a block's side
MAX_SECONDS = 600.0


class Film(NamedTuple):
    """A film, condensed. ``blocks`` has for each moment the mean and the brightest dot of each
    block of the picture (time x kind x rows x columns), ``picture`` is its first one."""

    blocks: Any
    picture: Any
    shape: tuple[int, int]


def read_film(path: str) -> Iterator[tuple[float, Any]]:
    """Time in seconds and grey picture of each frame. Raises SelftestError."""
    import cv2

    video = cv2.VideoCapture(path)
    try:
        if not video.isOpened():
            raise SelftestError(f"The film {path} cannot be read. Is it a video file?")
        rate = video.get(cv2.CAP_PROP_FPS)
        number = 0
        while True:
            there, frame = video.read()
            if not there:
                break
            moment = video.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if moment <= 0 and number and rate > 0:
                moment = number / rate
            number += 1
            yield moment, cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)
    finally:
        video.release()


def condense(frames: Iterable[tuple[float, Any]]) -> Film:
    """Shrinks, steadies and averages the frames of a film. Raises SelftestError for a film that is
    empty or too long."""
    import numpy as np

    rows: list[Any] = []
    first = reference = None
    total: Any = 0.0
    count, slot = 0, 0
    for moment, frame in frames:
        if moment > MAX_SECONDS:
            raise SelftestError(f"The film is longer than {MAX_SECONDS / 60:.0f} minutes.")
        small = _shrunk(frame)
        if first is None:
            first, reference = small, _contour(small)
        steady = _moved(small, _shift(_contour(small), reference, small.shape))
        now = int(moment * RATE)
        if now > slot and count:
            rows += [total / count] * (now - slot)  # a gap in the film repeats what was before
            total, count, slot = 0.0, 0, now
        total = total + steady
        count += 1
    if count:
        rows.append(total / count)
    if first is None or len(rows) < 2:
        raise SelftestError("The film has no pictures.")
    return Film(np.stack([_blocks(row) for row in rows]), first, first.shape)


def _shrunk(frame: Any) -> Any:
    import cv2
    import numpy as np

    height, width = frame.shape
    scale = min(1.0, LONG_SIDE / max(height, width))
    size = max(BLOCK, round(width * scale)), max(BLOCK, round(height * scale))
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA).astype(np.float32)


def _contour(small: Any) -> Any:
    """The spectrum of what is compared to find the shake: contours of some dots' width, which a
    change of exposure leaves alone and noise hardly touches."""
    import cv2
    import numpy as np

    contours = cv2.GaussianBlur(small, (0, 0), 1.5) - cv2.GaussianBlur(small, (0, 0), 6.0)
    edge = np.outer(np.hanning(small.shape[0]), np.hanning(small.shape[1])).astype(np.float32)
    return np.fft.rfft2(contours * edge)


def _shift(now: Any, reference: Any, shape: tuple[int, int]) -> tuple[float, float]:
    """How far a picture moved (columns, rows), by the peak of the correlation."""
    import numpy as np

    fit = np.fft.irfft2(now * np.conj(reference), shape)
    rows, columns = shape[0] // 6, shape[1] // 6
    near = np.roll(fit, (rows, columns), axis=(0, 1))[: 2 * rows + 1, : 2 * columns + 1]
    row, column = np.unravel_index(int(near.argmax()), near.shape)
    y = row + _vertex(near[:, column], int(row)) - rows
    x = column + _vertex(near[row], int(column)) - columns
    return float(x), float(y)


def _vertex(values: Any, at: int) -> float:
    """Where between its neighbours a peak truly is: the vertex of the parabola through them."""
    if not 0 < at < len(values) - 1:
        return 0.0
    before, peak, after = (float(value) for value in values[at - 1 : at + 2])
    bend = before - 2 * peak + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0


def _moved(small: Any, shift: tuple[float, float]) -> Any:
    import cv2
    import numpy as np

    matrix = np.array([[1, 0, -shift[0]], [0, 1, -shift[1]]], dtype=np.float32)
    size = small.shape[1], small.shape[0]
    return cv2.warpAffine(small, matrix, size, borderMode=cv2.BORDER_REPLICATE)


def _blocks(picture: Any) -> Any:
    """Mean of each block, and its brightest dot with its neighbours': a light that shakes by a dot
    stays in its block."""
    import cv2
    import numpy as np

    rows, columns = picture.shape[0] // BLOCK, picture.shape[1] // BLOCK
    cut = np.ascontiguousarray(picture[: rows * BLOCK, : columns * BLOCK])
    wide = cv2.dilate(cv2.GaussianBlur(cut, (3, 3), 0), np.ones((5, 5), np.uint8))
    form = rows, BLOCK, columns, BLOCK
    return np.stack([cut.reshape(form).mean(axis=(1, 3)), wide.reshape(form).max(axis=(1, 3))])
