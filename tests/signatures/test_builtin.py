"""The rules inside the package: compiled when it is built, or when a checkout is newer."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from camcheck.signatures import builtin
from camcheck.signatures.build import BrokenRuleError, build, keep
from camcheck.signatures.compiled import compiled, thawed
from camcheck.signatures.field import PRODUCTS

ROOT = Path(__file__).parents[2]
HEAVY = {"yaml", "json", "csv", "regex", "yara_x", "subprocess", "hashlib", "ipaddress"}


@pytest.fixture
def rules(tmp_path):
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    return tmp_path / "rules"


def test_constants_are_the_rules(rules, tmp_path):
    """What is written and read again is what was compiled."""
    modules = build(str(rules))
    keep(modules, str(tmp_path))

    for product in PRODUCTS:
        namespace = {}
        exec((tmp_path / f"{product}.py").read_text(), namespace)
        assert thawed(modules[product]["RULES"]) == thawed(namespace["RULES"])
        assert thawed(namespace["RULES"]).groups


def test_version_is_of_the_contents_alone(rules):
    """The same rules have the same version anywhere; one changed word has another."""
    before = build(str(rules))["linux"]["VERSION"]
    again = build(str(ROOT / "rules"))["linux"]["VERSION"]
    path = rules / "linux/malware/mokes_path.yml"
    path.write_text(path.read_text().replace("Mokes runs", "Mokes is running"))

    assert before == again
    assert before != build(str(rules))["linux"]["VERSION"]


def test_broken_rule_stops_the_build_with_file_and_line(rules):
    """No package without one of its rules."""
    path = rules / "linux/malware/mokes_path.yml"
    path.write_text(path.read_text().replace("Image|endswith", "Nothing|endswith"))

    with pytest.raises(BrokenRuleError, match=r"mokes_path\.yml:\d+: field 'Nothing'"):
        build(str(rules))


def test_broken_hash_stops_the_build(rules):
    """A line that is no digest is named."""
    with open(rules / "hashes/camera_malware.csv", "a") as file:
        file.write("0123,1,x,https://x\n")

    with pytest.raises(BrokenRuleError, match=r"camera_malware\.csv:\d+: this is no SHA-256"):
        build(str(rules))


def test_newer_rule_makes_the_constants_stale(rules, tmp_path, monkeypatch):
    """A changed, a new and a removed rule are each seen; unchanged ones are not compiled again."""
    monkeypatch.setattr(builtin, "HERE", str(tmp_path))
    written = tmp_path / "linux.py"
    written.write_text("")
    path = rules / "linux/malware/mokes_path.yml"

    def stale(at):
        os.utime(written, ns=(at, at))
        return builtin._is_stale("linux", str(rules))

    now = time.time_ns() + 10**12
    assert stale(now) is False
    os.utime(path, ns=(now + 1000, now + 1000))
    assert stale(now) is True
    assert stale(now + 1000) is False
    os.utime(path.parent, ns=(now + 2000, now + 2000))
    assert stale(now + 1000) is True
    written.unlink()
    assert builtin._is_stale("linux", str(rules)) is True


def test_nothing_is_written_into_a_folder_of_somebody_else(rules, tmp_path, monkeypatch):
    """An administrator who scans from a user's checkout leaves no file there."""
    monkeypatch.setattr(os, "geteuid", lambda: os.stat(tmp_path).st_uid + 1, raising=False)
    keep(build(str(rules)), str(tmp_path))

    assert not (tmp_path / "linux.py").exists()


def test_scan_loads_no_yaml_and_no_json():
    """Comparing an ordinary machine with the rules imports nothing heavy, and no texts."""
    builtin.rules("linux")  # compiles them, should the checkout be newer
    script = """
import sys
from datetime import UTC, datetime
from camcheck.model import Host, Process, Snapshot
from camcheck.checks.known_bad import KnownBad
now = datetime.now(UTC)
shell = Process(1, now, "sh", exe="/bin/sh", ppid=0)
snapshot = Snapshot(Host("Linux", "", "", "", ""), now, now, elevated=True, processes=(shell,))
assert [] == list(KnownBad().run(snapshot))
print(*sys.modules)
"""
    # The measuring of coverage loads modules of its own into every child.
    plain = {name: value for name, value in os.environ.items() if "COV" not in name}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=plain)
    loaded = set(done.stdout.split())

    assert "camcheck.signatures.builtin.linux" in loaded
    assert "camcheck.signatures.builtin.text" not in loaded
    assert set() == HEAVY & loaded


def test_wheel_carries_the_rules(tmp_path):
    """The hook puts the constants into the wheel, and they work without the checkout.

    The checkout is somebody else's where that can be: an administrator installs from it as well.
    """
    from hatchling.builders.wheel import WheelBuilder

    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("camcheck", "rules"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for product in (*PRODUCTS, "text"):
        (checkout / f"camcheck/signatures/builtin/{product}.py").unlink(missing_ok=True)
    for name in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py", ".gitignore"):
        shutil.copy(ROOT / name, checkout)
    if hasattr(os, "chown") and os.geteuid() == 0:
        os.chown(checkout / "camcheck/signatures/builtin", 65534, 65534)
    (wheel,) = WheelBuilder(str(checkout)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r}); "
        "from camcheck.signatures import builtin; print(builtin.version('linux'), builtin.HERE)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )

    version, _, here = done.stdout.strip().partition(" ")
    assert builtin.version("linux") == version
    assert here.startswith(str(tmp_path / "installed"))


def test_matching_keeps_its_budget():
    """500 rules on 1,000 processes, with room for a slow and busy machine; the aim is 10 ms."""
    from tests.signatures.bench import match_milliseconds

    gathered, matched = match_milliseconds()

    assert matched < 40
    assert gathered < 40


def test_every_system_has_rules_of_its_own():
    """No system is forgotten, and rules for any system are in each."""
    sizes = {
        product: sum(len(group.rules) for _, group in builtin.rules(product).groups)
        for product in PRODUCTS
    }

    assert all(size > 25 for size in sizes.values())
    with pytest.raises(ValueError, match="plan9"):
        compiled([], [], product="plan9")
