"""The command line: parse, call, write, exit."""

import os
import sys
from collections.abc import Callable

from camcheck.errors import CamcheckError
from camcheck.typed import Any, NoReturn

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and exits with its code; "found" and "failed" never share one."""
    if arguments is None:
        _run_own_module()
        _check_own_files()
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
    if words == ["scan"] and arguments is None:
        _leave(code)
    sys.exit(code)


def _run_own_module() -> None:
    """A single file is its own Python: what a process of its own was to run."""
    if getattr(sys, "frozen", False):
        from camcheck.interpreter import run_own_module

        run_own_module()


def _check_own_files() -> None:
    """As root, camcheck is worth no more than the files it runs from: said before it looks."""
    from camcheck.interpreter import foreign_part, leave_foreign_folders
    from camcheck.privilege import is_root

    if not is_root():
        return
    leave_foreign_folders()
    if found := foreign_part():
        from camcheck.cli.output import say

        path, who = found
        say(
            f"camcheck: it runs as root from {path}, which {who} can change, so programs of {who} "
            "could decide what it says and does. docs/security-model.md tells the safe way."
        )


def _leave(code: int) -> NoReturn:
    """The end of a process whose output is written: to take it apart costs a tenth of a scan."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    finally:
        os._exit(code)


def _plain_scan() -> int:
    import gc

    gc.disable()  # a scan ends before there is anything worth collecting
    if sys.version_info < (3, 12):
        # There it defines its classes in Python before it takes those of C: 1.2 ms.
        sys.modules.setdefault("datetime", __import__("_datetime"))
    from camcheck.cli.output import deliver, wants_colour, width_of

    colour, width = wants_colour("-"), width_of("-")

    def look() -> tuple[str, int]:
        from camcheck.cli.run import Wishes, scanned

        return scanned(Wishes(), colour=colour, width=width)

    text, code = _bounded(look)
    deliver(text, "-")
    return code


def _bounded(look: Callable[[], tuple[str, int]]) -> tuple[str, int]:
    """All of it in a child that can be left behind, where there are such, and while it is cheap.

    The collector would make one, too, but a process is copied that has loaded everything by then.
    """
    if os.name != "posix" or not os.path.isdir("/proc/self/fd"):
        return look()
    bounded: Any = __import__("camcheck.bounded", fromlist=["watched"])
    answer: tuple[str, int] = bounded.watched(look)
    return answer


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
