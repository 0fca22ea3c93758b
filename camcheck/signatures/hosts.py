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
_IN_URL = re.compile(rf"(?:://(?:[^/@\s]*@)?|@)({_ADDRESS}|{_NAME})(?=[\s\"':/?#,;)]|$)")
_ALONE = re.compile(rf"(?:^|[\s\"'=,(])({_ADDRESS}|{_NAME})(?=[\s\"':,;)]|$)")
_FILE_ENDINGS = frozenset(
    "app bat bin cmd com conf dat dll exe ini jar js json log pl ps py rs sh so txt xml zip".split()  # noqa: SIM905
)
"""Last parts of names that are a file's as often as a host's; such a name counts in a URL only."""


def as_host(text: str) -> str | None:
    """The host that an entry of a list names (``hxxps://a[.]example/x``), lower case; or None."""
    plain = text.strip().casefold().replace("[.]", ".").replace("[:]", ":")
    plain = plain.partition("://")[2].partition("/")[0] if "://" in plain else plain
    plain = plain.rpartition("@")[2].partition(":")[0].rstrip(".")
    plain = plain.removeprefix("*.").lstrip(".")
    return plain if _HOST.match(plain) else None


def hosts_in(command: str, known: Mapping[str, KnownHost]) -> Iterator[KnownHost]:
    """The known hosts that a command names, or that it names a part of (``x.known.example``)."""
    text = command.casefold()
    if "." not in text:
        return
    named = {match[1]: None for match in _IN_URL.finditer(text)}
    for match in _ALONE.finditer(text):
        host = match[1]
        if host.rpartition(".")[2] not in _FILE_ENDINGS:
            named[host] = None
    for host in named:
        labels = host.split(".")
        for start in range(len(labels) - 1):
            found = known.get(".".join(labels[start:]))
            if found is not None:
                yield found
                break
