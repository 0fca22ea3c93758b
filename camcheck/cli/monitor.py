"""camcheck monitor."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from camcheck.cli.folders import history_folder, selftest_record_path
from camcheck.cli.output import deliver, rows
from camcheck.cli.suggest import Suggesting
from camcheck.collect import system
from camcheck.model import MonitorHealth
from camcheck.privilege import is_root

if TYPE_CHECKING:
    from camcheck.collect.watch import Watch
    from camcheck.history.store import History
    from camcheck.monitor.loop import Listener
_STATUS = {MonitorHealth.WATCHING: 0, MonitorHealth.DEAD: 20}
"""Exit codes of ``status``, apart from those of a scan; 21 for a monitor that does not watch."""


@click.group("monitor", cls=Suggesting, invoke_without_command=True)
@click.option(
    "--exec", "program", metavar="PROGRAM",
    help="Start PROGRAM (full path) for each event, with the event as JSON on its input.",
)  # fmt: skip
@click.option("--quiet", is_flag=True, help="Keep the history, show no notifications.")
@click.pass_context
def command(ctx: click.Context, program: str | None, quiet: bool) -> None:  # noqa: FBT001 click's
    """Watch the cameras, keep a history of their use, and tell about programs you do not know.

    Runs until Ctrl-C. `camcheck monitor install` makes it start by itself. It never opens a camera.
    """
    if ctx.invoked_subcommand is not None:
        ctx.obj = {"program": program, "quiet": quiet}
        return
    from camcheck.monitor.run import own_eyes, run

    def listeners(history: "History") -> Iterable["Listener"]:
        return _listeners(history, program=program, quiet=quiet)

    run(history_folder(), own_eyes(selftest_record_path()), listeners, ready=_ready)


def _listeners(history: "History", *, program: str | None, quiet: bool) -> Iterable["Listener"]:
    from camcheck.monitor.tell import journal

    if journal.is_wanted():
        yield journal.Journal()
    else:
        from camcheck.monitor.tell.terminal import Live

        yield Live(_write)
    if not quiet:
        from camcheck.approval import recogniser
        from camcheck.monitor.tell.desktop import Desktop, desktops, own_desktop

        people = desktops if is_root() else own_desktop
        yield Desktop(history, is_approved=recogniser(history), recipients=people)
    if is_root() and system() == "linux":
        from camcheck.monitor.tell.door import Door, users

        yield Door(history, users=users)
    if program:
        from camcheck.monitor.tell.hook import Hook

        yield Hook(program)


def _write(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


def _ready(watch: "Watch") -> None:
    from camcheck.printable import printable

    _write(f"camcheck watches ({watch.way}). Ctrl-C ends it.\n")
    for limit in watch.limits:
        _write(f"It cannot see everything: {printable(limit)}\n")


@command.command("install")
@click.option("--system", "for_all", is_flag=True, help="For all users, as root.")
@click.pass_context
def install(ctx: click.Context, for_all: bool) -> None:  # noqa: FBT001 click's
    """Make the monitor start by itself, and start it now."""
    from camcheck.monitor.service import plan, refuse_unsafe
    from camcheck.monitor.service.install import install as make

    refuse_unsafe(for_all=for_all)
    options = ["--quiet"] if ctx.obj["quiet"] else []
    if ctx.obj["program"]:
        from camcheck.monitor.tell.hook import checked

        options += ["--exec", checked(ctx.obj["program"])]
    _say(make(plan(for_all=for_all, options=tuple(options))))


@command.command("uninstall")
@click.option("--system", "for_all", is_flag=True, help="The service for all users, as root.")
def uninstall(for_all: bool) -> None:  # noqa: FBT001 click's
    """Stop the monitor and remove the service. The history stays."""
    import os

    from camcheck.history.place import FILE
    from camcheck.monitor.service import plan
    from camcheck.monitor.service.install import uninstall as remove

    done = remove(plan(for_all=for_all))
    path = os.path.join(history_folder(), FILE)
    if os.path.exists(path):
        done.append(f"The history stays in {path}; delete the folder if you do not want it.")
    _say(done or ["No service was installed."])


@command.command("status")
@click.option("--system", "for_all", is_flag=True, help="The service for all users.")
@click.pass_context
def status(ctx: click.Context, for_all: bool) -> None:  # noqa: FBT001 click's
    """Tell since when the monitor runs, what it can and cannot see, and what it saw last.

    Exit code 0: a monitor watches. 20: none runs. 21: one runs, and does not watch.
    """
    from camcheck.cli.folders import SYSTEM_FOLDER
    from camcheck.monitor.service import plan
    from camcheck.monitor.status import describe

    folder = SYSTEM_FOLDER if for_all else history_folder()
    found = describe(folder, plan(for_all=for_all))
    _say(found.lines)
    ctx.exit(_STATUS.get(found.health, 21))


def _say(lines: list[str]) -> None:
    deliver(rows(lines), "-")
