"""Files and texts of macOS, understood without macOS; their forms are the published ones."""

import os
import plistlib
import sqlite3

import pytest

from camcheck.collect.macos.cameras import cameras
from camcheck.collect.macos.codesign import Signature, parse_codesign
from camcheck.collect.macos.launchd import folders, launch_entries, parse_job
from camcheck.collect.macos.log import CONTROL_CENTER, parse_log, question
from camcheck.collect.macos.machine import release
from camcheck.collect.macos.processes import bundle_id
from camcheck.collect.macos.tcc import permissions
from camcheck.model import Bus, Reason
from tests.collect.macos.fake import END, a_device

CATALINA = (
    "service TEXT, client TEXT, client_type INTEGER, allowed INTEGER, prompt_count INTEGER, "
    "csreq BLOB, policy_id INTEGER, indirect_object_identifier_type INTEGER, "
    "indirect_object_identifier TEXT, indirect_object_code_identity BLOB, flags INTEGER, "
    "last_modified INTEGER"
)
BIG_SUR = CATALINA.replace(
    "allowed INTEGER, prompt_count INTEGER",
    "auth_value INTEGER, auth_reason INTEGER, auth_version INTEGER",
)
SONOMA = BIG_SUR + ", pid INTEGER, pid_version INTEGER, boot_uuid TEXT, last_reminded INTEGER"
TAHOE = SONOMA + ", one_time_reprompt_eligible INTEGER, reminder_count INTEGER"
"""Columns of the table ``access`` by release, as published with forensic tools."""


def a_database(path, columns, rows):
    database = sqlite3.connect(path)
    database.execute(f"CREATE TABLE access ({columns})")
    for row in rows:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        database.execute(f"INSERT INTO access ({names}) VALUES ({marks})", tuple(row.values()))
    database.commit()
    database.close()


def a_row(value, number, *, service="kTCCServiceCamera", client="us.zoom.xos"):
    return {"service": service, "client": client, value: number, "last_modified": 1700000000}


@pytest.mark.parametrize("columns", [BIG_SUR, SONOMA, TAHOE])
@pytest.mark.parametrize(
    ("number", "answer"),
    [(0, "denied"), (1, "unknown"), (2, "allowed"), (3, "limited"), (9, "unknown")],
)
def test_permission_is_read_from_every_generation(tmp_path, columns, number, answer):
    """Since Big Sur the answer is a number of four meanings; other services are left out."""
    path = tmp_path / "TCC ü.db"
    rows = [a_row("auth_value", number), a_row("auth_value", 2, service="kTCCServiceMicrophone")]
    a_database(path, columns, rows)
    found, gaps = permissions(str(path), user="bob")

    assert () == gaps
    assert [("us.zoom.xos", "bob", answer, 2023)] == [
        (one.program, one.user, one.answer, one.changed.year) for one in found
    ]


@pytest.mark.parametrize(("number", "answer"), [(0, "denied"), (1, "allowed")])
def test_permission_before_big_sur_is_yes_or_no(tmp_path, number, answer):
    """Up to Catalina the column is called allowed, and 1 is yes, not "unknown"."""
    a_database(tmp_path / "TCC.db", CATALINA, [a_row("allowed", number)])
    found, _ = permissions(str(tmp_path / "TCC.db"), user=None)

    assert [answer] == [one.answer for one in found]


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_bytes(b"no database" * 100),
        lambda path: a_database(path, "service TEXT, client TEXT, verdict INTEGER", []),
        lambda path: a_database(
            path, BIG_SUR, [{**a_row("auth_value", 2), "last_modified": 1 << 62}]
        ),
    ],
)
def test_database_of_an_unknown_form_is_a_gap(tmp_path, write):
    """A damaged database, or one of a release to come, is said to be unread."""
    write(tmp_path / "TCC.db")
    found, gaps = permissions(str(tmp_path / "TCC.db"), user=None)

    assert () == found
    assert [Reason.UNPARSED] == [gap.reason for gap in gaps]


def test_missing_database_is_nobody_asked(tmp_path):
    """A user whom no program ever asked has no database, and that is no gap."""
    assert ((), ()) == permissions(str(tmp_path / "TCC.db"), user=None)


def test_denied_database_is_a_gap_that_names_full_disk_access(tmp_path, monkeypatch):
    """Without Full Disk Access the system denies the file even to root."""
    monkeypatch.setattr("builtins.open", _deny)
    found, gaps = permissions(str(tmp_path / "TCC.db"), user=None)

    assert () == found
    assert Reason.DENIED is gaps[0].reason
    assert "Full Disk Access" in gaps[0].detail


def _deny(path, mode="r"):
    raise PermissionError(1, "Operation not permitted", path)


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_job_is_read_in_both_forms(form):
    """A property list is text or binary; the command is what launchd runs."""
    job = {"Label": "org.spy", "ProgramArguments": ["/bin/sh", "-c", "x y"], "RunAtLoad": True}
    entry = parse_job(plistlib.dumps(job, fmt=form), path="/p", kind="launch-agent", user="bob")

    assert ("launch-agent", "org.spy", "/bin/sh -c x y", "bob") == (
        entry.kind,
        entry.name,
        entry.command,
        entry.user,
    )


