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
    "--rules", multiple=True, type=click.Path(exists=True), metavar="PATH",
    help="Compare with rules of your own, too (files or folders; see camcheck rules check).",
)  # fmt: skip
@click.option(
    "--yara-all", is_flag=True,
    help="Run YARA rules over all running programs, not only those that hold a camera.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context, form: str, output: str, *, rules: tuple[str, ...], yara_all: bool
) -> None:
    """Look at this computer now. Opens no camera, changes nothing, sends nothing.

    As an ordinary user it says what it could not see; as administrator (sudo) it sees everything.
    """
    ctx.exit(run_scan(form=form, output=output, rules=rules, yara_all=yara_all))
