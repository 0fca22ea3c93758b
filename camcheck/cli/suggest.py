"""What somebody may have meant who typed something that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches

import click


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like ``word``, or goes on from it; None: none does."""
    names = list(known)
    begins = [name for name in names if len(word) > 1 and name.startswith(word.casefold())]
    close = get_close_matches(word.casefold(), names, n=1, cutoff=0.6)
    return next(iter(begins or close), None)


class Suggesting(click.Group):
    """A group of commands that suggests the nearest one, and takes ``help`` for ``--help``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        known = self.list_commands(ctx)
        if name in known or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        if name == "help":
            click.echo(ctx.get_help())
            ctx.exit()
        near = nearest(name, known)
        if near is None:
            advice = f"{ctx.command_path} --help lists the commands."
        else:
            advice = f"Did you mean: {ctx.command_path} {near}"
        raise click.UsageError(f"There is no command {name!r}. {advice}", ctx)
