"""Writes the manual pages and the completions, from the commands' own help.

Usage: python scripts/manual.py FOLDER. It makes camcheck.1 and camcheck-COMMAND.1 for each command
(man(7)), and what bash, zsh and fish read (camcheck.bash, camcheck.zsh, camcheck.fish).
"""

import inspect
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from os import environ
from pathlib import Path

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

from camcheck import __version__
from camcheck.cli.commands import EXAMPLES, EXIT_CODES, camcheck

PROGRAM = "camcheck"
FILES = (
    (
        "~/.local/share/camcheck",
        "cameras, self-tests and approvals that camcheck was asked to keep",
    ),
    ("~/.local/state/camcheck", "the history of your own monitor"),
    ("/var/lib/camcheck", "the same of root, and of the monitor for all users"),
)


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    root = click.Context(camcheck, info_name=PROGRAM)
    (folder / f"{PROGRAM}.1").write_text(main_page(root))
    for context in commands(root):
        name = context.command_path.replace(" ", "-")
        (folder / f"{name}.1").write_text(command_page(context))
    for shell in (BashComplete, ZshComplete, FishComplete):
        made = shell(camcheck, {}, PROGRAM, "_CAMCHECK_COMPLETE")
        (folder / f"{PROGRAM}.{shell.name}").write_text(made.source())
    return 0


def commands(context: click.Context) -> Iterator[click.Context]:
    """The commands of a group, in the order of its help."""
    group = context.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(context):
        if command := group.get_command(context, name):
            yield click.Context(command, info_name=name, parent=context)


def main_page(context: click.Context) -> str:
    """camcheck(1)."""
    found = list(commands(context))
    pages = ", ".join(f"\\fBcamcheck\\-{one.info_name}\\fR(1)" for one in found)
    return "".join(
        (
            head(PROGRAM, "who has the camera open, and does its light say so?"),
            ".SH SYNOPSIS\n",
            synopsis(context),
            ".SH DESCRIPTION\n",
            text(context.command.help),
            ".SH COMMANDS\n",
            *(item(str(one.info_name), one.command.get_short_help_str(200)) for one in found),
            options(context),
            ".SH EXAMPLES\n",
            *(item(command, what) for command, what in EXAMPLES),
            ".SH EXIT STATUS\n",
            text(EXIT_CODES.removeprefix("Exit codes: ")),
            ".SH FILES\n",
            *(item(path, what) for path, what in FILES),
            f".SH SEE ALSO\n{pages}\n",
        )
    )


def command_page(context: click.Context) -> str:
    """The page of one command, with its subcommands."""
    command = context.command
    name = context.command_path.replace(" ", "-")
    below = list(commands(context)) if isinstance(command, click.Group) else []
    parts = [head(name, command.get_short_help_str(200).rstrip(".")), ".SH SYNOPSIS\n"]
    parts += [synopsis(one) for one in (context, *below)]
    parts += [".SH DESCRIPTION\n", text(command.help), options(context)]
    for one in below:
        parts += [f".SH {escaped(one.command_path).upper()}\n", text(one.command.help)]
        parts += [options(one, heading=False), text(one.command.epilog)]
    parts += [text(command.epilog), ".SH SEE ALSO\n\\fBcamcheck\\fR(1)\n"]
    return "".join(parts)


def head(name: str, what: str) -> str:
    """Title and first section; the day is that of the sources: the same give the same."""
    day = datetime.fromtimestamp(int(environ.get("SOURCE_DATE_EPOCH", "1704067200")), UTC)
    title = (
        f'.TH {escaped(name).upper()} 1 "{day:%Y-%m-%d}" "camcheck {__version__}" "User Commands"\n'
    )
    return f"{title}.SH NAME\n{escaped(name)} \\- {escaped(what)}\n"


def synopsis(context: click.Context) -> str:
    """How it is called."""
    words = " ".join(context.command.collect_usage_pieces(context))
    return f".PP\n\\fB{escaped(context.command_path)}\\fR {escaped(words)}\n"


def options(context: click.Context, *, heading: bool = True) -> str:
    """What each option means."""
    records = (one.get_help_record(context) for one in context.command.get_params(context))
    items = "".join(item(name, what) for name, what in filter(None, records) if what)
    return (".SH OPTIONS\n" if heading and items else "") + items


def item(name: str, what: str) -> str:
    """A name and what it is."""
    return f".TP\n\\fB{escaped(name)}\\fR\n{escaped(what)}\n"


def text(paragraphs: str | None) -> str:
    """Paragraphs of a help text; one that begins with \\b keeps its lines."""
    if not paragraphs:
        return ""
    made = []
    for paragraph in inspect.cleandoc(paragraphs).split("\n\n"):
        if paragraph.startswith("\b"):
            made.append(f".PP\n.nf\n{escaped(paragraph[1:].strip(chr(10)))}\n.fi\n")
        else:
            made.append(f".PP\n{escaped(' '.join(paragraph.split()))}\n")
    return "".join(made)


def escaped(written: str) -> str:
    """Nothing of it is a request or an escape of roff."""
    safe = (
        written.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("`", "\\(ga")
        .replace("“", '"')
        .replace("”", '"')
    )
    safe = safe.replace("'", "\\(aq").replace("^", "\\(ha").replace("~", "\\(ti")
    return "\n".join(f"\\&{line}" if line[:1] in (".", "'") else line for line in safe.split("\n"))


if __name__ == "__main__":
    sys.exit(main())
