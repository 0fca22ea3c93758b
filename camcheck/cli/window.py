"""camcheck window."""

from typing import TYPE_CHECKING

import click

from camcheck.cli.folders import history_folder, remembered_folder, report_path, runtime_folder

if TYPE_CHECKING:
    from camcheck.window.means import Means


@click.command("window")
@click.option(
    "--sign", "hidden", is_flag=True,
    help="Show only the sign in the corner of the screen, as at login.",
)  # fmt: skip
@click.pass_context
def command(ctx: click.Context, *, hidden: bool) -> None:
    """Open a window for the eye and the mouse: what is so now, the past, a test, the monitor.

    It shows what the other commands say, and judges nothing itself. One window for each login: a
    second call brings up the first. Needs the extra camcheck[window].
    """
    from camcheck.window import need_own_desktop, need_qt

    need_own_desktop()
    need_qt()
    from camcheck.window.app import run

    ctx.exit(run(means(), hidden=hidden))


def means() -> "Means":
    """What the window works with: folders, and commands that are fixed here."""
    from camcheck.cli import elevated
    from camcheck.collect import system
    from camcheck.interpreter import own_command
    from camcheck.monitor.tell.door import path_of
    from camcheck.privilege import is_root, own_uid
    from camcheck.window.means import Means

    return Means(
        history=history_folder(),
        remembered=remembered_folder(),
        look=tuple(own_command("scan", "--format", "json")),
        monitor=tuple(own_command("monitor")),
        start=tuple(own_command("window", "--sign")),
        runtime=runtime_folder(),
        report_path=report_path,
        administrator=None if is_root() else elevated.command_of_window(),
        elevates=system() == "win32",
        door=path_of(own_uid() or 0) if system() == "linux" and not is_root() else None,
    )
