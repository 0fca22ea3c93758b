"""camcheck report: make one, and work with stored ones."""

import click

from camcheck.cli.fleet import query
from camcheck.cli.output import check_endings, deliver, wants_colour, width_of
from camcheck.cli.progress import patience
from camcheck.cli.suggest import Suggesting
from camcheck.privilege import is_root


@click.group("report", cls=Suggesting, invoke_without_command=True)
@click.option(
    "-o", "--output", "outputs", metavar="FILE", multiple=True,
    help="Write to FILE: .html, .json, .ocsf.json or .md; can be given more than once. Without "
    "it, an HTML page in your folder.",
)  # fmt: skip
@click.option(
    "--full", is_flag=True, help="Keep user names, folders, serial numbers and secrets in it."
)
@click.option("--sign", "key", metavar="KEY", help="Sign with this ssh key, into FILE.sig.")
@click.pass_context
def command(ctx: click.Context, outputs: tuple[str, ...], key: str | None, *, full: bool) -> None:
    """Scan and write one file that somebody else can work from; or read such files.

    User names, home folders, the computer's name, serial numbers and secrets in command lines are
    replaced, unless --full is given. Look at the file before you send it.
    """
    if ctx.invoked_subcommand is not None:
        return
    from camcheck.answer.judge import answer
    from camcheck.cli.folders import report_path
    from camcheck.cli.run import with_all_past
    from camcheck.render.words import grouped
    from camcheck.report.write import write_report
    from camcheck.scan import scan

    paths = outputs or (report_path(),)
    check_endings(paths)
    with patience():
        report = with_all_past(scan(), timeline=True)
    if full:
        click.echo(
            "This report keeps user names, folders, serial numbers and command lines as they are.",
            err=True,
        )
    digests = [write_report(report, path, full=full) for path in paths]
    where = f"The report is in {', '.join(paths)}"
    if key:
        from camcheck.report.sign import sign

        where += f"; signed: {', '.join(sign(path, key=key) for path in paths)}"
    lines = [answer(report).sentence, where, "Its digest, to read out:"]
    deliver("\n".join([*map(_printable, lines), f"  {grouped(digests[0])}"]) + "\n", "-")
    ctx.exit(answer(report).exit_code)


@command.command("show")
@click.argument("file")
def show(file: str) -> None:
    """Show the report in FILE on the terminal, from its data and never from its page."""
    from camcheck.render.details import render as details
    from camcheck.render.text import render
    from camcheck.report.read import read_report
    from camcheck.report.verify import verify

    stored, colour, width = read_report(file), wants_colour("-"), width_of("-")
    text = render(stored.report, colour=colour, width=width)
    text += f"\n{details(stored.report, colour=colour, width=width)}"
    if not verify(stored).intact:
        text += "\nThis file was CHANGED after it was made: camcheck report verify tells more.\n"
    deliver(text, "-")


@command.command("verify")
@click.argument("file")
@click.option("--digest", metavar="DIGITS", help="The digest as the maker of the report reads it.")
@click.option("--signers", metavar="FILE", help="Who may have signed it (allowed signers of ssh).")
@click.option("--signature", metavar="FILE", help="The signature; without it, FILE.sig.")
@click.pass_context
def check(
    ctx: click.Context,
    file: str,
    digest: str | None,
    signers: str | None,
    signature: str | None,
) -> None:
    """Tell whether FILE is still what it was when it was made.

    Exits with 0 when everything that could be compared fits, and with 13 when it does not.
    """
    from camcheck.render.words import grouped
    from camcheck.report.read import read_report
    from camcheck.report.verify import verify

    stored = read_report(file)
    result = verify(stored, read_out=digest)
    sentences, intact = list(result.sentences), result.intact
    if signers:
        from camcheck.report.sign import signer

        who = signer(file, signature=signature or f"{file}.sig", allowed=signers)
        intact = intact and who is not None
        sentences.append(f"Signed by {who}." if who else "It was NOT signed by any of the signers.")
    deliver("\n".join([*map(_printable, sentences), f"  {grouped(stored.digest)}"]) + "\n", "-")
    ctx.exit(0 if intact else 13)


@command.command("diff")
@click.argument("old")
@click.argument("new")
@click.pass_context
def diff(ctx: click.Context, old: str, new: str) -> None:
    """Tell what changed from the report in OLD to that in NEW.

    Exits with 0 when nothing new was found, else with 10 to 14 by the worst that is new.
    """
    from camcheck.report.compare import compare
    from camcheck.report.comparison_text import in_words
    from camcheck.report.read import read_report

    comparison = compare(read_report(old).report, read_report(new).report)
    deliver(in_words(comparison), "-")
    ctx.exit(comparison.exit_code)


@command.command("recheck")
@click.argument("file")
@click.option("-o", "--output", metavar="FILE", help="Write the new report to FILE as well.")
@click.option(
    "--rules", multiple=True, metavar="PATH",
    help="Use rules of your own as well, as camcheck scan does. Can be given more than once.",
)  # fmt: skip
@click.pass_context
def recheck(ctx: click.Context, file: str, output: str | None, rules: tuple[str, ...]) -> None:
    """Run the checks of this camcheck over the facts in FILE, and tell what they find now."""
    from camcheck.answer.judge import answer
    from camcheck.render.text import render
    from camcheck.report.compare import compare
    from camcheck.report.comparison_text import in_words
    from camcheck.report.read import read_report
    from camcheck.report.recheck import recheck as judged_again
    from camcheck.report.write import write_report

    if output:
        check_endings((output,))
    old = read_report(file).report
    with patience():
        new = judged_again(old, rules=rules, elevated=is_root())
    if output:
        write_report(new, output, full=True)
    head = "Compared with the report itself:\n"
    text = render(new, colour=wants_colour("-"), width=width_of("-"))
    deliver(f"{text}\n{head}{in_words(compare(old, new))}", "-")
    ctx.exit(answer(new).exit_code)


def _printable(text: str) -> str:
    from camcheck.printable import printable

    return printable(text)


command.add_command(query)
