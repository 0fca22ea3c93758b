"""Where the output of commands goes: the screen, or a file that is whole or absent."""

import os
import sys
from collections.abc import Iterable

from camcheck.errors import OutputError


def wants_colour(output: str) -> bool:
    """Colour on a terminal only, and not when the user says so (https://no-color.org)."""
    return (
        output == "-"
        and sys.stdout is not None
        and sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
    )


def width_of(output: str) -> int:
    """Columns of the terminal; 80 for a file or pipe. COLUMNS says otherwise, as everywhere."""
    if output != "-" or sys.stdout is None:
        return 80
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS"):
        return 80
    from shutil import get_terminal_size

    return max(get_terminal_size((80, 24)).columns, 20)


def rows(lines: Iterable[str]) -> str:
    """Lines for the screen: in rows of a terminal's width, and as they are for a pipe (grep)."""
    from camcheck.printable import printable

    clean = [printable(line) for line in lines]
    if sys.stdout is not None and (sys.stdout.isatty() or os.environ.get("COLUMNS")):
        from camcheck.render.lines import wrapped

        width = width_of("-")
        clean = [
            row
            for line in clean
            for row in wrapped(
                line.lstrip(" "), indent=len(line) - len(line.lstrip(" ")), hang=2, width=width
            )
            or [""]
        ]
    return "".join(f"{line.rstrip()}\n" for line in clean)


def check_endings(paths: Iterable[str]) -> None:
    """A report that cannot be written in that form is wrong usage, told before anything is done."""
    from camcheck.report.write import check_ending

    for path in paths:
        try:
            check_ending(path)
        except OutputError as error:
            import click

            raise click.UsageError(str(error)) from None


def deliver(text: str, output: str) -> None:
    """Writes all of ``text`` to ``output`` ("-" is the screen). Raises OutputError."""
    if output != "-":
        from camcheck.output import write_whole

        write_whole(output, text)
        return
    if sys.stdout is None:  # closed by who started us
        raise OutputError("There is no screen to write to; name a file with --output.")
    try:
        # What the screen cannot show becomes a visible escape, on any system and encoding.
        data = text.encode(sys.stdout.encoding or "utf-8", "backslashreplace")
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        silence()
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(f"The output could not be written: {error.strerror}.") from error


def silence() -> None:
    """Keeps the interpreter from failing once more, with a traceback, when it flushes at exit."""
    if sys.stdout is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def say(sentence: str) -> None:
    """A line for the person, beside the output: on standard error."""
    from camcheck.printable import printable

    if sys.stderr is not None:
        print(printable(sentence), file=sys.stderr)  # noqa: T201 the one place beside the output