def test_program_wins_over_the_first_argument():
    """launchd runs Program; the first of ProgramArguments is only what it is told it is called."""
    job = {"Label": "a", "Program": "/tmp/spy", "ProgramArguments": ["Finder", "-x"]}

    assert "/tmp/spy -x" == parse_job(plistlib.dumps(job), path="/p", kind="k", user=None).command


def test_disabled_job_starts_nothing():
    """A job that is switched off in its file is not reported as starting by itself."""
    job = plistlib.dumps({"Label": "a", "Program": "/tmp/spy", "Disabled": True})

    assert parse_job(job, path="/p", kind="k", user=None) is None


@pytest.mark.parametrize(
    "data", [b"", b"<plist>", b"bplist00" + b"\xff" * 40, plistlib.dumps([]), plistlib.dumps({})]
)
def test_file_that_is_no_job_is_refused(data):
    """What is no property list, or one without a program, is an error and so a gap."""
    with pytest.raises(ValueError, match=r"no |without"):
        parse_job(data, path="/p", kind="k", user=None)


def test_jobs_of_machine_and_users_are_found(tmp_path):
    """Agents of every user and daemons of the machine; a broken file is a gap beside them."""
    daemons = tmp_path / "Library" / "LaunchDaemons"
    agents = tmp_path / "Users" / "Zoë" / "Library" / "LaunchAgents"
    for place in (daemons, agents):
        place.mkdir(parents=True)
        (place / "a.plist").write_bytes(plistlib.dumps({"Label": "a", "Program": "/x"}))
    (agents / "b.plist").write_text("?")
    os.symlink("/nowhere", agents / "c.plist")
    where = folders(library=str(tmp_path / "Library"), users=str(tmp_path / "Users"))
    entries, gaps = launch_entries(where)

    assert [("launch-agent", "Zoë"), ("launch-daemon", None)] == [
        (entry.kind, entry.user) for entry in entries
    ]
    assert [Reason.UNPARSED] == [gap.reason for gap in gaps]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Identifier=us.zoom.xos\nAuthority=Developer ID Application: Zoom (BJ4)\n"
            "Authority=Developer ID Certification Authority\nTeamIdentifier=BJ4\n",
            Signature("Developer ID Application: Zoom (BJ4)"),
        ),
        (
            "Authority=Software Signing\nAuthority=Apple Root CA\nTeamIdentifier=not set\n",
            Signature("Software Signing"),
        ),
        (
            "Identifier=python3\nSignature=adhoc\nTeamIdentifier=not set\n",
            Signature(None, ad_hoc=True),
        ),
        ("/tmp/x: code object is not signed at all\n", Signature(None)),
        ("", None),
        ("/tmp/x: No such file or directory\n", None),
    ],
)
def test_codesign_tells_the_signer(text, expected):
    """The first authority signed; ad-hoc and none are nobody; anything else is not understood."""
    assert expected == parse_codesign(text)


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("12.6", "com.apple.SystemStatus"),
        ("13.2", "com.apple.SystemStatus"),
        ("13.3.1", "CMIOExtensionPropertyDeviceControlPID"),
        ("13.6", "--debug"),
        ("14.0", CONTROL_CENTER),
        ("27.0.1", CONTROL_CENTER),
    ],
)
def test_every_release_is_asked_in_its_own_words(version, words):
    """Which lines a release writes is known by its number."""
    assert any(words in word for word in question(release(version)))


@pytest.mark.parametrize(("text", "expected"), [("", (0, 0)), ("14", (14, 0)), ("x.y", (0, 0))])
def test_release_of_any_form_is_a_pair(text, expected):
    """A version that is none is older than every release."""
    assert expected == release(text)


@pytest.mark.parametrize(
    "row",
    [
        "garbage",
        "[1]",
        '{"timestamp": 5}',
        '{"timestamp": "x", "processImagePath": "", "eventMessage": ""}',
        "[" * 100_000,
        "9" * 5_000,
    ],
    ids=["no JSON", "a list", "numbers", "no time", "a deep nest", "a long number"],
)
def test_row_that_is_no_entry_is_counted(row):
    """A row of the log in an unknown form is counted as not understood; the summary is none."""
    facts = parse_log(f"{row}\n{END}\n")

    assert (1, 0) == (facts.unrecognised, facts.lines)


def test_usb_camera_has_its_numbers():
    """A USB camera's model id holds vendor and product in decimal."""
    model = "UVC Camera VendorID_1133 ProductID_2085"
    (camera,) = cameras([a_device(transport="usb ", model=model)])

    assert (Bus.USB, "046d", "0825") == (camera.bus, camera.vendor_id, camera.product_id)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (plistlib.dumps({"CFBundleIdentifier": "a.b"}), "a.b"),
        (plistlib.dumps({"CFBundleIdentifier": 5}), None),
        (plistlib.dumps([]), None),
        (b"?", None),
    ],
)
def test_application_is_known_by_its_bundle(data, expected):
    """An application's id stands in its Info.plist; without one it has none."""
    assert expected == bundle_id(data)
