"""The answer of a report: its kind, its sentence, and whether all could be looked at."""

from camcheck.answer import Answer, Doing, Kind, Role, Story, Whose
from camcheck.answer.sentences import known, say
from camcheck.answer.stories import BROKERS, stories
from camcheck.findings import Report, Severity
from camcheck.model import (
    CameraKind,
    CaptureState,
    Fact,
    Gap,
    IndicatorKind,
    IndicatorState,
    Reason,
    Trust,
)
from camcheck.model import Role as HolderRole


def answer(report: Report) -> Answer:
    """What to say of a report. The past counts until the user has answered for it."""
    told = _with_unseen(report, stories(report))
    kind = kind_of(told)
    light = _light(report, told)
    return Answer(
        kind=kind,
        sentence=_sentence(report, kind, told),
        complete=not report.gaps,
        missing=_missing(report),
        light=light,
        stories=told,
        exit_code=_exit_code(report, told),
    )


def _with_unseen(report: Report, told: tuple[Story, ...]) -> tuple[Story, ...]:
    """Adds a story for each camera that is in use by somebody who could not be looked at."""
    snapshot = report.snapshot
    seen = {
        camera for story in told if story.doing is not Doing.NOTHING for camera in story.cameras
    }
    filming = {one.camera for one in snapshot.captures if one.state is CaptureState.ACTIVE}
    counted = {
        camera
        for entry in snapshot.references
        if entry.opened is not None and entry.opened > entry.accounted and entry.measured
        for camera in entry.cameras
        if len(entry.cameras) == 1
    }
    films_for = {camera for story in told if story.doing is Doing.FILMS for camera in story.cameras}
    missing = (filming - films_for) | (counted - seen)
    names = {camera.id: camera.name for camera in snapshot.cameras}
    virtual = {one.id for one in snapshot.cameras if one.kind is CameraKind.VIRTUAL}
    unseen = {camera for story in told if story.about is Role.UNSEEN for camera in story.cameras}
    more = tuple(
        Story(
            id=f"{Role.UNSEEN.value} {camera}",
            about=Role.UNSEEN,
            name=say("name.unseen"),
            file=None,
            whose=Whose.UNKNOWN,
            user=None,
            doing=Doing.FILMS if camera in filming else Doing.OPEN,
            cameras=(camera,),
            camera=names.get(camera, camera),
            severity=Severity.INFO,
            steps=(say(_as_administrator(report)),) if not snapshot.elevated else (),
        )
        for camera in sorted(missing - unseen - virtual)
    )
    return (*told, *more)


def kind_of(told: tuple[Story, ...]) -> Kind:
    """What was found, by the worst of the stories; where none matters, whether anybody uses a
    camera."""
    worst = max((story.severity.rank for story in told), default=0)
    if worst >= Severity.HIGH.rank:
        return Kind.ALARM
    if worst:
        return Kind.LOOK
    return Kind.IN_USE if any(one.doing is not Doing.NOTHING for one in told) else Kind.NOBODY


def _exit_code(report: Report, told: tuple[Story, ...]) -> int:
    """0 nobody, 3 incomplete, 10 information only, 11 to 14 found: low up to critical."""
    worst = max((story.severity.rank for story in told), default=0)
    if worst:
        return 10 + worst
    if report.gaps:
        return 3
    return 10 if report.findings or told else 0


def _sentence(report: Report, kind: Kind, told: tuple[Story, ...]) -> str:
    match kind:
        case Kind.NOBODY:
            return say(_nobody(report))
        case Kind.IN_USE:
            return _in_use(report, told)
        case Kind.LOOK | Kind.ALARM:
            return _worst(report, kind, told)


def _worst(report: Report, kind: Kind, told: tuple[Story, ...]) -> str:
    """The story that matters most; and who else uses a camera, where that one does not."""
    first, using = told[0], [one for one in told if one.doing is not Doing.NOTHING]
    sentence = say(headline(kind, first, alone=not using), **slots_of(first))
    if first.doing is not Doing.NOTHING or not using:
        return sentence
    return f"{sentence} {_in_use(report, tuple(using))}"


def _nobody(report: Report) -> str:
    cameras = report.snapshot.cameras
    if report.snapshot.offline:
        return "nobody.disk"
    if report.snapshot.host.system == "" or any(
        gap.fact is Fact.CAMERAS and not cameras for gap in report.gaps
    ):
        return "nobody.no-list"
    if not cameras:
        return "nobody.no-camera"
    if report.gaps:
        return "nobody.partly"
    # A still camera needs none: a program of its own talks to it.
    usable = any(camera.driver or camera.kind is CameraKind.STILL for camera in cameras)
    if not usable and report.snapshot.host.system == "Linux":
        return "nobody.no-driver"
    return "nobody" if len(cameras) == 1 else "nobody.many"


def _in_use(report: Report, told: tuple[Story, ...]) -> str:
    """Who uses the camera; the one that films is named first."""
    using = [story for story in told if story.doing is not Doing.NOTHING]
    first = using[0]
    camera = first.camera or ""
    if len(using) > 1:
        does = "films" if first.doing is Doing.FILMS else "open"
        names = {"program": first.name, "camera": camera, "number": str(len(using))}
        return say(f"several.{does}", **names)
    return say(_fits(report, first), program=first.name, camera=camera, user=first.user or "?")


