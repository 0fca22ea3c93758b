"""The self-test: does the light follow the camera? The only code that opens a camera to film.

Nothing here is loaded by a scan. OpenCV and numpy are imported when a test runs, so that camcheck
works without them (``pip install 'camcheck[selftest]'``).
"""

from camcheck.errors import CamcheckError


class SelftestError(CamcheckError):
    """The self-test cannot be made or judged; the text says why and what helps."""


def need_opencv() -> None:
    """Raises SelftestError when OpenCV is not installed."""
    from importlib.util import find_spec

    if find_spec("cv2") is None:
        raise SelftestError(
            "The self-test needs OpenCV. Install it with: pip install 'camcheck[selftest]'"
        )
