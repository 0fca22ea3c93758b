"""camcheck fleet: reports of many machines as a data set; and camcheck report query."""

import time
from typing import TYPE_CHECKING

import click

from camcheck.cli.output import deliver, say
from camcheck.cli.progress import patience
from camcheck.cli.suggest import Suggesting
from camcheck.cli.table import as_csv, as_json, as_text

if TYPE_CHECKING:
    from camcheck.fleet.ask import Answer
    from camcheck.fleet.reader import Refused

_INCOMPLETE = 3
_TOLD = 20  # files that are named; the others are counted
_ROWS = 50
_SOON, _OFTEN = 1, 10  # seconds

_form = click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text",
    show_default=True, help="For people, for a spreadsheet, or for programs.",
)  # fmt: skip
_rows = click.option(
    "--rows", type=click.IntRange(min=0), metavar="NUMBER",
    help=f"Show so many rows, 0 for all. Without it {_ROWS} for people, and all for programs.",
)  # fmt: skip
_output = click.option("-o", "--output", default="-", metavar="FILE", help="Write to FILE.")


class _Asking(click.Command):
    """Names the questions in its help, where they are looked for."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from camcheck.fleet.questions import names, question

        with formatter.section("Questions with a name"):
            formatter.write_dl(
                [(name, found.title) for name in names() if (found := question(name))]
            )
        super().format_epilog(ctx, formatter)


@click.group("fleet", cls=Suggesting)
def command() -> None:
    """Keep the reports of many machines as a data set, and ask it.

    Needs DuckDB: pip install 'camcheck[fleet]'. docs/fleet.md tells how the reports come together,
    and how Spark, Trino and others read the same files.
    """


@command.command(
    "add",
    epilog="""\b
Examples:
  camcheck fleet add reports/ --into fleet
  camcheck fleet add desk-1.json desk-2.html --into fleet --processes

Exit codes: 0 all files were reports, 3 some were none (they are named), 1 failed.""",
)
@click.argument("files", nargs=-1, required=True)
@click.option("--into", required=True, metavar="DATASET", help="The folder of the data set.")
@click.option("--processes", is_flag=True, help="Keep the list of all programs of each machine.")
@click.option(
    "--names", is_flag=True,
    help="Keep the names of programs in people's own folders of which nothing was found. Without "
    "it they get a token.",
)  # fmt: skip
@click.pass_context
def add(
    ctx: click.Context, files: tuple[str, ...], into: str, *, processes: bool, names: bool
) -> None:
    """Add the reports FILES, .json or .html or folders of such files, to the data set DATASET.

    The same report is added once, however often it comes. An interrupted run leaves what was there
    before; the same command goes on.
    """
    from camcheck.fleet.add import add as add_reports
    from camcheck.fleet.reader import Wanted

    progress = _Progress()
    added = add_reports(files, into=into, wanted=Wanted(names, processes), progress=progress.tell)
    known = f", {added.known} were there before" if added.known else ""
    deliver(f"{added.new} reports were added{known}.\n", "-")
    ctx.exit(_tell_refused(added.refused, more=added.more))


@command.command(
    "ask",
    cls=_Asking,
    epilog="""\b
Examples:
  camcheck fleet ask rare-programs fleet
  camcheck fleet ask "SELECT host, exe FROM holders WHERE via = 'mapping'" fleet""",
)
@click.argument("question")
@click.argument("dataset")
@_form
@_rows
@_output
def ask(question: str, dataset: str, form: str, rows: int | None, output: str) -> None:
    """Answer QUESTION, a name or SQL, over DATASET.

    docs/fleet.md lists the tables and columns. Nothing is changed.
    """
    from camcheck.fleet.ask import ask as ask_dataset

    with patience():
        answer = ask_dataset(question, dataset, most=_most(rows, form))
    deliver(_shown(answer, form), output)


@click.command("query", cls=_Asking)
@click.argument("question")
@click.argument("files", nargs=-1, required=True)
@_form
@_rows
@_output
@click.pass_context
def query(
    ctx: click.Context,
    question: str,
    files: tuple[str, ...],
    form: str,
    rows: int | None,
    output: str,
) -> None:
    """Answer QUESTION, a name or SQL, over the reports FILES, .json or .html, or folders of them.

    For many reports, and for asking twice, camcheck fleet is quicker. Exits with 3 when some of
    the files were no reports. Needs DuckDB: pip install 'camcheck[fleet]'.
    """
    from camcheck.fleet.ask import ask_files

    with patience():
        answer = ask_files(question, files, most=_most(rows, form))
    deliver(_shown(answer, form), output)
    ctx.exit(_tell_refused(answer.refused))


def _most(rows: int | None, form: str) -> int | None:
    if rows is None:
        return _ROWS if form == "text" else None
    return rows or None


def _shown(answer: "Answer", form: str) -> str:
    if form != "text":
        return (as_csv if form == "csv" else as_json)(answer.columns, answer.rows)
    text = as_text(answer.columns, answer.rows)
    if answer.more:
        text += "There are more rows; --rows 0 shows all.\n"
    return text + (f"\nCan be harmless: {answer.harmless}\n" if answer.harmless else "")


def _tell_refused(refused: "tuple[Refused, ...]", *, more: int = 0) -> int:
    """Names files that are no reports on standard error, the first; returns the exit code."""
    from camcheck.printable import printable

    for one in refused[:_TOLD]:
        click.echo(printable(one.reason), err=True)
    number = len(refused) + more
    if number > _TOLD:
        click.echo(f"... and {number - _TOLD} more.", err=True)
    if refused:
        click.echo(f"{number} of the files are no reports and were left out.", err=True)
    return _INCOMPLETE if refused else 0


class _Progress:
    """How far it is, on standard error: whole lines, the first soon and then every ten seconds."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._next = self._began + _SOON

    def tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next or not done:
            return
        self._next = now + _OFTEN
        left = (now - self._began) / done * (total - done)
        say(f"{done} of {total} files, about {left:.0f} s to go")
