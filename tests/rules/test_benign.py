"""Rules do not cry wolf: measured on ordinary computers and on all of Debian's programs."""

import json
import os
from pathlib import Path

import pytest

from camcheck.signatures import builtin
from camcheck.signatures.field import CATEGORIES, PRODUCTS
from camcheck.signatures.fields_of import PlainEvent
from camcheck.signatures.match import TooSlow, matches
from tests.rules.debian import NotAvailableError, contents

HERE = Path(__file__).parent
ACCEPTED = json.loads((HERE / "accepted-alarms.json").read_text())


def alarms(product, category, events):
    """(rule file, event) for each match that would be shown above information."""
    texts = builtin.texts()
    plain = [PlainEvent(number, event) for number, event in enumerate(events)]
    return [
        (texts[match[0].id].origin, match[1].fact)
        for name, group in builtin.rules(product).groups
        if name == category
        for match in matches(group, plain)
        if not isinstance(match, TooSlow)
        and match[0].status != "experimental"
        and match[0].verdict != "dual-use"
    ]


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_ordinary_computer_raises_nothing(product, category):
    """Processes, camera users, start entries, files and settings are quiet."""
    events = json.loads((HERE / "benign" / f"{product}.json").read_text()).get(category, [])

    raised = [(rule, events[number]) for rule, number in alarms(product, category, events)]

    assert [] == raised


@pytest.mark.parametrize("product", PRODUCTS)
def test_corpus_is_large_enough_to_mean_something(product):
    """An empty list would pass as well."""
    corpus = json.loads((HERE / "benign" / f"{product}.json").read_text())

    assert len(corpus["process_creation"]) >= 100
    assert len(corpus["camera_access"]) >= 15
    assert len(corpus["persistence"]) >= 15


@pytest.fixture(scope="session")
def debian(tmp_path_factory):
    try:
        return contents(tmp_path_factory.mktemp("debian"))
    except NotAvailableError as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no index of Debian's files: {reason}")


@pytest.mark.whole_run("all of Debian's programs")
def test_no_program_of_debian_raises_an_alarm(debian, capsys):
    """Every program of every package, run from its own path, is quiet."""
    programs, starts = debian
    running = alarms(
        "linux",
        "process_creation",
        [
            {
                "Image": path,
                "CommandLine": path,
                "ProcessName": path.rpartition("/")[2][:15],
                "KernelThread": "false",
            }
            for path in programs
        ],
    )
    files = alarms("linux", "file_event", [{"TargetFilename": path} for path in programs + starts])
    raised = [(rule, programs[number]) for rule, number in running]
    raised += [(rule, (programs + starts)[number]) for rule, number in files]
    with capsys.disabled():
        counted = f"{len(programs)} programs and {len(starts)} start files of Debian"
        print(f"\n{counted}: {len(raised)} alarms")

    assert len(programs) > 40_000
    assert [] == [one for one in raised if list(one) not in ACCEPTED["debian"]]


def test_measurement_sees_an_alarm():
    """A harmful path among ordinary ones is reported: the silence of the others means something."""
    events = [{"Image": "/usr/bin/cheese"}, {"Image": "/home/ana/.mozilla/firefox/profiled"}]

    assert [("linux/malware/mokes_path.yml", 1)] == alarms("linux", "process_creation", events)
