"""camcheck cameras."""

import click

from camcheck.cli.output import deliver, wants_colour


@click.command("cameras")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or for programs.",
)  # fmt: skip
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of the screen."
)
def command(form: str, output: str) -> None:
    """List the cameras of this computer, physical and virtual, with all their nodes.

    No camera is opened. The id stays the same when a camera is plugged in again.
    """
    from camcheck.collect import collect

    snapshot = collect()
    if form == "json":
        import json

        from camcheck.serial import to_plain

        gaps = [gap for gap in snapshot.gaps if gap.fact.value == "cameras"]
        plain = {"cameras": to_plain(snapshot.cameras), "gaps": to_plain(gaps)}
        deliver(json.dumps(plain, indent=1) + "\n", output)
        return
    from camcheck.render.text import render_cameras

    deliver(render_cameras(snapshot, colour=wants_colour(output)), output)
