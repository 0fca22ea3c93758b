"""Sigma's condition language: ``selection and not 1 of filter_*`` becomes an expression."""

import re
from fnmatch import fnmatchcase

from camcheck.signatures.pattern import SigmaError
from camcheck.signatures.rule import Expression

_TOKEN = re.compile(r"\s*(\(|\)|[\w*?.-]+)")
_NOT_SUPPORTED = ("|", "near ", "count(")
_MAX_LENGTH = 4_096
_MAX_DEPTH = 64


def condition(text: str, detections: dict[str, Expression]) -> Expression:
    """The expression that a condition means. Raises `SigmaError` with what is wrong."""
    for piece in _NOT_SUPPORTED:
        if piece in text:
            raise SigmaError(f"{piece.strip()!r} is not supported in a condition")
    tokens = _tokens(text) if len(text) <= _MAX_LENGTH else []
    if not tokens or sum(token.lower() in ("(", "not") for token in tokens) > _MAX_DEPTH:
        raise SigmaError("the condition is empty, too long or too deep")
    parser = _Parser(tokens, detections)
    expression = parser.disjunction()
    if parser.tokens:
        raise SigmaError(f"the condition goes on unexpectedly at {parser.tokens[-1]!r}")
    return expression


def _tokens(text: str) -> list[str]:
    """The words of the condition, the first one last."""
    tokens, end = [], 0
    while match := _TOKEN.match(text, end):
        tokens.append(match[1])
        end = match.end()
    if text[end:].strip():
        raise SigmaError(f"the condition cannot be read at {text[end:].strip()[:20]!r}")
    return tokens[::-1]


class _Parser:
    """Recursive descent; ``not`` binds before ``and``, and ``and`` before ``or``."""

    def __init__(self, tokens: list[str], detections: dict[str, Expression]) -> None:
        self.tokens = tokens
        self.detections = detections

    def next_is(self, word: str) -> bool:
        if self.tokens and self.tokens[-1].lower() == word:
            self.tokens.pop()
            return True
        return False

    def disjunction(self) -> Expression:
        parts = [self.conjunction()]
        while self.next_is("or"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else ("|", *parts)

    def conjunction(self) -> Expression:
        parts = [self.negation()]
        while self.next_is("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else ("&", *parts)

    def negation(self) -> Expression:
        if self.next_is("not"):
            return ("!", self.negation())
        if self.next_is("("):
            inside = self.disjunction()
            if not self.next_is(")"):
                raise SigmaError("a bracket of the condition is not closed")
            return inside
        return self.selection()

    def selection(self) -> Expression:
        if not self.tokens:
            raise SigmaError("the condition ends too early")
        word = self.tokens.pop()
        if word in ("1", "any", "all") and self.next_is("of"):
            return self.group(word)
        if word not in self.detections:
            raise SigmaError(f"the condition names {word!r}, which is not in the detection")
        return self.detections[word]

    def group(self, how_many: str) -> Expression:
        pattern = self.tokens.pop() if self.tokens else ""
        wanted = "*" if pattern == "them" else pattern
        parts = [
            expression
            for name, expression in self.detections.items()
            if fnmatchcase(name, wanted) and not (pattern == "them" and name.startswith("_"))
        ]
        if not parts:
            raise SigmaError(f"the condition names {pattern!r}, which is not in the detection")
        return parts[0] if len(parts) == 1 else ("&" if how_many == "all" else "|", *parts)
