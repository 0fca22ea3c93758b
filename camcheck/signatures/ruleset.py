"""All rules of one scan: those that come with camcheck and the user's own."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from camcheck.signatures import builtin
from camcheck.signatures.compiled import Compiled, compiled
from camcheck.signatures.rule import Group, KnownHash, Lookups, ParsedRule, RuleText

Texts = Callable[[], dict[str, RuleText]]


class UserRules(NamedTuple):
    """Rules and hash lists that the user brought, and YARA sources as (origin, text)."""

    rules: tuple[ParsedRule, ...] = ()
    hashes: tuple[KnownHash, ...] = ()
    yara: tuple[tuple[str, str], ...] = ()

    def __hash__(self) -> int:
        """By identity: rules hold their tests, which are not hashable, and are never compared."""
        return id(self)


NO_USER_RULES = UserRules()


class Ruleset(NamedTuple):
    """Compiled rules with the texts that explain them, in the order built-in, user's."""

    parts: tuple[tuple[Compiled, Texts], ...]
    version: str

    def groups(self, category: str) -> Iterator[tuple[Group, Texts]]:
        for part, texts in self.parts:
            for name, group in part.groups:
                if name == category:
                    yield group, texts

    def hashes(self) -> dict[str, list[KnownHash]]:
        """Known hashes by lower-case SHA-256."""
        known: dict[str, list[KnownHash]] = {}
        for part, _ in self.parts:
            for one in part.hashes:
                known.setdefault(one.sha256, []).append(one)
        return known

    def hash_sizes(self) -> frozenset[int]:
        """Sizes of files that are worth hashing."""
        return frozenset(
            one.size for part, _ in self.parts for one in part.hashes if one.size is not None
        )

    def lookups(self) -> Lookups:
        """What the collectors are asked to look for."""
        parts = [part.lookups for part, _ in self.parts]
        return Lookups(
            tuple(sorted({path for part in parts for path in part.files})),
            tuple(sorted({path for part in parts for path in part.registry})),
        )


def ruleset(product: str, user: UserRules = NO_USER_RULES) -> Ruleset:
    """The rules for linux, windows or macos. ``version`` changes with every rule."""
    parts: list[tuple[Compiled, Texts]] = [(builtin.rules(product), builtin.texts)]
    version = builtin.version(product)
    if user.rules or user.hashes or user.yara:
        import hashlib

        texts = {one.rule.id: one.text for one in user.rules}
        parts.append((compiled(user.rules, user.hashes, product=product), lambda: texts))
        version += "+" + hashlib.sha256(repr(user).encode()).hexdigest()[:8]
    return Ruleset(tuple(parts), version)


@cache
def rules_of_system(system: str, user: UserRules = NO_USER_RULES) -> Ruleset | None:
    """The rules for an operating system by its own name (`os.uname`); None where there are none."""
    # A report from elsewhere may name macOS' kernel instead of macOS.
    products = {"linux": "linux", "windows": "windows", "macos": "macos", "darwin": "macos"}
    product = products.get(system.lower())
    return None if product is None else ruleset(product, user)
