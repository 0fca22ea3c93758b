"""camcheck cameras."""

import click

from camcheck.cli.output import deliver, wants_colour, width_of
from camcheck.cli.progress import patience


@click.command("cameras")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or for programs.",
)  # fmt: skip
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of the screen."
)
@click.pass_context
def command(ctx: click.Context, form: str, output: str) -> None:
    """List the cameras of this computer, physical and virtual, with all their nodes.

    No camera is opened. The id stays the same when a camera is plugged in again. The exit code is 3
    when something stands between camcheck and the list of cameras, else 0.
    """
    from camcheck.collect import collect
    from camcheck.model import Fact

    with patience():
        snapshot = collect()
    gaps = [gap for gap in snapshot.gaps if gap.fact is Fact.CAMERAS]
    if form == "json":
        import json

        from camcheck.serial import to_plain

        plain = {"cameras": to_plain(snapshot.cameras), "gaps": to_plain(gaps)}
        deliver(json.dumps(plain, indent=1) + "\n", output)
    else:
        from camcheck.render.details import render_cameras

        text = render_cameras(snapshot, colour=wants_colour(output), width=width_of(output))
        deliver(text, output)
    ctx.exit(3 if gaps else 0)
