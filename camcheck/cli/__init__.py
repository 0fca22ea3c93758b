"""The command line: parse, call, write, exit."""

import sys

from camcheck.errors import CamcheckError

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and exits with its code; "found" and "failed" never share one."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        # The parser costs a quarter of a scan, and a plain scan has nothing to parse.
        code = _plain_scan() if words == ["scan"] else _parsed(words)
    except CamcheckError as error:
        code = _last_word(f"camcheck: {error}", FAILED)
    except KeyboardInterrupt:
        code = _last_word("camcheck: stopped before the end; nothing was written.", INTERRUPTED)
    except BrokenPipeError:
        code = _gone("camcheck: the reader of the output went away before its end.")
    except ModuleNotFoundError as error:
        part = (error.name or "").partition(".")[0]
        if part == "camcheck":
            raise
        advice = "Install camcheck again: in a clone with scripts/camcheck, else as it was before."
        code = _last_word(f"camcheck: {part} is missing, which camcheck needs. {advice}", FAILED)
    except OSError as error:
        code = _gone(f"camcheck: the system refused to go on: {error.strerror or error}.")
    sys.exit(code)


def _plain_scan() -> int:
    import gc

    gc.disable()  # a scan ends before there is anything worth collecting
    from camcheck.cli.run import run_scan

    return run_scan()


def _parsed(words: list[str]) -> int:
    import click

    from camcheck.cli.commands import camcheck
    from camcheck.cli.output import width_of

    width = min(width_of("-"), 80) - 2
    try:
        code = camcheck.main(
            words, prog_name="camcheck", standalone_mode=False, terminal_width=width
        )
    except click.ClickException as error:
        error.show()
        return USAGE
    except click.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else 0


def _gone(sentence: str) -> int:
    from camcheck.cli.output import silence

    silence()
    return _last_word(sentence, FAILED)


def _last_word(sentence: str, code: int) -> int:
    from camcheck.cli.output import say

    say(sentence)
    return code
