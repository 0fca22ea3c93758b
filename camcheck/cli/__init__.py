"""The command line: parse, call, write, exit."""

import sys

from camcheck.errors import CamcheckError

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and exits with its code; "found" and "failed" never share one."""
    import click

    from camcheck.cli.commands import camcheck

    try:
        code = camcheck.main(arguments, prog_name="camcheck", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = USAGE
    except CamcheckError as error:
        code = _say(f"camcheck: {error}", FAILED)
    except (click.Abort, KeyboardInterrupt):
        code = _say("camcheck: stopped before it was finished; nothing was written.", INTERRUPTED)
    except BrokenPipeError:
        code = _say("camcheck: the reader of the output went away before its end.", FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentence: str, code: int) -> int:
    from camcheck.render.printable import printable

    print(printable(sentence), file=sys.stderr)  # noqa: T201 the one place for last words
    return code
