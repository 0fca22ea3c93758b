"""camcheck scan."""

import click

from camcheck.cli.output import deliver, wants_colour
from camcheck.findings import Report


@click.command("scan")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or for programs.",
)  # fmt: skip
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of the screen."
)
@click.pass_context
def command(ctx: click.Context, form: str, output: str) -> None:
    """Look at this computer now. Opens no camera, changes nothing, sends nothing.

    As an ordinary user it says what it could not see; as administrator (sudo) it sees everything.
    """
    from camcheck.scan import scan

    report = scan()
    deliver(render(report, form=form, colour=wants_colour(output)), output)
    ctx.exit(report.exit_code)


def render(report: Report, *, form: str, colour: bool) -> str:
    """The report in the asked form."""
    if form == "json":
        from camcheck.render.json import render as as_json

        return as_json(report)
    from camcheck.render.text import render as as_text

    return as_text(report, colour=colour)
