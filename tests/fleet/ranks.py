"""At which rank a question names what is planted in the made fleet, and what is odd and honest.

python -m tests.fleet.ranks DATASET
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache

from camcheck.fleet.ask import ask
from tests.fleet.troubles import HONEST, PLANTED, alike


@cache
def hosts(dataset: str, name: str) -> tuple[str, ...]:
    """The machines that the question names, in its order."""
    answer = ask(name, dataset)
    return tuple(row[answer.columns.index("host")] for row in answer.rows)


def rank(dataset: str, number: int, name: str) -> int | None:
    """The first rank of the machine and of those that are like it; None: none is named."""
    named = hosts(dataset, name)
    ranks = (
        named.index(f"desk-{one:04}") + 1 for one in alike(number) if f"desk-{one:04}" in named
    )
    return min(ranks, default=None)


def table(dataset: str) -> str:
    """Markdown: planted, then honest."""
    return "\n".join((*_part(dataset, "planted", PLANTED), "", *_part(dataset, "honest", HONEST)))


def _part(dataset: str, title: str, machines: Mapping[int, tuple[str, str]]) -> Iterator[str]:
    yield f"| {title} | question | rank | of rows |"
    yield "| --- | --- | --- | --- |"
    for number, (name, why) in machines.items():
        found = rank(dataset, number, name) or "not named"
        yield f"| {why} | `{name}` | {found} | {len(hosts(dataset, name))} |"


if __name__ == "__main__":
    print(table(sys.argv[1]))
