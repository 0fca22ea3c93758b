"""camcheck scan."""

import click

from camcheck.cli.run import Wishes, run_scan


@click.command("scan")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="For people, or for programs.",
)  # fmt: skip
@click.option(
    "--details", is_flag=True,
    help="Also show every camera, every finding with its evidence, and all that was not seen.",
)  # fmt: skip
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Write to FILE instead of the screen."
)
@click.option(
    "--report", "reports", multiple=True, metavar="FILE",
    help="Also write a report to send to somebody: .html, .json, .ocsf.json or .md. Can be given "
    "more than once.",
)  # fmt: skip
@click.option(
    "--full", is_flag=True,
    help="Keep user names, folders, serial numbers and secrets in the report.",
)  # fmt: skip
@click.option(
    "--rules", multiple=True, metavar="PATH",
    help="Use rules of your own as well: files or folders of Sigma rules, hash lists, STIX "
    "indicators, YARA rules. Can be given more than once.",
)  # fmt: skip
@click.option(
    "--yara-all", is_flag=True,
    help="Let YARA rules look into all running programs, not just those that hold a camera.",
)  # fmt: skip
@click.option(
    "--probe", is_flag=True,
    help="Also open each camera for a moment: its buffers, shutter and light setting.",
)  # fmt: skip
@click.option(
    "--baseline", is_flag=True, help="Also compare the cameras with those of `camcheck baseline`."
)
@click.option(
    "--light", type=click.Choice(["on", "off"]),
    help="Say whether the light of the camera that films is on: no program can read most lights.",
)  # fmt: skip
@click.option(
    "--offline-hive", "hive", metavar="FILE...",
    help="Read registry hives from a Windows disk (NTUSER.DAT, SOFTWARE, SYSTEM) instead.",
)  # fmt: skip
@click.argument("hives", nargs=-1, metavar="")
@click.pass_context
def command(
    ctx: click.Context,
    form: str,
    output: str,
    reports: tuple[str, ...],
    rules: tuple[str, ...],
    hives: tuple[str, ...],
    *,
    hive: str | None,
    light: str | None,
    details: bool,
    full: bool,
    yara_all: bool,
    probe: bool,
    baseline: bool,
) -> None:
    """Look at this computer now. Opens no camera (unless --probe), changes nothing, sends nothing.

    As an ordinary user it says what it could not see; as administrator (sudo) it sees everything.
    """
    if full and not reports:
        raise click.UsageError("--full goes with --report: the screen always shows everything.")
    if yara_all and not rules:
        raise click.UsageError("--yara-all goes with --rules, which names the YARA rules.")
    if hives and hive is None:
        raise click.UsageError(f"What is {hives[0]!r}? Files are only read with --offline-hive.")
    if hive is not None and (probe or baseline or light):
        raise click.UsageError(
            "--probe, --baseline and --light are about this computer, hives are not."
        )
    offline = () if hive is None else (hive, *hives)
    ctx.exit(
        run_scan(
            Wishes(
                form=form,
                details=details,
                output=output,
                reports=reports,
                full=full,
                rules=rules,
                yara_all=yara_all,
                probe=probe,
                baseline=baseline,
                hives=offline,
                light=light,
            )
        )
    )
