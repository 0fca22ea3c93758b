"""camcheck rules: what is compared with what, and help for those who write rules."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from camcheck.cli.output import deliver, rows
from camcheck.cli.suggest import Suggesting
from camcheck.privilege import is_root

if TYPE_CHECKING:
    from camcheck.signatures.rule import Expression, RuleText

_PATHS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True), metavar="PATH..."
)


@click.group("rules", cls=Suggesting)
def command() -> None:
    """Rules and lists of hashes for software that is known to be bad or to watch people."""


def _print(lines: Iterable[str]) -> None:
    deliver(rows(lines), "-")


@command.command("list")
@click.option("--family", default="", help="Only families with this in their name.")
def list_rules(family: str) -> None:
    """List the built-in rules."""
    from camcheck.signatures import builtin

    texts = sorted(builtin.texts().values(), key=lambda text: text.origin)
    wanted = [text for text in texts if family.lower() in text.family.lower()]
    counted = f"{len(wanted)} rules, {builtin.hash_count()} hashes"
    lines = [f"{text.id}  {text.origin:58}  {text.title}" for text in wanted]
    _print([*lines, f"{counted}, version {builtin.version('linux')}"])


@command.command("show")
@click.argument("rule")
def show(rule: str) -> None:
    """Show what RULE (an id, or a part of its path) looks for and who says so."""
    from camcheck.signatures import builtin

    texts = builtin.texts().values()
    found = [text for text in texts if rule == text.id or rule in text.origin]
    if not found:
        raise click.UsageError("There is no such rule; camcheck rules list shows all.")
    for text in found:
        _print(
            [
                text.title,
                f"  {text.description}",
                f"  id          {text.id}",
                f"  file        {text.origin}",
                f"  about       {text.family}, {text.category} on {text.product}",
                f"  author      {text.author}, {text.date}; evidence: {text.evidence}",
                *(f"  reference   {one}" for one in text.references),
                *(f"  harmless    {one}" for one in text.falsepositives),
                *(f"  matches     {one}" for one in text.matching),
                *(f"  not         {one}" for one in text.near_misses),
            ]
        )


@command.command("check")
@_PATHS
@click.pass_context
def check(ctx: click.Context, paths: tuple[str, ...]) -> None:
    """Explain what is wrong with rules of your own, with file and line."""
    from camcheck.signatures.feed import read_feeds

    user, refusals = read_feeds(paths, elevated=is_root())
    wrong = [str(refusal) for refusal in refusals]
    wrong += _refused_yara(user.yara)
    _print(
        [
            *wrong,
            f"{len(user.rules) + len(user.fed)} rules, {len(user.hashes)} hashes and "
            f"{len(user.yara)} YARA files can be used; {len(wrong)} problems.",
        ]
    )
    ctx.exit(1 if wrong else 0)


def _refused_yara(sources: tuple[tuple[str, str], ...]) -> list[str]:
    from camcheck.signatures.yara import compiled_rules

    if not sources:
        return []
    try:
        _, refused = compiled_rules(sources)
    except ImportError:
        return ["YARA rules need a part that is not installed (pip install 'camcheck[yara]')"]
    return [f"{origin}: {why}" for origin, why in refused]


@command.command("coverage")
def coverage() -> None:
    """Show which programs of ATT&CK T1125 (Video Capture) have rules, and why some have none."""
    import json

    from camcheck.signatures import builtin

    table = json.loads(builtin.coverage())
    _print(_coverage(table["entries"]))
    _print([table["source"]])


def _coverage(entries: list[dict[str, object]]) -> Iterator[str]:
    for entry in entries:
        rules = entry["rules"]
        assert isinstance(rules, list)
        parts = [f"{len(rules)} rules"] if rules else []
        parts += ["hashes"] if entry["hashes"] else []
        yield f"{entry['id']:6}  {entry['name']!s:18}  {', '.join(parts) or entry['reason']}"


@command.command("test")
@click.argument("paths", nargs=-1, type=click.Path(exists=True), metavar="[PATH...]")
@click.pass_context
def test(ctx: click.Context, paths: tuple[str, ...]) -> None:
    """Run the tests inside the rules: the built-in ones, or those at PATH."""
    from camcheck.signatures.rule_tests import failures

    count, wrong = 0, []
    for expression, text in _tested(paths):
        count += 1
        wrong += [f"{text.origin}: {failure}" for failure in failures(expression, text)]
    _print([*wrong, f"{count} rules tested, {len(wrong)} failures."])
    ctx.exit(1 if wrong else 0)


def _tested(paths: tuple[str, ...]) -> Iterator[tuple["Expression", "RuleText"]]:
    from camcheck.signatures import builtin
    from camcheck.signatures.feed import read_feeds
    from camcheck.signatures.field import PRODUCTS

    if paths:
        user, refusals = read_feeds(paths, elevated=is_root())
        _print(str(refusal) for refusal in refusals)
        yield from ((one.rule.expression, one.text) for one in (*user.rules, *user.fed))
        return
    texts = builtin.texts()
    rules = {
        rule.id: rule
        for product in PRODUCTS
        for _, group in builtin.rules(product).groups
        for rule in group.rules
    }
    yield from ((rules[identity].expression, texts[identity]) for identity in sorted(texts))
