"""All rules of one scan: those that come with camcheck and the user's own."""

from collections.abc import Callable, Iterator
from functools import cache

from camcheck.fact import NamedTuple
from camcheck.model import Provenance
from camcheck.signatures import builtin
from camcheck.signatures.compiled import Compiled, compiled
from camcheck.signatures.rule import Group, KnownHash, KnownHost, Lookups, ParsedRule, RuleText

Texts = Callable[[], dict[str, RuleText]]


class UserRules(NamedTuple):
    """What the user brought: rules of their own, and YARA sources as (origin, text); lists of
    hashes and hosts, and what was ``fed`` by others as indicators (STIX)."""

    rules: tuple[ParsedRule, ...] = ()
    fed: tuple[ParsedRule, ...] = ()
    hashes: tuple[KnownHash, ...] = ()
    yara: tuple[tuple[str, str], ...] = ()
    hosts: tuple[KnownHost, ...] = ()

    def __hash__(self) -> int:
        """By identity: rules hold their tests, which are not hashable, and are never compared."""
        return id(self)


NO_USER_RULES = UserRules()


class Part(NamedTuple):
    """Compiled rules of one provenance, with the texts that explain them."""

    compiled: Compiled
    texts: Texts
    provenance: Provenance


class Ruleset(NamedTuple):
    """All rules, in the order built-in, user's, feeds."""

    parts: tuple[Part, ...]
    version: str

    def groups(self, category: str) -> Iterator[tuple[Group, Part]]:
        for part in self.parts:
            for name, group in part.compiled.groups:
                if name == category:
                    yield group, part

    def hashes(self) -> dict[str, list[tuple[KnownHash, Provenance]]]:
        """Known hashes by lower-case SHA-256, each with whose word it is."""
        known: dict[str, list[tuple[KnownHash, Provenance]]] = {}
        for part in self.parts:
            for one in part.compiled.hashes:
                known.setdefault(one.sha256, []).append((one, part.provenance))
        return known

    def hash_sizes(self) -> frozenset[int]:
        """Sizes of files that are worth hashing."""
        return frozenset(
            one.size for part in self.parts for one in part.compiled.hashes if one.size is not None
        )

    def lookups(self) -> Lookups:
        """What the collectors are asked to look for."""
        parts = [part.compiled.lookups for part in self.parts]
        return Lookups(
            tuple(sorted({path for part in parts for path in part.files})),
            tuple(sorted({path for part in parts for path in part.registry})),
        )


def ruleset(product: str, user: UserRules = NO_USER_RULES) -> Ruleset:
    """The rules for linux, windows or macos. ``version`` changes with every rule."""
    parts = [Part(builtin.rules(product), builtin.texts, Provenance.BUILT_IN)]
    version = builtin.version(product)
    if any(user):
        import hashlib

        parts += [
            _brought(user.rules, (), product=product, provenance=Provenance.USER),
            _brought(user.fed, user.hashes, product=product, provenance=Provenance.FEED),
        ]
        version += "+" + hashlib.sha256(repr(user).encode()).hexdigest()[:8]
    return Ruleset(tuple(parts), version)


def _brought(
    rules: tuple[ParsedRule, ...],
    hashes: tuple[KnownHash, ...],
    *,
    product: str,
    provenance: Provenance,
) -> Part:
    texts = {one.rule.id: one.text for one in rules}
    return Part(compiled(rules, hashes, product=product), lambda: texts, provenance)


@cache
def rules_of_system(system: str, user: UserRules = NO_USER_RULES) -> Ruleset | None:
    """The rules for an operating system by its own name (`os.uname`); None where there are none."""
    # A report from elsewhere may name macOS' kernel instead of macOS.
    products = {"linux": "linux", "windows": "windows", "macos": "macos", "darwin": "macos"}
    product = products.get(system.lower())
    return None if product is None else ruleset(product, user)
