"""The answer: what was found, whether all could be looked at, and one story for each program."""

from datetime import datetime
from enum import StrEnum

from camcheck.fact import NamedTuple
from camcheck.findings import Severity
from camcheck.terms import Nature
from camcheck.terms import Whose as Whose


class Kind(StrEnum):
    """What was found. There is no word for "safe"."""

    NOBODY = "nobody"
    IN_USE = "in-use"
    LOOK = "look"
    ALARM = "alarm"


class Doing(StrEnum):
    """What a program does with a camera now."""

    FILMS = "films"
    OPEN = "open"
    NOTHING = "nothing"


class Role(StrEnum):
    """What a story is about."""

    PROGRAM = "program"
    UNSEEN = "unseen"
    """Somebody who uses a camera and could not be seen or found."""
    CAMERA = "camera"
    PLACE = "place"
    """Something that is there and need not run: a file, a start entry, a setting."""


class Story(NamedTuple):
    """All that is known of one program (or of one camera that somebody unseen uses), as one.

    ``id`` is the same in two reports. ``name`` is what people call it, ``file`` its path.
    ``camera`` is the name of the camera that it is about, ``cameras`` are the ids. ``since`` is
    when the use that goes on began, where a monitor saw that; ``last`` when the latest use ended
    that the history has, ``times`` how many there were. ``known`` tells that the origin of the
    program is known (a package, a signature, the user's approval), ``origin`` says which, or what
    the program calls itself. ``role`` is what a program is for that is proven to be one that is
    known; ``signs_in``: that is to look at faces, for the system.
    ``findings`` are fingerprints, ``check`` (with the ``nature`` of its signature) is the one that
    weighs most; ``witnessed``: it rests on what the person said that she sees. ``past``: it is told
    for what it did before; now it does nothing.
    """

    id: str
    about: Role
    name: str
    file: str | None
    whose: Whose
    user: str | None
    doing: Doing
    cameras: tuple[str, ...]
    camera: str | None
    severity: Severity
    since: datetime | None = None
    last: datetime | None = None
    times: int = 0
    known: bool = False
    origin: str | None = None
    role: str | None = None
    signs_in: bool = False
    approved: bool = False
    past: bool = False
    pids: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    check: str | None = None
    nature: Nature | None = None
    witnessed: bool = False

    @property
    def matters(self) -> bool:
        """Whether it is more than information."""
        return self.severity is not Severity.INFO


class Answer(NamedTuple):
    """Two things that never hide one another: what was found, and whether all could be looked at.

    ``sentence`` says both who films and what kind it is; ``missing`` says in one clause what could
    not be looked at, None when everything could. ``light`` says what the person can see for
    herself, None where there is nothing to see. ``exit_code`` is that of the commands.
    """

    kind: Kind
    sentence: str
    complete: bool
    missing: str | None
    light: str | None
    stories: tuple[Story, ...]
    exit_code: int
