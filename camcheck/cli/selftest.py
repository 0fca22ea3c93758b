"""camcheck selftest."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from camcheck.model import Camera, Capture


@click.command("selftest")
@click.option("--camera", "wanted", metavar="ID", help="Which one (`camcheck cameras` lists them).")
@click.option("--code", is_flag=True, help="Film in a coded pattern while a phone films the light.")
@click.option(
    "--video", "film", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
    help="Look for the light in the phone's film of the last --code.",
)  # fmt: skip
@click.option("--pictures", metavar="NAME", help="Also draw NAME-place.png and NAME-plot.png.")
@click.option("--yes", is_flag=True, help="Do not ask before the camera is switched on.")
def command(
    wanted: str | None, film: str | None, pictures: str | None, *, code: bool, yes: bool
) -> None:
    """Does the camera's light work? Films for moments and asks you what you see.

    Nothing is stored or shown of the pictures. Needs the extra camcheck[selftest].
    """
    from camcheck.cli.folders import remembered_folder
    from camcheck.selftest import need_opencv

    if code and film:
        raise click.UsageError("First --code, while the phone films; then --video with the film.")
    need_opencv()
    if film:
        _judge_film(film, remembered_folder(), pictures)
        return
    camera, node = _choose(wanted)
    _consent(camera, yes=yes)
    if code:
        _play_code(camera, node, remembered_folder())
    else:
        _play_rounds(camera, node, remembered_folder())


def _choose(wanted: str | None) -> "tuple[Camera, str]":
    from camcheck.collect import collect
    from camcheck.selftest.choice import choose

    return choose(collect(), wanted)


def _consent(camera: "Camera", *, yes: bool) -> None:
    from camcheck.printable import printable

    click.echo(
        f"This test switches on {printable(camera.name, limit=60)}. While it films, its light "
        "should be lit. The pictures are judged in memory and not kept."
    )
    if not yes:
        click.confirm("Switch the camera on?", abort=True)


def _play_rounds(camera: "Camera", node: str, folder: str) -> None:
    import platform

    from camcheck.selftest.conclusion import result_in_words
    from camcheck.selftest.course import run_rounds
    from camcheck.selftest.record import remember
    from camcheck.selftest.rounds import ROUNDS, Answer, plan

    letters = {"y": Answer.LIT, "n": Answer.DARK, "?": Answer.UNSURE}

    def ask(number: int) -> Answer:
        question = f"Round {number} of {ROUNDS}: is the light lit? (y, n, ? for not sure)"
        return letters[click.prompt(question, type=click.Choice(list(letters)), show_choices=False)]

    click.echo(f"{ROUNDS} rounds: in each the camera films, or not, by chance. Watch the light.")
    result = run_rounds(camera.id, node, plan(), ask=ask, look=_look_at(camera.id))
    remember(folder, result, at=datetime.now(UTC).isoformat(), kernel=platform.release())
    click.echo(result_in_words(result))


def _look_at(camera: str) -> "Callable[[], Capture | None]":
    from camcheck.collect import collect

    def look() -> "Capture | None":
        return next((known for known in collect().captures if known.camera == camera), None)

    return look


def _play_code(camera: "Camera", node: str, folder: str) -> None:
    from camcheck.selftest.code import pattern
    from camcheck.selftest.course import play_code
    from camcheck.selftest.record import remember_code

    click.echo(
        "Film the camera's light with a phone, from near and as steady as you can, for about a "
        "minute. Start the phone's film now."
    )
    click.pause("Press a key when the phone films.")
    code = play_code(node, pattern(), say=lambda text: click.echo(f"\r{text}", nl=False))
    remember_code(folder, code, camera=camera.id, at=datetime.now(UTC).isoformat())
    click.echo(
        "\nDone; stop the phone's film and copy it to this computer. Then: "
        "camcheck selftest --video FILE"
    )


def _judge_film(film: str, folder: str, pictures: str | None) -> None:
    from camcheck.selftest.conclusion import light_in_words
    from camcheck.selftest.film import condense, read_film
    from camcheck.selftest.light import find_light
    from camcheck.selftest.picture import draw_place, draw_plot
    from camcheck.selftest.record import code_path, recall_code

    code = recall_code(code_path(folder))
    condensed = condense(read_film(film))
    light = find_light(condensed, code)
    click.echo(light_in_words(light))
    if pictures:
        draw_place(condensed, light, f"{pictures}-place.png")
        draw_plot(light, code, f"{pictures}-plot.png")
        click.echo(f"Drawn: {pictures}-place.png and {pictures}-plot.png.")
