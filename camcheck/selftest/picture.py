"""Pictures for the user: where the light is in the film, and its brightness against the code."""

from typing import Any

from camcheck.selftest import SelftestError
from camcheck.selftest.code import Code, sampled
from camcheck.selftest.film import RATE, Film
from camcheck.selftest.light import Light

_WIDTH, _HEIGHT, _MARGIN = 900, 300, 30
_BLACK, _GREY, _BLUE, _RED = (0, 0, 0), (205, 205, 205), (200, 90, 20), (40, 40, 220)


def draw_place(film: Film, light: Light, path: str) -> None:
    """The film's first picture with a ring around the place. Raises SelftestError."""
    import cv2
    import numpy as np

    picture = cv2.cvtColor(np.clip(film.picture, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)
    scale = max(1, _WIDTH // max(picture.shape[:2]))
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    cv2.circle(picture, (light.column * scale, light.row * scale), 10 * scale, _RED, 2)
    _save(path, picture)


def draw_plot(light: Light, code: Code, path: str) -> None:
    """Brightness of the place over time, and behind it when the camera filmed."""
    import cv2
    import numpy as np

    values = np.asarray(light.brightness, dtype=np.float32)
    picture = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)
    count = len(values)

    def across(index: float) -> int:
        return int(_MARGIN + index / max(count - 1, 1) * (_WIDTH - 2 * _MARGIN))

    for index, on in enumerate(sampled(code, RATE)):
        begin = light.start * RATE + index
        if on > 0.5 and 0 <= begin < count:
            corners = (across(begin), _MARGIN), (across(begin + 1), _HEIGHT - _MARGIN)
            cv2.rectangle(picture, *corners, _GREY, -1)
    span = max(float(values.max() - values.min()), 1e-6)
    heights = _HEIGHT - _MARGIN - (values - values.min()) / span * (_HEIGHT - 2 * _MARGIN)
    line = np.array([[across(i), int(h)] for i, h in enumerate(heights)], np.int32)
    cv2.polylines(picture, [line], isClosed=False, color=_BLUE, thickness=1)
    title = "line: brightness of the place    grey: the camera filmed"
    cv2.putText(picture, title, (_MARGIN, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _BLACK, 1)
    _save(path, picture)


def _save(path: str, picture: Any) -> None:
    import cv2

    done, data = cv2.imencode(".png", picture)
    if not done:
        raise SelftestError(f"The picture {path} could not be made.")
    try:
        with open(path, "xb") as file:
            file.write(data.tobytes())
    except FileExistsError:
        raise SelftestError(f"{path} is there already; it is not overwritten.") from None
    except OSError as error:
        raise SelftestError(f"{path} could not be written: {error.strerror}.") from None
