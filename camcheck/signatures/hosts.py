"""Domains and network addresses of feeds, looked for in command lines.

camcheck asks no name server and reads no traffic. A program or start entry that names a published
host in its command is seen; a program that has the name inside itself is not.
"""

import re
from collections.abc import Iterator, Mapping

from camcheck.signatures.rule import KnownHost

_ADDRESS = r"(?:\d{1,3}\.){3}\d{1,3}"
_NAME = r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59})"
_HOST = re.compile(rf"(?:{_ADDRESS}|{_NAME})\Z")
_IN_URL = re.compile(
    rf"(?:://(?:[^/@\s]*@)?|@)({_ADDRESS}|{_NAME})(?=[\s\"':/?#,;)]|$)(?::\d+)?(/[^\s\"'#,;)]*)?"
)
_ALONE = re.compile(rf"(?:^|[\s\"'=,(])({_ADDRESS}|{_NAME})(?=[\s\"':,;)]|$)")
_FILE_ENDINGS = frozenset(
    "app bat bin cmd com conf dat dll exe ini jar js json log pl ps py rs sh so txt xml zip".split()  # noqa: SIM905
)
"""Last parts of names that are a file's as often as a host's; such a name counts in a URL only."""


def as_host(text: str) -> str | None:
    """The host that an entry of a list names (``hxxps://a[.]example``), lower case; or None.

    An address of one page (``hxxps://a.example/x``) keeps its path: of a site that everybody uses,
    one page may be bad.
    """
    plain = text.strip().casefold().replace("[.]", ".").replace("[:]", ":")
    path = ""
    if "://" in plain:
        plain, slash, path = plain.partition("://")[2].partition("/")
        path = (slash + path.partition("#")[0]).rstrip("/")
    plain = plain.rpartition("@")[2].partition(":")[0].rstrip(".")
    plain = plain.removeprefix("*.").lstrip(".")
    return plain + path if _HOST.match(plain) else None


def hosts_in(command: str, known: Mapping[str, KnownHost]) -> Iterator[KnownHost]:
    """The known hosts and pages that a command names; ``x.known.example`` names its domain too."""
    text = command.casefold()
    if "." not in text:
        return
    named: dict[str, None] = {}
    for match in _IN_URL.finditer(text):
        page = (match[2] or "").rstrip("/")
        named |= dict.fromkeys((match[1] + page, match[1] + page.partition("?")[0], match[1]))
    for match in _ALONE.finditer(text):
        if match[1].rpartition(".")[2] not in _FILE_ENDINGS:
            named[match[1]] = None
    yield from dict.fromkeys(filter(None, (_listed(one, known) for one in named)))


def _listed(name: str, known: Mapping[str, KnownHost]) -> KnownHost | None:
    """The entry for a page, a host or the nearest domain that it belongs to."""
    if "/" in name:
        return known.get(name)
    labels = name.split(".")
    domains = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((known[domain] for domain in domains if domain in known), None)
