"""Open files that a driver counts."""

import pytest

from camcheck.collect.linux.kernel.modules import reference_count
from tests.collect.linux.sysfs import Sysfs


@pytest.mark.parametrize(
    ("text", "dependants", "opened"),
    [
        ("0", (), 0),
        ("3", (), 3),
        ("3", ("snd",), 2),
        ("0", ("snd",), 0),
        ("-1", (), None),
        ("", (), None),
        ("many", (), None),
        ("٣x", (), None),
    ],
)
def test_modules_that_depend_on_a_driver_are_no_openings(tmp_path, text, dependants, opened):
    """The count minus its dependants; what is no number is not known."""
    sysfs = Sysfs(tmp_path)
    sysfs.driver_counts("uvcvideo", text, *dependants)

    assert opened == reference_count(sysfs.roots(), "uvcvideo")
