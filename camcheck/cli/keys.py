"""Single keys from the terminal. What was pressed is written, so that a screen reader tells it."""

import os
import sys
from collections.abc import Collection
from importlib import import_module

from camcheck.cli.output import deliver, width_of

END = "q"
"""What the end of the input (Ctrl-D, a terminal that was closed) is taken for."""

_ENDS = ("", "\x04", "\x00")
"""The end of the input; Ctrl-D; and Ctrl-D that was pressed before we asked (n_tty of Linux)."""


def has_keyboard() -> bool:
    """Whether a person sits at both ends: keys can be read, and what is written is seen."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def key(question: str, allowed: Collection[str]) -> str:
    """Asks, and waits for one of the ``allowed`` keys; `END` when nobody can press one any more.

    Raises KeyboardInterrupt for Ctrl-C.
    """
    from camcheck.render.lines import wrapped

    deliver("\n".join(wrapped(question, width=width_of("-"))) + " ", "-")
    while True:
        pressed = _pressed().lower()
        if pressed in _ENDS:
            pressed = END
        if pressed == END or pressed in allowed:
            deliver(f"{pressed}\n", "-")
            return pressed


def is_yes(question: str) -> bool:
    """Whether the person presses y; n, or the end of the input, is no."""
    return key(question, "yn") == "y"


def _pressed() -> str:
    """One key as it is pressed; what was typed ahead counts."""
    if os.name == "nt":
        import click

        return click.getchar()
    # click forgets what was typed before it asks; the modules are looked up when called, because
    # Windows has none of that name
    termios, tty, terminal = import_module("termios"), import_module("tty"), sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)  # Ctrl-C stays what it is
        return _whole_key(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _whole_key(terminal: int) -> str:
    """A character, or all that an arrow or function key sends: ESC, [ or O, and what ends it.

    ECMA-48, 5.4: the last byte of a control sequence is one of @ to ~.
    """
    from select import select

    data = os.read(terminal, 1)
    if data != b"\x1b" or not select([terminal], [], [], 0)[0]:
        return data.decode("ascii", "replace")
    data += os.read(terminal, 1)
    while data[1:2] in (b"[", b"O") and (len(data) == 2 or not b"@" <= data[-1:] <= b"~"):
        more = os.read(terminal, 1)
        if not more:
            break
        data += more
    return data.decode("ascii", "replace")
