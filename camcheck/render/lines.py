"""Lines for a terminal: wrapped to its width, with words that are never cut in two."""

WIDTH = 80
NARROWEST = 20

_COLOURS = {"bold": "1", "red": "1;31", "yellow": "33", "green": "32", "dim": "2"}


class Paint:
    """ANSI attributes around words that say the same without them; off: the words alone."""

    def __init__(self, *, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if self.on else text


def wrapped(text: str, *, indent: int = 0, hang: int = 0, width: int = WIDTH) -> list[str]:
    """Lines of at most ``width`` columns; wide characters count twice, as terminals show them.

    A word that is longer than a line (a path) stays whole, so that it can be copied.
    """
    width = max(width, NARROWEST)
    margin, lines, line, used = " " * indent, [], "", 0
    for word in text.split(" "):
        size = columns(word)
        if line and used + 1 + size > width:
            lines.append(line)
            line = ""
        if not line:
            line = margin + (" " * hang if lines else "") + word
            used = columns(line)
        else:
            line += " " + word
            used += 1 + size
    return [*lines, line] if line.strip() else lines


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )
