"""What is collected only when it is asked for or matters; its code is loaded only then."""

from camcheck.fact import NamedTuple
from camcheck.model import Gap, Holder, Indicator, Witness


class DesktopFacts(NamedTuple):
    """What the desktops of the logged-in users say of a camera in use."""

    holders: tuple[Holder, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    gaps: tuple[Gap, ...] = ()


class Probed(NamedTuple):
    """What the cameras themselves answered to the probe; by camera."""

    witnesses: dict[str, Witness]
    indicators: tuple[Indicator, ...] = ()
    gaps: tuple[Gap, ...] = ()
