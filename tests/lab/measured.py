"""The matrix as it was measured in this run, one guest for each kernel."""

import os
from functools import cache
from typing import Any

from .cache import LabError
from .machine import play, prepare
from .ways import REPRESENTATIVE, WAYS

NEWER = os.environ.get("CAMCHECK_LAB_NEWER", "sid")
# The release of each kernel; None is the host's own. uvcvideo changed at 6.17.
KERNELS = {"stable": None, "newer": NEWER}
GIVEN_UP = "none"  # the word that says in CAMCHECK_LAB_NEWER to do without a newer kernel


def ways_of(kernel: str) -> tuple[str, ...]:
    """The ways that are played on a kernel: all on the host's own, one of each kind on others."""
    return tuple(WAYS) if KERNELS[kernel] is None else REPRESENTATIVE


@cache
def why_not(kernel: str) -> str | None:
    """Why a newer kernel cannot be had, or None."""
    if KERNELS[kernel] is None:
        return None
    if KERNELS[kernel] == GIVEN_UP:
        return "CAMCHECK_LAB_NEWER says to do without a newer kernel"
    try:
        prepare(KERNELS[kernel])
    except LabError as error:
        return f"no kernel of {KERNELS[kernel]}: {error}"
    return None


def matrix_of(kernel: str) -> dict[str, Any]:
    """Kernel version and rows; the first call plays them, which takes minutes."""
    answer: dict[str, Any] = play("matrix", *ways_of(kernel), kernel=KERNELS[kernel], timeout=2400)
    return answer
