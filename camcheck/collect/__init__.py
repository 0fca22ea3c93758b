"""Facts from this machine: the only code that touches the operating system."""

import sys

from camcheck.errors import UnsupportedSystemError
from camcheck.model import Snapshot


def collect() -> Snapshot:
    """Looks at this machine once. Raises UnsupportedSystemError where there is no collector."""
    if sys.platform == "linux":
        from camcheck.collect import linux

        return linux.collect()
    raise UnsupportedSystemError(
        f"camcheck cannot look at this system ({sys.platform}); it knows Linux."
    )