def _fits(report: Report, story: Story) -> str:
    """The name of the sentence. That everything fits is said only where it was proven."""
    does = story.doing.value
    if story.about is Role.UNSEEN:
        return f"unseen.{does}"
    if _feeds_only(report, story):
        return "feeds"
    if story.file in BROKERS and story.known and _is_idle(report, story):
        return "broker.open"
    if story.approved:
        return "fits.approved" if _is_shown(report, story) else f"approved.{does}"
    match story.whose:
        case Whose.YOURS if story.origin is None:
            return f"yours.{does}.unknown"
        case Whose.YOURS:
            if story.doing is Doing.OPEN:
                fits = story.known and _is_idle(report, story)
                return "fits.open" if fits and not _contradicted(report, story) else "yours.open"
            return "fits.films" if story.known and _is_shown(report, story) else "yours.films"
        case Whose.SERVICE if story.doing is Doing.FILMS and _signs_in(report, story):
            return "fits.service"
        case _:
            return f"{story.whose.value}.{does}"


def _signs_in(report: Report, story: Story) -> bool:
    """Whether the system looks for a face, with cameras made for that, which have no light."""
    infrared = {one.id for one in report.snapshot.cameras if one.kind is CameraKind.INFRARED}
    dark = IndicatorState.OFF in _states(report, story)
    made_for_it = story.signs_in and story.known and infrared.issuperset(story.cameras)
    return made_for_it and not dark and not report.gaps


def _feeds_only(report: Report, story: Story) -> bool:
    roles = {
        holder.role
        for holder in report.snapshot.holders
        if holder.pid in story.pids and holder.camera in story.cameras
    }
    return roles == {HolderRole.FEEDS}


def _is_shown(report: Report, story: Story) -> bool:
    """Whether a light or icon says that the camera is in use, and none says the opposite."""
    shown = _states(report, story)
    return IndicatorState.ON in shown and IndicatorState.OFF not in shown and not report.gaps


def _is_idle(report: Report, story: Story) -> bool:
    """Whether it has cameras open of which each is known not to film."""
    idle = {one.camera for one in report.snapshot.captures if one.state is CaptureState.INACTIVE}
    return story.doing is Doing.OPEN and idle.issuperset(story.cameras)


def _contradicted(report: Report, story: Story) -> bool:
    return bool(report.gaps) or IndicatorState.ON in _states(report, story)


def _states(report: Report, story: Story) -> set[IndicatorState]:
    signs = (IndicatorKind.LED, IndicatorKind.DESKTOP_ICON, IndicatorKind.ON_SCREEN_NOTICE)
    return {
        one.state
        for one in report.snapshot.indicators
        if one.camera in story.cameras and one.kind in signs
    }


def headline(kind: Kind, story: Story, *, alone: bool = True) -> str:
    """The name of the sentence for the story that matters most.

    ``alone`` tells that nobody else uses a camera now, which the sentence may then say.
    """
    if story.past:
        return f"{kind.value}.past"
    if story.about is Role.CAMERA:
        films = ".films" if story.doing is Doing.FILMS else ""
        return _by_check(f"{kind.value}.camera{films}", story)
    if story.about is Role.PLACE:
        return f"{kind.value}.place" if alone else f"{kind.value}.place.here"
    if story.doing is Doing.NOTHING and not alone:
        return _by_check(f"{kind.value}.here", story)
    if story.about is Role.UNSEEN and kind is Kind.ALARM:
        return f"alarm.unseen.{story.doing.value}"
    return _by_check(f"{kind.value}.{story.doing.value}", story)


def is_plain(sentence: str, story: Story) -> bool:
    """Whether a sentence leaves unsaid why a story matters."""
    return f".{story.check}" not in sentence and not sentence.endswith((".past", ".place"))


def _by_check(sentence: str, story: Story) -> str:
    """The sentence for what weighs most in a story, where there is one of its own."""
    check = "" if story.check is None else f".{story.check}"
    nature = "" if story.nature is None else f".{story.nature.value}"
    word = ".you" if story.witnessed else nature
    for own in (f"{sentence}{check}{word}", f"{sentence}{check}"):
        if known(own):
            return own
    return sentence


def slots_of(story: Story) -> dict[str, str]:
    """What fills the slots of a headline."""
    when = story.last or story.since
    return {
        "program": story.name,
        "camera": story.camera or "a camera",
        "user": story.user or "?",
        "reason": story.reasons[0] if story.reasons else "",
        "when": f"{when:%Y-%m-%d at %H:%M} UTC" if when else "an unknown day",
    }


def _light(report: Report, told: tuple[Story, ...]) -> str | None:
    """What the person can see for herself of a camera that films."""
    filming = {camera for story in told if story.doing is Doing.FILMS for camera in story.cameras}
    real = {
        camera.id
        for camera in report.snapshot.cameras
        if camera.kind is CameraKind.PHYSICAL and camera.id in filming
    }
    if not real:
        return None
    lights = [
        one
        for one in report.snapshot.indicators
        if one.camera in real and one.kind is IndicatorKind.LED
    ]
    if any(one.state is IndicatorState.OFF for one in lights):
        return None  # a finding speaks of it
    lit = [one for one in lights if one.state is IndicatorState.ON]
    if any(one.trust is Trust.PERSON for one in lit):
        return say("light.on.you")
    return say("light.on") if lit else say("light.expected")


def _missing(report: Report) -> str | None:
    """What could not be looked at, in one clause."""
    if not report.gaps:
        return None
    if not report.snapshot.elevated and all(map(_is_denied, report.gaps)):
        return say(
            "missing.users.windows"
            if report.snapshot.host.system.lower() == "windows"
            else "missing.users"
        )
    number = len(report.gaps)
    return say("missing.one") if number == 1 else say("missing.several", number=str(number))


def _is_denied(gap: Gap) -> bool:
    return gap.reason is Reason.DENIED


def _as_administrator(report: Report) -> str:
    return "do.admin.windows" if report.snapshot.host.system.lower() == "windows" else "do.admin"
