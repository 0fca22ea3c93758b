"""What looks like a secret in a command line or in any other text."""

import re
from collections.abc import Iterator

# All repetitions are bounded, so that a text made for it cannot keep us busy.
_WORD = (
    r"(?:passw(?:or)?d|passphrase|passwort|secret|token|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|encryption[_-]?key|credentials?|authorization|session[_-]?id|cookie"
    r"|(?<![a-z])(?:pwd|pass|auth|bearer|sig|otp|pin)(?![a-z]))[\w.-]{0,40}"
)
_FLAG = re.compile(rf"--?[\w.-]{{0,40}}?{_WORD}", re.IGNORECASE)
_ASSIGNED = re.compile(rf"{_WORD}[\"']?\s{{0,3}}[=:]\s{{0,3}}[\"']?(.+)", re.IGNORECASE | re.DOTALL)
_SHAPES = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        rf"{_WORD}[\"']?\s{{0,3}}[=:]\s{{0,3}}[\"']?([^\s\"'&;,]+)",
        rf"(?<![\w-])--?[\w.-]{{0,40}}?{_WORD}\s{{1,3}}[\"']?([^\s\"'-][^\s\"']*)",
        r"\b(?:bearer|basic|digest)\s{1,3}([\w.~+/=-]{6,})",
        r"[a-z][a-z0-9+.-]{0,20}://([^\s/@]{1,1024})@",
        r"(?<![\w-])(?:-u|--user)[\s=]{1,3}([^\s:]{1,256}:[^\s]+)",
        r"-----BEGIN [A-Z ]{0,30}KEY-----(.+?)(?:-----END|$)",
        r"\b((?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|AKIA|ASIA|AIza|ya29\.)[\w-]{12,})",
        r"\b(eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?)",
        # a mail address, and no unit of systemd or address with numbers only
        r"([\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}(?!service\b|socket\b|slice\b|timer\b)[a-z]{2,24})",
    )
)
_PROGRAMS_WITH_P = frozenset({"mysql", "mysqldump", "mariadb", "sshpass", "7z", "zip", "unzip"})
_NO_SECRET = re.compile(
    r"(?:true|false|yes|no|none|null|on|off|auto|always|never|enabled|disabled|is|was|\d{0,3}"
    r"|\{(?:user|host|serial|secret)-\d+\}.*)",
    re.IGNORECASE | re.DOTALL,
)


def in_text(text: str) -> Iterator[str]:
    """Every part of ``text`` that looks like a secret: passwords, tokens, keys, mail addresses."""
    for shape in _SHAPES:
        for match in shape.finditer(text):
            if match[1] and not _NO_SECRET.fullmatch(match[1]):
                yield match[1]


def in_command(arguments: tuple[str, ...]) -> Iterator[str]:
    """Every secret in a command line, also one in an argument of its own after its option."""
    program = arguments[0].rpartition("/")[2] if arguments else ""
    previous = ""
    for argument in arguments:
        yield from in_text(argument)
        assigned = _ASSIGNED.search(argument)
        # the argument's end is the value's end, spaces or not
        value = assigned[1] if assigned else ""
        named = _FLAG.fullmatch(previous) and not argument.startswith("--")
        if named or (previous in ("-u", "--user") and ":" in argument):
            value = argument
        elif program in _PROGRAMS_WITH_P and argument.startswith("-p"):
            value = argument[2:]
        elif program in _PROGRAMS_WITH_P and previous == "-p":
            value = argument
        if value and not _NO_SECRET.fullmatch(value):
            yield value
        previous = argument
