"""camcheck report query: one question, many reports."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import click

from camcheck.cli.output import deliver
from camcheck.cli.progress import patience

_WIDEST = 60


def _questions() -> str:
    from camcheck.report.questions import QUESTIONS

    return "\b\nQuestions with a name: " + ", ".join(QUESTIONS)


class _Query(click.Command):
    """Names the questions in its help, where they are looked for."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.epilog = _questions()
        super().format_epilog(ctx, formatter)


@click.command("query", cls=_Query)
@click.argument("question")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text",
    show_default=True, help="For people, for a spreadsheet, or for programs.",
)  # fmt: skip
@click.option("-o", "--output", default="-", metavar="FILE", help="Write to FILE.")
def query(question: str, files: tuple[str, ...], form: str, output: str) -> None:
    """Answer QUESTION, a name or SQL, over the .json reports FILES or the folders of such files.

    SQL sees the views machines, findings, cameras, holders, processes and gaps. Needs DuckDB:
    pip install 'camcheck[fleet]'.
    """
    from camcheck.report.query import query as ask

    with patience():
        answer = ask(question, files)
    write = {"text": _table, "csv": _csv, "json": _json}[form]
    deliver(write(answer.columns, answer.rows), output)
    if answer.skipped:
        click.echo(f"{answer.skipped} of the files are no reports and were left out.", err=True)


def _table(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> str:
    from camcheck.printable import printable

    lines = [
        ["" if cell is None else printable(str(cell), limit=_WIDEST) for cell in row]
        for row in [columns, *rows]
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in lines)


def _csv(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> str:
    from camcheck.printable import printable

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        cells = ("" if cell is None else printable(str(cell)) for cell in row)
        # a spreadsheet takes such a beginning for a formula
        writer.writerow(f"'{cell}" if cell[:1] in tuple("=+-@") else cell for cell in cells)
    return text.getvalue()


def _json(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> str:
    import json

    return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str) + "\n"
