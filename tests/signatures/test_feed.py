"""Rules that users bring, and what hostile ones come to."""

import json
import os
import time

import pytest

from camcheck.model import Fact, Reason
from camcheck.signatures.feed import load_user_rules, read_feeds

RULE = """
title: {title}
id: {title}
author: Eve Example
logsource:
    category: process_creation
detection:
    selection:
        Image|endswith: /bad
    condition: selection
level: high
"""


@pytest.fixture
def feed(tmp_path):
    folder = tmp_path / "feed"
    folder.mkdir(mode=0o755)
    (folder / "good.yml").write_text(RULE.format(title="good"))
    (folder / "good.yml").chmod(0o644)
    return folder


def refused(path, *, elevated=False):
    rules, refusals = read_feeds([str(path)], elevated=elevated)
    return [rule.rule.id for rule in rules.rules], [str(refusal) for refusal in refusals]


def test_folder_of_all_kinds_is_read(feed):
    """Sigma, hash lists, STIX and YARA below one folder are all taken."""
    (feed / "deep").mkdir()
    (feed / "deep" / "two.yaml").write_text(RULE.format(title="two"))
    (feed / "hashes.csv").write_text(f"sha256,size,family,reference\n{'a' * 64},12,Rat,https://x\n")
    (feed / "plain.txt").write_text(f"{'b' * 64};Another\n")
    (feed / "rules.yar").write_text("rule a { condition: true }")
    pattern = "[file:hashes.'SHA-256' = '" + "c" * 64 + "' OR process:name = 'x']"
    indicator = {"type": "indicator", "id": "i", "name": "Spy", "pattern": pattern}
    (feed / "x.stix2").write_text(json.dumps({"objects": [indicator]}))
    (feed / "readme.md").write_text("not read")

    rules, refusals = read_feeds([str(feed)], elevated=False)

    assert () == refusals
    assert ["good", "two"] == [one.rule.id for one in rules.rules]
    assert ["i/1"] == [one.rule.id for one in rules.fed]
    assert ["a" * 64, "b" * 64, "c" * 64] == sorted(one.sha256 for one in rules.hashes)
    assert [12, None, None] == [one.size for one in rules.hashes]
    assert 1 == len(rules.yara)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("bomb.yml", "a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]\n", "anchors and aliases"),
        ("deep.yml", "[" * 50 + "]" * 50, "nesting"),
        ("wide.yml", "- a\n" * 30_000, "too many parts"),
        ("broken.yml", "title: [", "not YAML"),
        ("python.yml", "!!python/object/apply:os.system ['true']", "not YAML"),
        ("list.yml", "- a", "mapping"),
        ("empty.yml", "{}", "title"),
        ("date.yml", "title: 2026-99-99", "cannot be understood"),
        ("binary.yml", b"\xff\xfe\x00", "UTF-8"),
        ("nul.yml", "title: \0", "not YAML"),
        ("large.yml", "#" + "x" * 300_000, "larger than 256 KiB"),
        ("category.yml", RULE.replace("process_creation", "dns_query"), "dns_query"),
        ("field.yml", RULE.replace("Image|endswith", "LogonId"), "LogonId"),
        ("modifier.yml", RULE.replace("endswith", "wide"), "wide"),
        ("condition.yml", RULE.replace("condition: selection", "condition: x"), "'x'"),
        ("level.yml", RULE.replace("level: high", "level: extreme"), "extreme"),
        ("regex.yml", RULE.replace("Image|endswith: /bad", "Image|re: '('"), "does not compile"),
        ("same.yml", RULE.format(title="good"), "same id"),
        ("hashes.csv", "0123,1,x,y", "no SHA-256"),
        ("size.csv", "a" * 64 + ",-1,x,y", "no size"),
        ("bad.json", "{", "not JSON"),
        ("deep.json", "[" * 100_000, "not JSON"),
        ("other.json", "[]", "no STIX bundle"),
    ],
)
def test_bad_file_is_refused_with_a_reason_and_stops_no_other(feed, name, content, why):
    """One bad rule is named with the reason; the good ones are used."""
    data = content if isinstance(content, bytes) else content.replace("{title}", "z").encode()
    (feed / f"z{name}").write_bytes(data)
    started = time.process_time()

    rules, refusals = refused(feed)

    assert ["good"] == rules
    assert 1 == len(refusals)
    assert why in refusals[0]
    assert name in refusals[0]
    assert time.process_time() - started < 5


