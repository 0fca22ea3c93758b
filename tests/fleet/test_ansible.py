"""The playbook of docs/fleet.md, with real Ansible against real ssh servers on this machine."""

import os
import pwd
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from camcheck.fleet.ask import ask_files
from camcheck.report.read import read_report
from tests.report.need import need

pytestmark = pytest.mark.whole_run("Ansible, and servers of ssh")

PLAYBOOK = Path(__file__).parents[2] / "docs" / "fleet" / "scan.yml"
ADDRESSES = {"desk-1": "127.0.0.2", "desk-2": "127.0.0.3"}
SILENT = {"desk-3": "127.0.0.4"}  # nobody listens there


def free_port(address):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def wait_for(address, port, server):
    deadline = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((address, port)) == 0:
                return
    raise AssertionError(f"sshd did not come up: {server.returncode}")


@pytest.fixture
def machines(tmp_path):
    """Two ssh servers with keys of their own; gives an inventory of them and a silent third."""
    sshd = need("sshd", package="openssh-server")
    keygen = need("ssh-keygen", package="openssh-client")
    tmp_path.chmod(0o700)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd parts with its rights
    for name in ("user", *ADDRESSES):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    lines, known, servers = [], [], []
    try:
        for name, address in ADDRESSES.items():
            port = free_port(address)
            config = tmp_path / f"{name}.conf"
            config.write_text(
                f"ListenAddress {address}:{port}\nHostKey {tmp_path / name}\n"
                f"AuthorizedKeysFile {tmp_path / 'user.pub'}\nStrictModes no\nUsePAM no\n"
                f"PasswordAuthentication no\nPermitRootLogin prohibit-password\nPidFile none\n"
            )
            log = tmp_path / f"{name}.log"
            server = subprocess.Popen([sshd, "-D", "-E", log, "-f", config])
            servers.append(server)
            wait_for(address, port, server)
            key = (tmp_path / f"{name}.pub").read_text()
            known.append(f"[{address}]:{port} {key}")
            lines.append(f"{name} ansible_host={address} ansible_port={port}")
        lines += [
            f"{name} ansible_host={address} ansible_port=9" for name, address in SILENT.items()
        ]
        (tmp_path / "known").write_text("".join(known))
        options = f"-F none -o UserKnownHostsFile={tmp_path}/known -o StrictHostKeyChecking=yes"
        lines += [
            "[all:vars]",
            f"ansible_user={pwd.getpwuid(os.geteuid()).pw_name}",
            f"ansible_ssh_private_key_file={tmp_path}/user",
            f"ansible_ssh_common_args={options} -o ControlMaster=no",
            f"ansible_python_interpreter={sys.executable}",
            f"ansible_remote_tmp={tmp_path}/remote",
        ]
        (tmp_path / "inventory").write_text("\n".join(lines) + "\n")
        yield tmp_path
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(120)


def play(folder, *arguments):
    playbook = Path(sys.executable).with_name("ansible-playbook")
    if not playbook.exists():
        playbook = need("ansible-playbook", package="ansible-core")
    scratch = folder / "scratch"
    scratch.mkdir()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(scratch),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_NOCOLOR": "1",
    }
    return subprocess.run(
        [playbook, "-i", folder / "inventory", PLAYBOOK, "-e", "camcheck_become=false",
         "-e", f"camcheck_reports={folder}/reports", *arguments],
        env=environment, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


def test_a_fleet_is_scanned_and_the_reports_come_home(machines):
    """Two machines answer, the third is named as unreachable, and nothing is left on them."""
    command = f'{{"camcheck_command": ["{sys.executable}", "-m", "camcheck"]}}'
    before = set(Path("/tmp").glob("camcheck-*"))
    result = play(machines, "-e", command)
    reports = sorted(os.listdir(machines / "reports")) if "ok=" in result.stdout else result
    left = {*(machines / "scratch").glob("camcheck-*"), *Path("/tmp").glob("camcheck-*")} - before

    assert ["desk-1.json", "desk-1.ocsf.json", "desk-2.json", "desk-2.ocsf.json"] == reports
    assert 4 == result.returncode, "desk-3 cannot be reached, and Ansible says so"
    assert "desk-3" in result.stdout.partition("UNREACHABLE")[2]
    assert read_report(str(machines / "reports" / "desk-1.json")).report.redacted
    assert {"desk-1", "desk-2"} == {
        row[0] for row in ask_files("SELECT host FROM machines", [str(machines / "reports")]).rows
    }
    assert set() == left


def test_a_machine_where_camcheck_fails_is_a_failure(machines):
    """An answer that was not given is not taken for one."""
    command = '{"camcheck_command": ["/bin/false"]}'
    result = play(machines, "-e", command, "--limit", "desk-1")

    assert 2 == result.returncode
    assert "failed=1" in result.stdout
    assert not (machines / "reports").exists()
