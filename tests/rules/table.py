"""The tables of docs/rules.md, made from the rules: ``python -m tests.rules.table`` writes them."""

import json
from collections import Counter
from pathlib import Path

from camcheck.signatures.build import read_hashes, read_rules

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rules.md"
START, END = "<!-- tables: python -m tests.rules.table -->", "<!-- end of tables -->"


def tables() -> str:
    """Rules by kind and system, T1125 coverage, and every rule by name."""
    rules = read_rules(str(ROOT / "rules"))
    hashes = read_hashes(str(ROOT / "rules"))
    coverage = json.loads((ROOT / "rules/coverage/t1125.json").read_text())["entries"]
    kinds = Counter((rule.rule.verdict, rule.product) for rule in rules)
    lines = [
        "### Rules by kind",
        "",
        "| kind | Linux | Windows | macOS | any |",
        "|---|---|---|---|---|",
    ]
    for verdict in ("malware", "suspicious", "monitoring", "dual-use"):
        counts = [str(kinds[verdict, product]) for product in ("linux", "windows", "macos", "any")]
        lines.append(f"| {verdict} | {' | '.join(counts)} |")
    lines += [
        "",
        f"{len(rules)} rules and {len(hashes)} published SHA-256 digests.",
        "",
        "### ATT&CK T1125 (Video Capture): every entry",
        "",
        "| id | name | systems | covered by |",
        "|---|---|---|---|",
    ]
    for entry in coverage:
        systems = ", ".join(entry["platforms"]) or "-"
        by = [f"`{rule}`" for rule in entry["rules"]]
        by += ["digests"] if entry["hashes"] else []
        by += [entry["reason"]] if "reason" in entry else []
        lines.append(f"| {entry['id']} | {entry['name']} | {systems} | {', '.join(by)} |")
    lines += [
        "",
        "### All rules",
        "",
        "| rule | family | level | status | confidence |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{rule.text.origin}` | {rule.text.family} | {rule.rule.level} | {rule.rule.status} "
        f"| {rule.rule.confidence} |"
        for rule in sorted(rules, key=lambda one: one.text.origin)
    ]
    return "\n".join(lines)


def page() -> str:
    """The page with its tables renewed."""
    before, _, rest = PAGE.read_text().partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{tables()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page())
