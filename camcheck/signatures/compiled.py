"""Rules ready to match: what is written at build time, and what a user's feed becomes."""

from collections.abc import Iterable

from camcheck.fact import NamedTuple
from camcheck.signatures.field import CATEGORIES, PRODUCTS
from camcheck.signatures.rule import Anchor, Group, KnownHash, Lookups, ParsedRule, Rule
from camcheck.typed import Any


class Compiled(NamedTuple):
    """Everything that one system needs of a set of rules: groups by category, hashes, look-ups."""

    groups: tuple[tuple[str, Group], ...] = ()
    hashes: tuple[KnownHash, ...] = ()
    lookups: Lookups = Lookups()


def compiled(rules: Iterable[ParsedRule], hashes: Iterable[KnownHash], *, product: str) -> Compiled:
    """The rules and hashes for one system, with those for any system."""
    from camcheck.signatures.index import grouped

    if product not in PRODUCTS:
        raise ValueError(product)
    wanted = [one for one in rules if one.product in (product, "any")]
    groups = tuple(
        (category, grouped(one.rule for one in wanted if one.category == category))
        for category in CATEGORIES
        if any(one.category == category for one in wanted)
    )
    files = sorted({path for one in wanted for path in one.lookups.files})
    registry = sorted({path for one in wanted for path in one.lookups.registry})
    known = (one for one in hashes if one.product in (product, "any"))
    return Compiled(
        groups,
        tuple(sorted(known, key=lambda one: (one.sha256, one.origin))),
        Lookups(tuple(files), tuple(registry)),
    )


def thawed(constants: tuple[Any, ...]) -> Compiled:
    """Compiled rules from the plain tuples that a file of constants holds."""
    groups, hashes, lookups = constants
    return Compiled(
        tuple(
            (
                category,
                Group(
                    tuple(Rule(*rule) for rule in rules),
                    tuple(Anchor(*anchor) for anchor in anchors),
                    always,
                ),
            )
            for category, (rules, anchors, always) in groups
        ),
        tuple(KnownHash(*one) for one in hashes),
        Lookups(*lookups),
    )
