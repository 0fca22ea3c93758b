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
        ("deep.json", '{"objects": ' + "[" * 100_000, "not JSON"),
        ("cut.json", '{"objects": [{"type": "indicator"', "not JSON"),
        ("number.json", '{"objects": 1}', "no STIX bundle"),
        ("latin.json", b'{"objects": [{"name": "\xe9"}]}', "UTF-8"),
        ("words.txt", "these are\nno indicators\n", "no SHA-256"),
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
        "[mutex:name = 'a']",
        "[mutex:name = 'b']",
        "[domain-name:value = 'a.example']",
        "[file:path = '/tmp/a OR [b]'] OR [url:value = 'https://c.example/x?y=1']",
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
        ("file_event", "high"),
    ] == levels
    assert {"A Lab"} == {one.text.author for one in rules.fed}
    assert ("/tmp/.x*y",) == rules.fed[1].lookups.files
    assert ("eq", "TargetFilename", ("/tmp/.x*y",)) == rules.fed[1].rule.expression
    assert ("/tmp/a OR [b]",) == rules.fed[4].lookups.files
    assert ["a.example", "c.example/x?y=1"] == [one.host for one in rules.hosts]
    assert ["1 indicators", "2 indicators"] == sorted(one.why[:12] for one in refusals)


CORRELATION = """
title: Many of them
name: many
correlation:
    type: event_count
    rules: [{base}]
    group-by: [User]
    timespan: 5m
    condition: {{gte: 10}}
"""


@pytest.mark.parametrize("by", ["lost", "its-name"])
@pytest.mark.parametrize("first", [True, False])
def test_refused_correlation_takes_its_base_rule_with_it(feed, by, first):
    """A rule that its author means only as a part never fires alone, in whatever file it is."""
    base = RULE.format(title="lost").replace("\nauthor", "\nname: its-name\nauthor")
    (feed / ("y.yml" if first else "z.yml")).write_text(base)
    (feed / ("z.yml" if first else "y.yml")).write_text(CORRELATION.format(base=by))

    rules, refusals = refused(feed)

    assert ["good"] == rules
    assert any("it is a correlation" in one for one in refusals)
    assert any("'lost' belongs to a correlation" in one for one in refusals)


def test_base_rule_that_is_also_meant_alone_is_used(feed):
    """Sigma's ``generate: true``: the author wants the base rule's matches as well."""
    text = CORRELATION.format(base="good").replace("correlation:", "generate: true\ncorrelation:")
    (feed / "c.yml").write_text(text)

    rules, refusals = refused(feed)

    assert ["good"] == rules
    assert 1 == len(refusals)


def test_refused_filter_takes_its_rule_with_it(feed):
    """Without its exceptions a rule would alarm where its user said that it must not."""
    (feed / "f.yml").write_text(
        "title: not here\nfilter:\n    rules: [good]\n    s: {User: ana}\n    condition: not s\n"
    )

    rules, refusals = refused(feed)

    assert [] == rules
    assert "it is a filter of other rules" in refusals[0]


def test_rule_without_category_is_refused_with_that_word(feed):
    """A logsource that names only a service or a product is told as it is."""
    text = RULE.format(title="s").replace("category: process_creation", "service: sshd")
    (feed / "s.yml").write_text(text)

    _, refusals = refused(feed)

    assert "its logsource has no category (it names service sshd)" in refusals[0]


def test_many_refusals_are_one_gap_with_a_count_and_a_way_to_list_them(feed):
    """245 lines in front of the answer are read by nobody."""
    for number in range(245):
        (feed / f"{number}.yml").write_text("title: [")

    rules, gaps = load_user_rules([str(feed)], elevated=False)

    assert 1 == len(rules.rules)
    (gap,) = gaps
    assert "245 parts of your rules cannot be used, 1 are" in gap.detail
    assert f"camcheck rules check {feed}" in gap.detail


SAMPLES = "SHA256,Package Name,Certificate,Version,App\n{0},com.topspy,7F5C0D54,9,1TopSpy\n"


