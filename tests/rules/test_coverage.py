"""Every program of ATT&CK T1125 has a rule, or a written reason why not."""

import csv
import json
from pathlib import Path

import pytest

from camcheck.signatures.build import read_hashes, read_rules
from tests.rules.table import PAGE, page

ROOT = Path(__file__).parents[2]
RULES = {rule.text.origin: rule for rule in read_rules(str(ROOT / "rules"))}
ENTRIES = json.loads((ROOT / "rules/coverage/t1125.json").read_text())["entries"]
GENERIC = {
    "G1 system name elsewhere": "windows/generic/system_name_elsewhere.yml",
    "G2 fake kernel thread": "linux/generic/fake_kernel_thread.yml",
    "G3 holder in a temporary folder": "linux/generic/holder_in_temporary_folder.yml",
    "G4 hidden launch agent": "macos/generic/hidden_launch_agent.yml",
    "G5 recorder from a timetable": "linux/generic/recorder_from_cron.yml",
    "G6 PowerShell": "windows/generic/powershell_camera.yml",
    "G7 Java from a hidden folder": "any/generic/java_from_hidden_folder_holds_camera.yml",
    "G8 script holds the camera": "any/generic/script_holds_camera.yml",
    "G9 Windows helper holds the camera": "windows/generic/injection_host_holds_camera.yml",
    "G10 odd folder": "windows/generic/camera_used_from_odd_folder.yml",
    "G11 ffmpeg from a temporary folder": "windows/generic/ffmpeg_from_temp.yml",
}


def test_table_is_complete():
    """All 31 programs and 3 groups of ATT&CK v18.1 are there, once each."""
    assert 34 == len({entry["id"] for entry in ENTRIES})
    assert 3 == sum(entry["kind"] == "group" for entry in ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_entry_has_a_rule_or_a_reason(entry):
    """The rules named exist and name the entry; without rule and digest there is a reason."""
    families = {one.family for one in read_hashes(str(ROOT / "rules"))}

    for path in entry["rules"]:
        assert f"attack.{entry['id'].lower()}" in RULES[path].text.tags
    if entry["hashes"]:
        assert any(entry["name"].lower() in family.lower() for family in families)
    if not entry["rules"] and not entry["hashes"]:
        assert len(entry["reason"]) > 10


def test_no_rule_is_missing_in_the_table():
    """A rule that names an entry is listed there."""
    listed = {(entry["id"].lower(), path) for entry in ENTRIES for path in entry["rules"]}
    ids = {entry["id"].lower() for entry in ENTRIES}
    named = {
        (tag.removeprefix("attack."), path)
        for path, rule in RULES.items()
        for tag in rule.text.tags
        if tag.removeprefix("attack.") in ids
    }

    assert named == listed


@pytest.mark.parametrize("path", GENERIC.values(), ids=list(GENERIC))
def test_generic_rule_exists(path):
    """The rules that need no family are all there, and none of them is only an experiment."""
    assert "test" == RULES[path].rule.status
    assert "suspicious" == RULES[path].rule.verdict


def test_every_collected_indicator_is_covered_or_has_a_reason():
    """250 published indicators: each names the rule or list that has it, or says why none does."""
    with open(ROOT / "rules/coverage/indicators.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert 250 == len(rows)
    assert all(bool(row["covered_by"]) != bool(row["reason"]) for row in rows)
    assert all((ROOT / "rules" / row["covered_by"]).is_file() for row in rows if row["covered_by"])


def test_page_shows_the_rules_as_they_are():
    """docs/rules.md is not older than the rules; python -m tests.rules.table renews it."""
    assert page() == PAGE.read_text()
