"""The objects of a STIX bundle, one after the other, however large the file is.

The file is read in pieces, and only one object is in memory at a time.
"""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from camcheck.signatures.document import UnreadableError

_PIECE = 256 * 1024
_LARGEST = 4 * 1024 * 1024
"""Characters of one object; the largest published ones have some tens of thousands."""


def bundle_objects(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """The objects of the bundle, from the file's beginning. Raises UnreadableError."""
    file.seek(0)
    text = _Text(file)
    if text.next_mark() != "{":
        raise UnreadableError("this is no STIX bundle: it has no list of objects")
    found = False
    while (mark := text.next_mark()) != "}":
        if mark == ",":
            continue
        text.step_back()
        key = text.value()
        if not isinstance(key, str) or text.next_mark() != ":":
            raise text.wrong()
        if key == "objects" and text.next_mark() == "[":
            found = True
            yield from _elements(text)
        else:
            if key == "objects":
                break
            text.value()
    if not found:
        raise UnreadableError("this is no STIX bundle: it has no list of objects")


def _elements(text: "_Text") -> Iterator[dict[str, Any]]:
    while (mark := text.next_mark()) != "]":
        if mark == ",":
            continue
        text.step_back()
        value = text.value()
        if isinstance(value, dict):
            yield value


class _Text:
    """A place in a JSON text of which only a piece is in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder()
        self._piece = ""
        self._at = 0
        self._ended = False
        self._lines = 1

    def next_mark(self) -> str:
        """The next character that is no white space; it is passed."""
        while True:
            while self._at < len(self._piece):
                char = self._piece[self._at]
                self._at += 1
                if char not in " \t\r\n":
                    return char
            if not self._read(_PIECE):
                raise self.wrong()

    def step_back(self) -> None:
        self._at -= 1

    def value(self) -> Any:
        """The value that begins here, or after white space."""
        while True:
            while self._at < len(self._piece) and self._piece[self._at] in " \t\r\n":
                self._at += 1
            try:
                if self._at < len(self._piece):
                    value, end = self._json.raw_decode(self._piece, self._at)
                    if end < len(self._piece) or self._ended:
                        self._at = end
                        return value
            except RecursionError:
                raise UnreadableError("this is not JSON: it is nested too deeply") from None
            except ValueError:
                pass  # perhaps it goes on in the next piece
            rest = len(self._piece) - self._at
            if rest > _LARGEST:
                raise self.wrong()
            # As much again as there is: a long value is not begun over and over.
            if not self._read(max(_PIECE, rest)):
                raise self.wrong()

    def _read(self, size: int) -> bool:
        """One more piece; what lies behind is forgotten. False at the end of the file."""
        if self._ended:
            return False
        try:
            data = self._file.read(size)
            more = self._decode.decode(data, final=not data)
        except UnicodeDecodeError:
            raise UnreadableError("it is not text in UTF-8", self._line()) from None
        except OSError as error:
            raise UnreadableError(f"it cannot be read: {error.strerror}") from None
        self._lines += self._piece.count("\n", 0, self._at)
        self._piece = self._piece[self._at :] + more
        self._at = 0
        self._ended = not data
        return True

    def _line(self) -> int:
        return self._lines + self._piece.count("\n", 0, self._at)

    def wrong(self) -> UnreadableError:
        return UnreadableError("this is not JSON", self._line())
