"""camcheck explain."""

import click

from camcheck.cli.output import deliver, width_of
from camcheck.cli.suggest import nearest


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from camcheck.checks import all_checks

    return [check.id for check in all_checks() if check.id.startswith(incomplete)]


@click.command("explain")
@click.argument("check", required=False, shell_complete=_complete)
def command(check: str | None) -> None:
    """Tell what CHECK means, its harmless causes and what to do.

    Without CHECK, lists all checks.
    """
    from camcheck.checks import all_checks
    from camcheck.render.guide import guide, overview

    checks = {known.id: known for known in all_checks()}
    if check is None:
        deliver(overview(tuple(checks.values()), width=width_of("-")), "-")
    elif check in checks:
        deliver(guide(checks[check], width=width_of("-")), "-")
    else:
        near = nearest(check, checks)
        advice = f"Did you mean: camcheck explain {near}" if near else "camcheck explain lists all."
        raise click.UsageError(f"There is no check of that name. {advice}")
