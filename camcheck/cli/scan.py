"""camcheck scan."""

import click

from camcheck.cli.run import run_scan


@click.command("scan")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or for programs.",
)  # fmt: skip
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of the screen."
)
@click.option(
    "--probe", is_flag=True,
    help="Also open each camera for a moment: its buffers, shutter and light setting.",
)  # fmt: skip
@click.option(
    "--baseline", is_flag=True, help="Also compare the cameras with those of `camcheck baseline`."
)
@click.pass_context
def command(ctx: click.Context, form: str, output: str, *, probe: bool, baseline: bool) -> None:
    """Look at this computer now. Opens no camera (unless --probe), changes nothing, sends nothing.

    As an ordinary user it says what it could not see; as administrator (sudo) it sees everything.
    """
    ctx.exit(run_scan(form=form, output=output, probe=probe, baseline=baseline))