@pytest.mark.parametrize(
    ("name", "text", "digests", "hosts"),
    [
        ("samples.csv", SAMPLES.format("A" * 64), [("a" * 64, "1TopSpy")], []),
        ("network.csv", "type,indicator,app\ndomain,copy9.com,Spy\n", [], ["copy9.com"]),
        ("plain.txt", "b" * 64 + "\n\n# x\n" + "c" * 64 + "\n", ["b", "c"], []),
        ("domains.txt", "copy9.com\nhxxps://guestspy[.]com/\n", [], ["copy9.com", "guestspy.com"]),
        ("domains.csv", "copy9.com,Spy\n", [], ["copy9.com"]),
        ("hosts.txt", "0.0.0.0 a.example b.example\n127.0.0.1\tc.example\n", [], ["a", "b", "c"]),
        ("loki.txt", f"{'e' * 64};A;3 b\n", [("e" * 64, "A; 3 b")], []),
        ("mixed.txt", "198.51.100.7\n" + "d" * 64 + " # old\n", ["d"], ["198.51.100.7"]),
    ],
)
def test_list_is_read_in_the_forms_that_feeds_have(tmp_path, name, text, digests, hosts):
    """Tables by their header, plain digests, domains and addresses; a name says what it is."""
    (tmp_path / name).write_text(text)

    found, refusals = read_feeds([str(tmp_path)], elevated=False)

    assert () == refusals
    said = [(one.sha256, one.family) for one in found.hashes]
    assert [
        one if isinstance(one, tuple) else (one * 64, "a published list") for one in digests
    ] == said
    assert [one if "." in one else f"{one}.example" for one in hosts] == [
        one.host for one in found.hosts
    ]


def test_bad_lines_of_a_list_are_one_refusal_and_the_others_are_used(tmp_path):
    """What is no indicator, and digests of other kinds, are counted by kind."""
    lines = ["a" * 64, "f" * 32, "e" * 40, "what is this", "copy9.com"]
    (tmp_path / "l.txt").write_text("\n".join(lines))

    found, refusals = read_feeds([str(tmp_path)], elevated=False)

    assert (1, 1) == (len(found.hashes), len(found.hosts))
    assert [2, 4] == [one.line for one in refusals]
    assert "other than SHA-256 are not compared (2 lines from here)" in refusals[0].why


def test_large_bundle_is_read_in_little_memory(tmp_path):
    """A bundle of 20 MiB takes a small part of that: one object is in memory at a time."""
    import tracemalloc

    pattern = "[domain-name:value = 'a.example'] OR [mutex:name = '" + "x" * 20_000 + "']"
    indicator = json.dumps({"type": "indicator", "id": "i", "name": "Spy", "pattern": pattern})
    count = 20 * 1024 * 1024 // len(indicator)
    path = tmp_path / "large.json"
    with path.open("w") as file:
        file.write('{"type": "bundle", "spec_version": 2.1, "objects": [')
        for number in range(count):
            file.write(("," if number else "") + indicator)
        file.write("]}")
    tracemalloc.start()
    found, _ = read_feeds([str(path)], elevated=False)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == len(found.hosts)
    assert most < 10 * 1024 * 1024


@pytest.mark.parametrize("indent", [None, 4])
def test_bundle_is_read_however_it_is_laid_out(tmp_path, indent):
    """On one line or over many, with numbers, lists and other objects before and after."""
    sha = "c" * 64
    one = {"type": "indicator", "id": "i", "pattern": f"[file:hashes.'SHA-256' = '{sha}']"}
    bundle = {"id": "b", "n": 2.1, "x": [1, {"a": []}], "objects": [{"type": "x"}, one], "z": None}
    (tmp_path / "b.stix2").write_text(json.dumps(bundle, indent=indent))

    found, refusals = read_feeds([str(tmp_path)], elevated=False)

    assert () == refusals
    assert [sha] == [known.sha256 for known in found.hashes]


def test_bundle_longer_than_the_pieces_in_which_it_is_read(tmp_path):
    """A name that lies across the borders of pieces, of several bytes a character, is whole."""
    for shift in range(4):
        name = "x" * (256 * 1024 - 60 + shift) + "ÄÖÜ€😀" * 20
        one = {"type": "indicator", "id": "i", "name": name, "pattern": "[url:value = 'a.example']"}
        text = json.dumps({"objects": [one]}, ensure_ascii=False)
        (tmp_path / "b.json").write_text(text, encoding="utf-8")
        found, _ = read_feeds([str(tmp_path)], elevated=False)

        assert [name] == [host.family for host in found.hosts]


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
