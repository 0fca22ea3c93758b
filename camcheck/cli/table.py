"""Rows of an answer for people, for a spreadsheet, and for programs."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from camcheck.printable import printable

_WIDEST = 60


def as_text(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> str:
    lines = [
        ["" if cell is None else printable(str(cell), limit=_WIDEST) for cell in row]
        for row in [columns, *rows]
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join("  ".join(map(str.ljust, line, widths)).rstrip() + "\n" for line in lines)


def as_csv(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        cells = ("" if cell is None else printable(str(cell)) for cell in row)
        # a spreadsheet takes such a beginning for a formula
        writer.writerow(f"'{cell}" if cell[:1] in tuple("=+-@") else cell for cell in cells)
    return text.getvalue()


def as_json(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> str:
    import json

    return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str) + "\n"
