"""The playbook of docs/fleet.md, with real Ansible against real ssh servers on this machine."""

import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from camcheck.fleet.ask import ask_files
from camcheck.report.read import read_report
from tests.report.need import need

pytestmark = pytest.mark.whole_run("Ansible, and servers of ssh")

PLAYBOOK = Path(__file__).parents[2] / "docs" / "fleet" / "scan.yml"
ADDRESSES = {"desk-1": "127.0.0.2", "desk-2": "127.0.0.3"}
SILENT = {"desk-3": "127.0.0.4"}  # nobody listens there
REPOSITORY = Path(__file__).parents[2]
CAMCHECK = f'{{"camcheck_command": ["{sys.executable}", "-m", "camcheck"]}}'


class Account(NamedTuple):
    """An account of this machine, and its number."""

    name: str
    uid: int


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
def shared():
    """A folder that every account may enter."""
    with tempfile.TemporaryDirectory(prefix="fleet-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def accounts(shared):
    """For each machine an account of its own, made for the test; our own where we are not root."""
    if os.geteuid() != 0:
        own = pwd.getpwuid(os.geteuid()).pw_name
        yield dict.fromkeys(ADDRESSES, Account(own, os.geteuid()))
        return
    useradd = need("useradd", package="passwd")
    made = {name: f"camcheck-{secrets.token_hex(4)}" for name in ADDRESSES}
    try:
        for name in made.values():
            # a password that nobody has; with the default, "!", sshd would take it for locked
            home = ("--create-home", "--home-dir", shared / name, "--shell", "/bin/sh")
            subprocess.run([useradd, *home, "--password", "*", name], check=True)
        yield {machine: Account(name, pwd.getpwnam(name).pw_uid) for machine, name in made.items()}
    finally:
        for name in made.values():
            subprocess.run(["userdel", "--force", "--remove", name], capture_output=True)


def machine(name, shared):
    """The beginning of a command that has a name of its own for its machine, and in which every
    account can run this Python and this camcheck, also when they are in a folder that is closed.
    """
    if os.geteuid() != 0:
        return ()
    wanted = [str(path) for path in (Path(sys.base_prefix), Path(sys.prefix), REPOSITORY)]
    closed = {str(path) for one in wanted for path in Path(one).parents if closed_to_others(path)}
    kept = shared / f"kept-{name}"
    lines = [f"hostname {name}"]
    for number, path in enumerate(wanted):
        lines.append(f"mkdir -p {kept}/{number} && mount --bind {path} {kept}/{number}")
    lines += (f"mount -t tmpfs -o mode=755 none {path}" for path in sorted(closed))
    for number, path in enumerate(wanted):
        lines.append(f"mkdir -p {path} && mount --bind {kept}/{number} {path}")
    script = " && ".join((*lines, 'exec "$@"'))
    return ("unshare", "--mount", "--uts", "sh", "-c", script, "sh")


def closed_to_others(path):
    return not path.stat().st_mode & stat.S_IXOTH


@pytest.fixture
def machines(tmp_path, shared, accounts):
    """Two ssh servers with keys of their own; gives an inventory of them and a silent third."""
    sshd = need("sshd", package="openssh-server")
    keygen = need("ssh-keygen", package="openssh-client")
    tmp_path.chmod(0o700)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd parts with its rights
    for name in ("user", *ADDRESSES):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True)
    shutil.copy(tmp_path / "user.pub", shared)
    lines, known, servers = [], [], []
    try:
        for name, address in ADDRESSES.items():
            port = free_port(address)
            config = tmp_path / f"{name}.conf"
            config.write_text(
                f"ListenAddress {address}:{port}\nHostKey {tmp_path / name}\n"
                f"AuthorizedKeysFile {shared / 'user.pub'}\nStrictModes no\nUsePAM no\n"
                f"PasswordAuthentication no\nAllowUsers {accounts[name].name}\nPidFile none\n"
            )
            log = tmp_path / f"{name}.log"
            command = (*machine(name, shared), sshd, "-D", "-E", log, "-f", config)
            server = subprocess.Popen(command)
            servers.append(server)
            wait_for(address, port, server)
            key = (tmp_path / f"{name}.pub").read_text()
            known.append(f"[{address}]:{port} {key}")
            user = accounts[name].name
            lines.append(f"{name} ansible_host={address} ansible_port={port} ansible_user={user}")
        lines += [
            f"{name} ansible_host={address} ansible_port=9" for name, address in SILENT.items()
        ]
        (tmp_path / "known").write_text("".join(known))
        options = f"-F none -o UserKnownHostsFile={tmp_path}/known -o StrictHostKeyChecking=yes"
        lines += [
            "[all:vars]",
            f"ansible_ssh_private_key_file={tmp_path}/user",
            f"ansible_ssh_common_args={options}",
            f"ansible_python_interpreter={sys.executable}",
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
        "ANSIBLE_SSH_ARGS": "-C",  # a socket that lasts would have a path too long for the system
    }
    return subprocess.run(
        [playbook, "-i", folder / "inventory", PLAYBOOK, "-e", "camcheck_become=false",
         "-e", f"camcheck_reports={folder}/reports", *arguments],
        env=environment, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


def test_a_fleet_is_scanned_and_the_reports_come_home(machines, accounts):
    """Two machines answer, each by its own account; the third is named as unreachable; nothing is
    left on them."""
    result = play(machines, "-e", CAMCHECK, "-e", "camcheck_full=true")
    reports = sorted(os.listdir(machines / "reports")) if "ok=" in result.stdout else result

    assert ["desk-1.json", "desk-1.ocsf.json", "desk-2.json", "desk-2.ocsf.json"] == reports
    assert 4 == result.returncode, "desk-3 cannot be reached, and Ansible says so"
    assert "desk-3" in result.stdout.partition("UNREACHABLE")[2]
    for name, account in accounts.items():
        snapshot = read_report(str(machines / "reports" / f"{name}.json")).report.snapshot
        assert account.name == snapshot.asker
        assert os.geteuid() or name == snapshot.host.name
    owners = {account.uid for account in accounts.values()}
    left = [path for path in Path("/tmp").glob("camcheck-*") if path.lstat().st_uid in owners]
    assert [] == [path for path in left if os.geteuid() == 0]


def test_names_are_replaced_and_files_are_named_after_the_machines(machines, accounts):
    """Without being asked for names: neither account nor machine is in what comes home."""
    play(machines, "-e", CAMCHECK, "--limit", "desk-1,desk-2")
    hosts = ask_files("SELECT host FROM machines", [str(machines / "reports")]).rows
    text = (machines / "reports" / "desk-1.json").read_text()

    assert {("desk-1",), ("desk-2",)} == set(hosts)
    assert accounts["desk-1"].name not in text


def test_a_machine_where_camcheck_fails_is_a_failure(machines):
    """An answer that was not given is not taken for one."""
    command = '{"camcheck_command": ["/bin/false"]}'
    result = play(machines, "-e", command, "--limit", "desk-1")

    assert 2 == result.returncode
    assert "failed=1" in result.stdout
    assert not (machines / "reports").exists()
