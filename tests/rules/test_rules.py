"""Each rule that comes with camcheck is complete, tested and honest about its sources."""

import json
import re
import uuid
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml

from camcheck.signatures.build import read_hashes, read_rules
from camcheck.signatures.expression import predicate
from camcheck.signatures.fields_of import PlainEvent
from camcheck.signatures.rule_tests import failures

ROOT = Path(__file__).parents[2]
RULES = read_rules(str(ROOT / "rules"))
# JSON Schema of the Sigma specification: github.com/SigmaHQ/sigma-specification, public domain.
SCHEMA = json.loads((Path(__file__).parent / "sigma-detection-rule-schema.json").read_text())
EVIDENCE = {"published-indicator", "behaviour", "attack", "unverified"}
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.text.origin)


def document(rule):
    text = (ROOT / "rules" / rule.text.origin).read_text()
    return yaml.load(text, Loader=yaml.BaseLoader)


@each_rule
def test_rule_passes_its_own_tests(rule):
    """It matches what it should, and neither the near miss nor the bare name elsewhere."""
    assert [] == list(failures(rule.rule.expression, rule.text))


@each_rule
def test_rule_is_valid_sigma(rule):
    """The official JSON schema has nothing against it, and pySigma can read it."""
    from sigma.rule import SigmaRule

    content = document(rule)
    jsonschema.validate(content, SCHEMA)
    read = SigmaRule.from_yaml((ROOT / "rules" / rule.text.origin).read_text())

    assert rule.rule.id == str(read.id)
    assert "camcheck" in read.custom_attributes


@each_rule
def test_rule_lies_where_its_contents_say(rule):
    """System and kind of a rule are in its path: linux/malware/x.yml."""
    product, verdict, _ = rule.text.origin.split("/")

    assert rule.product == product
    assert rule.rule.verdict == {"generic": "suspicious"}.get(verdict, verdict)


@each_rule
def test_rule_names_its_sources(rule):
    """At least one reference that is not only ATT&CK, an author, a date, a description."""
    text = rule.text
    others = [one for one in text.references if "attack.mitre.org/software" not in one]

    assert others
    assert all(re.match(r"https?://\S+\Z", one) for one in text.references)
    assert text.author
    assert text.family
    assert len(text.description) > 30
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", text.date)
    assert text.evidence in EVIDENCE
    assert text.falsepositives


@each_rule
def test_unverified_rule_is_experimental(rule):
    """What nobody read again in its source never raises more than information."""
    unverified = rule.text.evidence == "unverified"

    assert unverified == (rule.rule.status == "experimental")
    assert not unverified or rule.rule.confidence == "low"


@each_rule
def test_dual_use_rule_is_informational(rule):
    """Ordinary tools are named, and nothing more."""
    assert (rule.rule.verdict == "dual-use") == (rule.rule.level == "informational")


@each_rule
def test_rule_uses_no_regular_expression(rule):
    """Our own rules need no expression that could take long."""
    assert "('re'," not in repr(rule.rule.expression)


@each_rule
def test_files_and_settings_that_a_rule_matches_are_looked_up(rule):
    """A rule about files or settings tells the collectors where to look, and nobody else does."""
    wanted = rule.lookups.files if rule.category == "file_event" else rule.lookups.registry

    if rule.category == "file_event":
        assert wanted
    elif rule.category != "registry_set":
        assert ((), ()) == tuple(rule.lookups)


@each_rule
def test_rule_is_silent_about_an_event_without_its_fields(rule):
    """Where nothing at all is known, nothing matches."""
    assert predicate(rule.rule.expression)(PlainEvent(None, {})) is not True


@each_rule
def test_every_part_of_the_detection_is_needed(rule):
    """Without any one selection of its detection, a rule fails its own tests or says the same."""
    from camcheck.signatures.sigma import parsed

    content = yaml.safe_load((ROOT / "rules" / rule.text.origin).read_text())
    names = [name for name in content["detection"] if name != "condition"]
    survivors = []
    for name in names if len(names) > 1 else ():
        changed = {
            **content["detection"],
            name: {
                "Name" if rule.category == "persistence" else _some_field(rule.category): "\0never"
            },
        }
        broken = parsed({**content, "detection": changed}, origin=rule.text.origin)
        if not list(failures(broken.rule.expression, broken.text)):
            survivors.append(name)

    assert [] == survivors


def _some_field(category):
    return {"file_event": "TargetFilename", "registry_set": "TargetObject"}.get(category, "Image")


def test_ids_are_unique_and_for_ever():
    """No two rules share an id, each is a UUID, and none that was ever published is gone."""
    ids = Counter(rule.rule.id for rule in RULES)
    published = (Path(__file__).parent / "published-ids.txt").read_text().split()

    assert [] == [one for one, count in ids.items() if count > 1]
    assert all(uuid.UUID(one) for one in ids)
    assert set() == set(published) - set(ids)


def test_hash_list_is_sound():
    """Every line has a digest, a family and a reference; no digest twice."""
    hashes = read_hashes(str(ROOT / "rules"))

    assert len(hashes) == len({one.sha256 for one in hashes})
    assert all(one.family and one.reference.startswith("https://") for one in hashes)
    assert {"windows", "linux", "macos", "any"} == {one.product for one in hashes}
