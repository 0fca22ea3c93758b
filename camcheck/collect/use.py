"""What the witnesses of a system say together about the use of its cameras."""

from camcheck.fact import NamedTuple
from camcheck.model import Camera, Capture, Gap, Holder, Indicator


class Use(NamedTuple):
    """Everything that the system says about the use of cameras at this moment."""

    cameras: tuple[Camera, ...]
    holders: tuple[Holder, ...]
    captures: tuple[Capture, ...]
    indicators: tuple[Indicator, ...]
    gaps: tuple[Gap, ...]
