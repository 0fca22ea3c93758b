"""Where to look first: a few words per rule, so that most rules are never evaluated."""

from collections.abc import Iterable

from camcheck.fact import NamedTuple
from camcheck.signatures.match import words_of
from camcheck.signatures.rule import Anchor, Expression, Group, Rule

_COMMON = frozenset(
    """
    exe dll bin sbin usr local lib lib64 etc home root var tmp opt windows system32 syswow64 users
    program files x86 appdata roaming programdata library applications contents macos com org net
    java python python3 bash sh data app true false config cache service agent update microsoft
    apple google http https www the and all run new set get add
    """.split()  # noqa: SIM905  a list of so many short words is easier to read as text
)
_TELLS_LITTLE = frozenset(
    {
        "KernelThread",
        "ExeState",
        "HoldsCamera",
        "OnSystemDrive",
        "Kind",
        "CameraVia",
        "AncestorImage",
    }
)
_CHEAP = frozenset({"Image", "CommandLine", "TargetFilename", "TargetObject"})
_FIELD_COST = 100
_PIECE_COST = 30
_SHORT_COST = 200


class _Clue(NamedTuple):
    field: str
    text: str
    is_word: bool


def grouped(rules: Iterable[Rule]) -> Group:
    """The rules with their index. A rule without a clue is tried on every event."""
    rules = tuple(rules)
    always: list[int] = []
    words: dict[str, dict[str, list[int]]] = {}
    pieces: dict[str, dict[str, list[int]]] = {}
    for number, rule in enumerate(rules):
        clues = _clues(rule.expression)
        if clues is None:
            always.append(number)
            continue
        for clue in dict.fromkeys(clues):
            shelf = (words if clue.is_word else pieces).setdefault(clue.field, {})
            shelf.setdefault(clue.text, []).append(number)
    fields = sorted({*words, *pieces})
    anchors = tuple(
        Anchor(field, _frozen(words.get(field, {})), _frozen(pieces.get(field, {})))
        for field in fields
    )
    return Group(rules, anchors, tuple(always))


def _frozen(shelf: dict[str, list[int]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((text, tuple(numbers)) for text, numbers in shelf.items())


def _clues(expression: Expression) -> list[_Clue] | None:
    """Clues of which at least one is in every event that the expression is true for; or None."""
    kind = expression[0]
    if kind == "|":
        parts = [_clues(part) for part in expression[1:]]
        return None if None in parts else [clue for part in parts for clue in part or ()]
    if kind == "&":
        known = [clues for part in expression[1:] if (clues := _clues(part)) is not None]
        return min(known, key=_cost, default=None)
    if kind.lower() not in ("eq", "in", "pre", "suf") or expression[1] in _TELLS_LITTLE:
        return None
    found = [_clue(kind.lower(), expression[1], value.casefold()) for value in expression[2]]
    return None if None in found else [clue for clue in found if clue is not None]


def _clue(kind: str, field: str, text: str) -> _Clue | None:
    """The rarest whole word of a literal, or the literal where its words may go on beyond it."""
    words = [word.decode("utf-8", "surrogatepass") for word in words_of(text)]
    if words and kind in ("in", "suf") and text.startswith(words[0]):
        del words[0]
    if words and kind in ("in", "pre") and text.endswith(words[-1]):
        del words[-1]
    if words:
        best = min(words, key=lambda word: (word in _COMMON, -len(word)))
        if best not in _COMMON:
            return _Clue(field, best, is_word=True)
    return _Clue(field, text, is_word=False) if text else None


def _cost(clues: list[_Clue]) -> int:
    fields = {clue.field for clue in clues} - _CHEAP
    return len(fields) * _FIELD_COST + sum(
        1 if clue.is_word else _PIECE_COST if len(clue.text) > 2 else _SHORT_COST for clue in clues
    )
