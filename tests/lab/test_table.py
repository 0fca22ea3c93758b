"""The page docs/holder-matrix.md says what is true."""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import needed
from .measured import KERNELS, matrix_of
from .table import PAGE, claims, section


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_page_claims_what_this_run_measured(lab: Callable[..., Any], kernel: str) -> None:
    """Every row of the page is seen, counted or missed in this run too; versions may differ."""
    needed(kernel)
    page = claims(PAGE.read_text(encoding="utf-8"))
    versions = dict(zip(KERNELS, dict.fromkeys(version for version, _ in page), strict=False))
    measured = claims("\n".join(section(matrix_of(kernel))))
    claimed = {
        name: cells for (version, name), cells in page.items() if version == versions[kernel]
    }

    assert claimed == {name: cells for (_, name), cells in measured.items()}, "scripts/lab --matrix"
