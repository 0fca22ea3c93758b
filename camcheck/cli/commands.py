"""The list of commands; each is loaded only when it is called."""

from importlib import import_module

import click

from camcheck import __version__
from camcheck.cli.suggest import Suggesting

_COMMANDS = {
    "scan": "Look at this computer now: cameras, who has them open, what is odd.",
    "report": "Write a report file for the person who helps you, or read one.",
    "fleet": "Keep the reports of many machines as a data set, and ask it.",
    "cameras": "List the cameras of this computer with all their nodes.",
    "baseline": "Remember the cameras of today, to see later whether one has changed.",
    "selftest": "Does the light of a camera work? Films for moments and asks you.",
    "monitor": "Watch over time, and tell when a program uses a camera.",
    "window": "Open a window: what is so now, the past, a test, the monitor; a sign in the tray.",
    "history": "Tell when the cameras were used, and by which programs.",
    "allow": "Approve a program, so that the monitor does not tell of it.",
    "explain": "Tell what a check means, its harmless causes and what to do.",
    "rules": "Show the rules for known-bad software; check and test rules of your own.",
}
EXAMPLES = (
    ("camcheck", "look now, then offer what to do next, by single keys"),
    ("camcheck scan", "look now, and no more"),
    ("sudo camcheck scan", "look into the programs of all users"),
    ("camcheck scan --format json -o r.json", "for other programs"),
    ("camcheck monitor install", "watch from now on, after restarts too"),
    ("camcheck history --since monday", "who used the camera this week"),
    ("camcheck explain concealed-holder", "what a finding means"),
)
"""Commands as they are typed, and what they are for; the manual page has them, too."""
EXIT_CODES = (
    "Exit codes: 0 nothing found and nothing missed, 1 camcheck failed, 2 wrong usage, 3 nothing "
    "found but something could not be checked, 10 information only, 11 to 14 found: low, medium, "
    "high, critical; 130 interrupted."
)


class _Commands(Suggesting):
    """Commands by name; their modules are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command = import_module(f"camcheck.cli.{name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Examples"):
            formatter.write_dl(EXAMPLES, col_max=min(40, formatter.width // 2))
        formatter.write_paragraph()
        formatter.write_text(EXIT_CODES)


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="camcheck %(version)s")
@click.pass_context
def camcheck(ctx: click.Context) -> None:
    """Is somebody filming me? Who has the camera open, and is anything odd about it?

    Without a command, camcheck looks, says what it found, and offers what to do next.
    """
    if ctx.invoked_subcommand is None:
        from camcheck.cli.guided import run_guided

        ctx.exit(run_guided())
