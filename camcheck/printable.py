"""The one door through which text of the machine reaches a reader: visible, one line, bounded."""

# Code points that str.isprintable() accepts although nothing is seen (the Default_Ignorable letters
# and marks of Unicode, the blank Braille pattern): a name could hide in them, or look like another.
_BLANK = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0)).union(
    range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SMALLEST = 48  # room for the note about what was left out, and something on each side of it


def printable(text: str, *, limit: int | None = 1000) -> str:
    """``text`` so that it cannot act on a terminal, a page or the reader's eye.

    Control characters, escape sequences, line breaks, marks that turn the writing direction,
    invisible characters, lone surrogates and unassigned code points become visible escapes
    (``\\x1b``, ``\\u202e``). What would be longer than ``limit`` characters (48 at least) loses its
    middle, and says how much; None is no limit. The result is always printable, on one line.
    """
    if limit is None:
        return text if _plain(text) else "".join(map(_escape, text))
    limit = max(limit, _SMALLEST)
    if len(text) <= limit:
        if _plain(text):
            return text
        pieces = [_escape(char) for char in text]
        if sum(map(len, pieces)) <= limit:
            return "".join(pieces)
    return _without_middle(text, limit=limit)


def _plain(text: str) -> bool:
    return text.isprintable() and (text.isascii() or _BLANK.isdisjoint(map(ord, text)))


def _escape(char: str) -> str:
    code = ord(char)
    if char.isprintable() and code not in _BLANK:
        return char
    if char in _SHORT:
        return _SHORT[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _without_middle(text: str, *, limit: int) -> str:
    """The beginning and the end of ``text``; an escape is never cut in two."""
    room = (limit - len(_left_out(len(text)))) // 2
    head = _fitting(text[:room], room)
    tail = _fitting(text[: -room - 1 : -1], room)
    left_out = len(text) - len(head) - len(tail)
    return "".join([*head, _left_out(left_out), *reversed(tail)])


def _left_out(count: int) -> str:
    return f"[… {count} characters left out …]"


def _fitting(chars: str, room: int) -> list[str]:
    pieces: list[str] = []
    for char in chars:
        piece = _escape(char)
        room -= len(piece)
        if room < 0:
            break
        pieces.append(piece)
    return pieces
