"""camcheck baseline."""

import click

from camcheck.cli.progress import patience


@click.command("baseline")
def command() -> None:
    """Remember the cameras of today, for `camcheck scan --baseline` to compare.

    Kept are name, driver, firmware number, functions and a digest of the USB descriptors. No
    camera is opened.
    """
    from camcheck.baseline import write_baseline
    from camcheck.cli.folders import baseline_path
    from camcheck.collect import camera_prints, collect
    from camcheck.printable import printable

    with patience():
        prints = camera_prints(collect().cameras)
    path = baseline_path()
    write_baseline(path, prints)
    for known in prints:
        click.echo(f"Remembered: {printable(known.name, limit=60)} ({printable(known.camera)})")
    if not prints:
        click.echo("No USB camera was found; that is what is remembered now.")
    click.echo(f"Kept in {printable(path)}.")