def test_refusal_names_the_line(feed):
    """The line of the faulty key is given, in the right document of a file."""
    text = RULE.format(title="one") + "---" + RULE.format(title="two").replace("Image", "Nothing")
    (feed / "two.yml").write_text(text)

    _, refusals = refused(feed)

    line = 1 + text.splitlines().index("        Nothing|endswith: /bad")
    assert f"two.yml:{line}: field 'Nothing'" in refusals[0]


def test_refusal_becomes_a_gap(feed):
    """What was not used reaches the report."""
    (feed / "bad.yml").write_text("title: [")

    _, gaps = load_user_rules([str(feed)], elevated=False)

    assert [(Fact.SIGNATURES, Reason.UNPARSED)] == [(gap.fact, gap.reason) for gap in gaps]
    assert "bad.yml" in gaps[0].subject


def test_links_are_not_followed(feed, tmp_path):
    """A link to a file or a folder elsewhere is refused, not read."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "secret.yml").write_text(RULE.format(title="secret"))
    (feed / "file.yml").symlink_to(other / "secret.yml")
    (feed / "folder").symlink_to(other)

    rules, refusals = refused(feed)

    assert ["good"] == rules
    assert 2 == sum("links are not followed" in refusal for refusal in refusals)


def test_pipe_and_missing_path_do_not_stop_the_scan(feed):
    """A named pipe would wait for ever; it is refused, and so is a path that is not there."""
    os.mkfifo(feed / "pipe.yml")

    rules, refusals = refused(feed)
    nothing, missing = refused(feed / "nowhere")

    assert ["good"] == rules
    assert "not an ordinary file" in refusals[0]
    assert ([], 1) == (nothing, len(missing))


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o757])
def test_folder_that_others_can_write_is_refused_for_an_administrator_only(feed, mode):
    """Whoever can write the rules could make an administrator's scan lie."""
    feed.chmod(mode)

    assert (0, 1) == tuple(map(len, refused(feed, elevated=True)))
    assert (1, 0) == tuple(map(len, refused(feed)))


def test_file_that_others_can_write_is_refused_for_an_administrator(feed):
    """A writable file in a good folder is refused alone."""
    (feed / "open.yml").write_text(RULE.format(title="open"))
    (feed / "open.yml").chmod(0o666)

    rules, refusals = refused(feed, elevated=True)

    assert ["good"] == rules
    assert "other users may write" in refusals[0]


def test_stix_is_understood_as_far_as_it_is_simple(tmp_path):
    """Names, paths, command lines and digests; all else is counted and told."""
    patterns = [
        "[process:name = 'spyd']",
        "[file:path = '/tmp/.x*y'] OR [file:name = 'a']",
        "[process:command_line = 'x -y']",
        "[domain-name:value = 'a.example']",
        "[domain-name:value = 'b.example']",
        "[process:name = 'a' AND process:pid = '1']",
    ]
    objects = [{"type": "identity", "id": "identity--1", "name": "A Lab"}]
    objects += [
        {"type": "indicator", "id": str(n), "created_by_ref": "identity--1", "pattern": pattern}
        for n, pattern in enumerate(patterns)
    ]
    bundle = tmp_path / "b.json"
    bundle.write_text(json.dumps({"type": "bundle", "objects": objects}))

    rules, refusals = read_feeds([str(bundle)], elevated=False)

    levels = [(one.category, one.rule.level) for one in rules.fed]
    assert [
        ("process_creation", "informational"),
        ("file_event", "high"),
        ("process_creation", "informational"),
        ("process_creation", "high"),
    ] == levels
    assert {"A Lab"} == {one.text.author for one in rules.fed}
    assert ("/tmp/.x*y",) == rules.fed[1].lookups.files
    assert ("eq", "TargetFilename", ("/tmp/.x*y",)) == rules.fed[1].rule.expression
    assert ["1 indicators", "2 indicators"] == sorted(one.why[:12] for one in refusals)


def test_regular_expression_needs_the_library_that_can_stop_it(feed, monkeypatch):
    """Without it such a rule is refused by name, never run without a limit."""
    import sys

    (feed / "re.yml").write_text(
        RULE.format(title="re").replace("Image|endswith: /bad", "Image|re: bad$")
    )
    monkeypatch.setitem(sys.modules, "regex", None)

    rules, refusals = refused(feed)

    assert ["good"] == rules
    assert "camcheck[rules]" in refusals[0]
