"""Who signed a program, by codesign(1)."""

import re

from camcheck.fact import NamedTuple

COMMAND = "/usr/bin/codesign"

_AUTHORITY = re.compile(r"^Authority=(.+)$", re.MULTILINE)
_TEAM = re.compile(r"^TeamIdentifier=(.+)$", re.MULTILINE)


class Signature(NamedTuple):
    """``signer`` None: nobody vouches for it (no signature, or an ad-hoc one)."""

    signer: str | None
    ad_hoc: bool = False


def parse_codesign(text: str) -> Signature | None:
    """What ``codesign --display --verbose=2`` wrote; None when that is not understood."""
    if "code object is not signed at all" in text:
        return Signature(None)
    if "Signature=adhoc" in text:
        return Signature(None, ad_hoc=True)
    authority = _AUTHORITY.search(text)
    if authority is None:
        return None
    team = _TEAM.search(text)
    named = team and team[1] != "not set" and team[1] not in authority[1]
    return Signature(f"{authority[1]} ({team[1]})" if team and named else authority[1])
