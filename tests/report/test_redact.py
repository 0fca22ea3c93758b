"""What is private does not leave in a report that says it was redacted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camcheck.findings import Report
from camcheck.model import Permission, Permit, PersistenceEntry
from camcheck.render import json as render_json
from camcheck.report import secrets
from camcheck.report.redact import redact
from tests.builders import a_use
from tests.report.sample import CAMERA, SERIAL, a_camera, a_process, a_report, a_snapshot
from tests.report.strategies import reports

HOST, USER = "zolas-rechner", "ottilie.q"
PLANTS = {
    "user": USER,
    "host": HOST,
    "serial": "SN-77Q31",
    "password": "hunter2-Åß",
    "token": "Zk9-tok",
    "url": "bob:pa55",
    "mail": "ottilie@example.org",
}
AROUND = {
    **dict.fromkeys(("user", "host", "serial", "mail"), "{}"),
    "password": "mpv --rtsp-password={} now",
    "token": "curl --token '{}'",
    "url": "rtsp://{}@198.51.100.7/live",
}


def planted() -> st.SearchStrategy[str]:
    """Text that has one of the secrets in it, as it would stand there."""
    texts = [AROUND[kind].format(secret) for kind, secret in PLANTS.items()]
    return st.tuples(st.sampled_from(["", "see ", "/run/", "\x1b[1m"]), st.sampled_from(texts)).map(
        "".join
    )


def with_names(report: Report) -> Report:
    """``report`` of a machine on which the planted names are the real ones."""
    snapshot = report.snapshot
    return report._replace(
        redacted=False,
        snapshot=snapshot._replace(
            host=snapshot.host._replace(name=HOST),
            cameras=(*snapshot.cameras, a_camera(serial=PLANTS["serial"])),
            processes=(*snapshot.processes, a_process(user=USER)),
        ),
    )


def _of_ours(findings):
    """The same findings with names of checks and rules, which camcheck gives and no machine."""
    return tuple(
        item._replace(check="c", signature=item.signature and item.signature._replace(id="i"))
        for item in findings
    )


@settings(max_examples=80, deadline=None)
@given(reports(text=planted()))
def test_a_planted_secret_in_any_field_is_gone(report):
    """Whatever field holds a name, serial number or secret: the redacted report does not."""
    report = with_names(report)._replace(camcheck_version="1", rules_version="1")
    report = report._replace(
        checks=tuple(run._replace(check="c", title="t") for run in report.checks),
        findings=_of_ours(report.findings),
        past=tuple(one._replace(findings=_of_ours(one.findings)) for one in report.past),
    )
    text = render_json.render(redact(report)).encode().decode("unicode-escape")

    assert [] == [secret for secret in PLANTS.values() if secret.casefold() in text.casefold()]


@settings(max_examples=40, deadline=None)
@given(reports())
def test_a_redacted_report_is_redacted_once(report):
    """Redacting again changes nothing, tokens are not replaced by tokens."""
    once = redact(report)

    assert once.redacted
    assert once == redact(once)


def test_the_same_name_is_the_same_token():
    """Whoever reads the report can still see what belongs together."""
    report = redact(a_report())
    spy = next(item for item in report.snapshot.processes if item.name == "fontd")

    assert "{user-1}" == spy.user
    assert "/home/{user-1}/.cache/.fontd/fontd" == spy.exe
    assert (spy.exe,) == report.findings[0].subject.programs
    assert "{host-1}" == report.snapshot.host.name
    assert "usb:046d:0825:{serial-1}" == report.snapshot.cameras[0].id
    assert {report.snapshot.cameras[0].id} == {item.camera for item in report.snapshot.holders}
    assert "{serial-1}" == report.snapshot.cameras[0].serial


def test_what_the_technician_needs_stays():
    """Hashes, units, checks, times, remote addresses and accounts of the system are no secrets."""
    before, after = a_report(), redact(a_report())
    processes = after.snapshot.processes

    assert ["root", "{user-1}", "{user-1}", "{user-1}"] == [item.user for item in processes]
    assert before.snapshot.processes[3].sha256 == processes[3].sha256
    assert ["init.scope", "user@1000.service"] == [item.unit for item in processes[:2]]
    assert [item.check for item in before.findings] == [item.check for item in after.findings]
    assert before.snapshot.connections == after.snapshot.connections


def test_a_secret_is_gone_where_it_is_only_quoted():
    """A secret known from the command line is replaced in a sentence about it as well."""
    finding = a_report().findings[0]._replace(explanation="It was given s3cr3t-token.")

    assert (
        "It was given {secret-1}." == redact(a_report(findings=(finding,))).findings[0].explanation
    )


def test_names_of_folders_and_domains_are_users_as_well():
    """A user who runs nothing is known by the folder, one of Windows by domain and name."""
    snapshot = a_snapshot(
        processes=(a_process(user="WERKSTATT\\ottilie", exe=r"C:\Users\Otti Lie\x.exe", cwd="/"),),
        persistence=(PersistenceEntry("cron", "/home/zo/job", "job", "/home/zo/x of zo", None),),
    )
    text = str(redact(a_report(snapshot=snapshot)).snapshot)

    assert [] == [
        word for word in ("ottilie", "Otti Lie", "WERKSTATT", "/zo", "of zo") if word in text
    ]


def test_a_short_name_is_replaced_as_a_word_only():
    """A user named "al" does not make nonsense of every word with these letters."""
    snapshot = a_snapshot(processes=(a_process(user="al", exe="/home/al/alarm", cmdline=()),))
    process = redact(a_report(snapshot=snapshot)).snapshot.processes[0]

    assert "/home/{user-1}/alarm" == process.exe


def test_a_serial_number_of_one_letter_leaves_its_field():
    """It cannot be replaced in texts, and says next to nothing; its own field hides it still."""
    cameras = (a_camera(serial="7"), a_camera(id=CAMERA.replace(SERIAL, "port-2"), serial=None))
    report = redact(a_report(snapshot=a_snapshot(cameras=cameras)))

    assert ["{serial-0}", None] == [camera.serial for camera in report.snapshot.cameras]


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (("ffmpeg", "--password", "a b c"), {"a b c"}),
        (("x", "--api-key=k3y with spaces"), {"k3y with spaces", "k3y"}),
        (("x", "PGPASSWORD=geheim"), {"geheim"}),
        (("mysql", "-pgeheim"), {"geheim"}),
        (("/usr/bin/sshpass", "-p", "geheim", "ssh"), {"geheim"}),
        (("curl", "-u", "me:geheim"), {"me:geheim"}),
        (
            ("curl", "-H", "Authorization: Bearer abcdef123"),
            {"abcdef123", "Bearer abcdef123", "Bearer"},
        ),
        (("x", "https://h/?token=abc123&x=1"), {"abc123", "abc123&x=1"}),
        (("x", "ghp_abcdefghijklmnop0123"), {"ghp_abcdefghijklmnop0123"}),
        (("x", "eyJhbGciOiJI.eyJzdWIi.c2ln"), {"eyJhbGciOiJI.eyJzdWIi.c2ln"}),
        (("x", '{"password": "geheim"}'), {"geheim", 'geheim"}'}),
        (("ffmpeg", "-i", "/dev/video0", "-p", "8080", "--auth", "true"), set()),
        (("python3", "author.py", "--pinned", "spinning: fast"), set()),
    ],
)
def test_secrets_of_command_lines(command, found):
    """Options, assignments, addresses with passwords, shapes of keys; and no ordinary word."""
    assert found == set(secrets.in_command(command))


@pytest.mark.parametrize(
    "bait", ["a", "a.-", "a@", "pwd", "--", "pwd   ", "-----BEGIN KEY-----", "/home/"]
)
def test_no_text_keeps_the_search_busy(bait):
    """Text made to confuse a pattern takes about as long as any other (under two seconds here)."""
    import time

    start = time.process_time()
    list(secrets.in_text(bait * (65_000 // len(bait))))

    assert time.process_time() - start < 2


def test_a_user_who_is_only_remembered_is_redacted():
    """Somebody whom only the system's notes of camera use or of permissions name is a user too."""
    use = a_use(user="ottilie")
    permission = Permission("us.zoom.xos", "kunigunde", Permit.ALLOWED, None, "TCC.db")
    report = a_report(snapshot=a_snapshot(history=(use,), permissions=(permission,)))
    text = render_json.render(redact(report))

    assert "ottilie" not in text
    assert "kunigunde" not in text
    assert "{user-" in redact(report).snapshot.history[0].user


@pytest.mark.parametrize(
    ("host", "camera", "shown"),
    [
        ("lab", "Lab Webcam", "Lab Webcam"),
        ("lab", "lab", "{host-1}"),
        ("lab", "Lab of ottilie", "{host-1} of {user-1}"),
        ("zolas-rechner", "zolas-rechner's phone", "{host-1}'s phone"),
    ],
)
def test_a_word_of_the_trade_is_no_secret_in_a_cameras_name(host, camera, shown):
    """A token in the name of a camera that everybody knows would give the host's name away."""
    snapshot = a_snapshot(
        host=a_snapshot().host._replace(name=host),
        cameras=(a_camera(name=camera),),
        processes=(a_process(user="ottilie"),),
    )

    assert shown == redact(a_report(snapshot=snapshot)).snapshot.cameras[0].name
