"""The person's word for a light that no program can read."""

from camcheck.answer.sentences import say as sentence
from camcheck.cli.keys import key
from camcheck.cli.output import deliver
from camcheck.findings import Report
from camcheck.model import Camera, IndicatorState
from camcheck.person import unread_lights
from camcheck.scan import with_light

_ANSWERS = {"y": IndicatorState.ON, "n": IndicatorState.OFF}


def heard(report: Report) -> Report:
    """Asks for the light of each camera that films; the report as it is judged with the answers."""
    for camera in unread_lights(report.snapshot):
        said = _ANSWERS.get(key(sentence("ask.light", camera=camera.name), "yn?"))
        if said is None:
            continue
        if _still_films(camera):
            report = with_light(report, camera.id, said)
        else:
            deliver(sentence("ask.light.ended", camera=camera.name) + "\n", "-")
    return report


def _still_films(camera: Camera) -> bool:
    """Whether it films yet: the answer may have come after the end of a call."""
    from camcheck.collect import collect

    return camera.id in {one.id for one in unread_lights(collect())}


def told(report: Report, state: IndicatorState) -> Report:
    """The report judged with the person's word from the command line, for the one camera that
    films. Raises UsageError when there are several: whose light was meant, nobody said."""
    unread = unread_lights(report.snapshot)
    if len(unread) > 1:
        import click

        raise click.UsageError(
            "Several cameras film, so whose light is meant? camcheck without a command asks for "
            "each of them."
        )
    return with_light(report, unread[0].id, state) if unread else report
