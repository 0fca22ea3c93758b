"""What camcheck says when something matches."""

from camcheck.checks.known_bad import KnownBad
from camcheck.findings import Confidence, Finding, Severity
from camcheck.model import Artifact, ArtifactKind, Fact, Gap, Nature, Provenance, Reason
from camcheck.signatures.rule import KnownHash
from camcheck.signatures.ruleset import UserRules
from tests.signatures.builders import (
    a_document,
    a_file,
    a_holder,
    a_process,
    a_rule,
    a_snapshot,
    an_entry,
)

MOKES = "/home/ana/.mozilla/firefox/profiled"


def findings(snapshot, *rules, **fields):
    return list(KnownBad(UserRules(tuple(rules), **fields)).run(snapshot))


def test_ordinary_computer_has_no_finding():
    """Programs, a camera in use and start entries that are ordinary raise nothing."""
    cheese = a_process(exe="/usr/bin/cheese")
    snapshot = a_snapshot(
        cheese, holders=(a_holder(cheese),), persistence=(an_entry("run-parts /etc/cron.daily"),)
    )

    assert [] == findings(snapshot)


def test_known_program_is_found_with_its_proof_and_its_source():
    """The finding names the family, the field that matched, the rule, its author and references."""
    (finding,) = findings(a_snapshot(a_process(exe=MOKES)))

    assert isinstance(finding, Finding)
    assert "Mokes" in finding.title
    assert Severity.CRITICAL is finding.severity
    assert (MOKES,) == finding.subject.programs
    assert f"Image is {MOKES}" == finding.evidence[0].text
    assert finding.signature is not None
    assert "camcheck contributors" == finding.signature.author
    assert finding.signature.references


def test_many_processes_of_one_program_are_one_finding():
    """The fingerprint has no pid, so a restart or a second copy is the same finding."""
    twice = a_snapshot(a_process(10, exe=MOKES), a_process(11, exe=MOKES))
    once = a_snapshot(a_process(999, exe=MOKES))

    (finding,) = findings(twice)
    (again,) = findings(once)

    assert finding.fingerprint == again.fingerprint
    assert "999" not in again.fingerprint


def test_process_start_entry_and_file_of_a_family_are_all_found():
    """Each witness has a finding of its own, by its own path."""
    snapshot = a_snapshot(
        a_process(exe=MOKES),
        persistence=(an_entry(MOKES, "autostart", "/home/ana/.config/autostart/p.desktop"),),
        artifacts=(a_file(MOKES),),
    )

    assert 3 == len(findings(snapshot))


def test_monitoring_software_is_worded_for_somebody_who_may_be_watched():
    """No word of malware, no advice to remove anything, a place to find help."""
    process = a_process(exe=r"C:\Windows\System32\MPK\MPK.exe")
    (finding,) = findings(a_snapshot(process, system="Windows"))

    text = " ".join((finding.title, finding.explanation, *finding.remediation)).lower()
    assert "made to monitor" in text
    assert "stopstalkerware.org" in text
    assert "do not remove" in text
    assert not any(word in text for word in ("malware", "virus", "delete", "infected"))


def test_dual_use_tool_is_information_only():
    """An ordinary tool is named, and never raises an alarm."""
    process = a_process(exe="/usr/bin/motion")

    assert [Severity.INFO] == [one.severity for one in findings(a_snapshot(process))]


def test_experimental_rule_is_information_only():
    """A rule that is not proven says so and cannot frighten."""
    rule = a_rule(status="experimental", level="critical")

    (finding,) = findings(a_snapshot(a_process(exe="/x/bad")), rule)

    assert Severity.INFO is finding.severity


def test_rule_of_the_user_says_who_wrote_it():
    """The finding of somebody else's rule names its author and its file."""
    (finding,) = findings(a_snapshot(a_process(exe="/x/bad")), a_rule(author="Eve Example"))

    assert "Eve Example" in finding.explanation
    assert "test.yml" in finding.explanation
    assert ("Eve Example", "test.yml") == finding.signature[2:4]
    assert Severity.HIGH is finding.severity


def test_unknown_executable_matches_no_rule_not_even_a_negated_one():
    """Not knowing what runs is no reason for an alarm."""
    rule = a_rule(a_document("not selection"))
    denied = a_process(exe=None, cmdline=(), unknown=("exe", "cmdline"))

    assert [] == findings(a_snapshot(denied), rule)
    assert 1 == len(findings(a_snapshot(a_process()), rule))


def test_published_digest_is_found_and_another_is_not():
    """A process whose digest is in a list is found; one digit more or less is not."""
    known = KnownHash(
        "a" * 64, 10, "Family", "https://example.org/report", "any", "list.csv", "Eve"
    )
    good, bad = a_process(10, sha256="b" * 64), a_process(11, exe="/x/y", sha256="a" * 64)

    (finding,) = findings(a_snapshot(good, bad), hashes=(known,))

    assert "/x/y" == str(finding.subject)
    assert (Severity.CRITICAL, Confidence.HIGH) == (finding.severity, finding.confidence)
    assert "Eve" == finding.signature.author


def test_yara_match_is_a_finding_of_its_author():
    """What a YARA rule found is told with the rule's author and file."""
    hit = Artifact(ArtifactKind.YARA, "/x/y", "rat_x", author="Eve", origin="/rules/x.yar")

    (finding,) = findings(a_snapshot(artifacts=(hit,)))

    assert ("rat_x", "Eve", "/rules/x.yar") == (finding.signature.id, *finding.signature[2:4])
    assert "/x/y" == str(finding.subject)


def test_rule_that_takes_too_long_is_a_gap():
    """A rule that had to be given up is told as something that was not checked."""
    rule = a_rule(a_document(selection={"CommandLine|re": "^(a|aa)+$"}))

    results = findings(a_snapshot(a_process(cmdline=("a" * 60 + "b",))), rule)

    assert [Reason.TIMED_OUT] == [one.reason for one in results if isinstance(one, Gap)]


def test_system_without_rules_is_a_gap():
    """Where nothing can be compared, nothing is called clear."""
    (gap,) = findings(a_snapshot(system="Plan 9"))

    assert (Fact.SIGNATURES, Reason.UNSUPPORTED) == (gap.fact, gap.reason)


def test_whose_word_a_hash_list_is_does_not_depend_on_its_authors_name():
    """Anybody can write our name over a list; what the user brought stays somebody else's word."""
    forged = KnownHash("a" * 64, 10, "Family", "", "any", "list.csv", "camcheck contributors")
    bad = a_process(11, exe="/x/y", sha256="a" * 64)

    (finding,) = findings(a_snapshot(bad), hashes=(forged,))

    assert Provenance.FEED is finding.signature.provenance
    assert Nature.EXTERNAL is finding.signature.nature
    assert "A rule that you added matches" in finding.title
