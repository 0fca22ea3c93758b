"""The Debian packages: judged by Debian's own tools, and their life in a clean Debian."""

import re
import subprocess
from pathlib import Path

import pytest

from .root import PATH, Machine

UNIT = "camcheck-monitor.service"
ENABLED = f"/etc/systemd/system/multi-user.target.wants/{UNIT}"
HISTORY = "/var/lib/camcheck/history.sqlite3"
WINDOW = "/var/lib/camcheck/run/window"
PYTHON = "/usr/lib/camcheck/bin/python"


def tool(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["camcheck", "camcheck-window"])
def test_lintian_finds_no_error(debs: dict[str, Path], name: str):
    """Debian's own judgement, which no override keeps from anything."""
    told = tool("lintian", "--allow-root", "--fail-on", "error", "--tag-display-limit", "0",
                str(debs[name]))  # fmt: skip

    assert "E:" not in told


def test_the_files_of_the_desktop_are_valid(debs: dict[str, Path], tmp_path: Path):
    """As they are in the package; the icon that they name is there."""
    tool("dpkg-deb", "-x", str(debs["camcheck-window"]), str(tmp_path))
    share = tmp_path / "usr/share"
    tool("desktop-file-validate", str(share / "applications/org.camcheck.window.desktop"))
    tool(
        "appstreamcli",
        "validate",
        "--no-net",
        str(share / "metainfo/org.camcheck.window.metainfo.xml"),
    )
    entry = (share / "applications/org.camcheck.window.desktop").read_text()
    icon = re.search("^Icon=(.*)$", entry, re.MULTILINE)

    assert icon
    assert (share / f"icons/hicolor/scalable/apps/{icon[1]}.svg").read_text().startswith("<svg")


def install(machine: Machine, *packages: Path) -> None:
    machine.do("dpkg", "--install", *(machine.put(package) for package in packages))


def newer(package: Path, folder: Path, version: str) -> Path:
    """The same package with a later version, and one file less."""
    tool("dpkg-deb", "-R", str(package), str(folder))
    control = folder / "DEBIAN/control"
    control.write_text(re.sub("(?m)^Version: .*$", f"Version: {version}", control.read_text()))
    (folder / "usr/lib/camcheck/lib/python3/site-packages/camcheck/serial.py").unlink()
    made = folder.with_suffix(".deb")
    tool("dpkg-deb", "-Zgzip", "-z1", "--root-owner-group", "-b", str(folder), str(made))
    return made


def test_it_is_installed_asked_for_upgraded_removed_and_purged(
    machine: Machine, debs: dict[str, Path], tmp_path: Path
):
    """Nothing starts by itself; what was asked for stays on upgrades; a purge leaves nothing."""
    before = machine.files()
    install(machine, debs["camcheck"])
    installed = machine.files()

    assert ENABLED not in installed
    assert not [name for name in installed - before if "/etc/" in name]
    assert "Not installed" in machine.run("camcheck", "monitor", "status", "--system").stdout

    machine.do("systemctl", "enable", UNIT)
    machine.do("sh", "-c", f"mkdir -p /var/lib/camcheck; touch {HISTORY}")
    said = machine.run("camcheck", "monitor", "status", "--system").stdout
    assert f"Installed as a service ({UNIT})" in said

    install(machine, newer(debs["camcheck"], tmp_path / "newer", "99.0"))
    upgraded = machine.files()
    assert {ENABLED, HISTORY} <= upgraded
    assert not [name for name in upgraded if "serial" in name and "/usr/lib/camcheck" in name]

    machine.do("dpkg", "--remove", "camcheck")
    removed = machine.files()
    assert {HISTORY} == {name for name in removed - before if "/var/lib/camcheck" in name}
    assert not [name for name in removed - before if name.startswith("/usr")]

    machine.do("dpkg", "--purge", "camcheck")
    assert set() == machine.files() ^ before
    assert machine.run("test", "-e", "/var/lib/camcheck").returncode


def test_the_monitor_that_is_installed_is_the_one_that_the_package_brought(
    machine: Machine, debs: dict[str, Path]
):
    """`camcheck monitor install` finds its own words there, for all users and for one: it writes
    no second unit. Root's starts Python in isolation."""
    install(machine, debs["camcheck"])
    code = (
        "from camcheck.monitor.service import plan\n"
        "for all in (True, False):\n"
        "    made = plan(for_all=all)\n"
        "    print(made.path == made.shipped and open(made.shipped).read() == made.files[0][1])"
    )
    assert ["True", "True"] == machine.do(PYTHON, "-I", "-c", code).split()
    unit = machine.do("cat", f"/lib/systemd/system/{UNIT}")
    assert f'ExecStart="{PYTHON}" "-I" "-m" "camcheck" "monitor"\n' in unit


def test_it_looks_and_no_code_that_lies_about_runs(machine: Machine, debs: dict[str, Path]):
    """As root, in a hostile folder and environment: a whole look, and not a word of warning."""
    install(machine, debs["camcheck"])
    trap = machine.layer / "upper/trap"
    trap.mkdir()
    for name in ("click", "ctypes", "sitecustomize", "usercustomize", "camcheck", "json"):
        (trap / f"{name}.py").write_text("open('/it-ran', 'w')\n")
    names = ("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONSTARTUP")
    hostile = dict.fromkeys(names, "/trap")
    command = ("env", "-C", "/trap", *(f"{name}={value}" for name, value in hostile.items()))
    for words in (("scan",), ("scan", "--format", "json"), ("explain",), ("monitor", "status")):
        done = machine.run(*command, "camcheck", *words)
        assert done.returncode in (0, 3, 20)
        assert "" == done.stderr
        assert "No camera" in done.stdout or words != ("scan",)
    assert machine.run("test", "-e", "/it-ran").returncode


def test_it_can_tell_the_desktop_and_completes_words(machine: Machine, debs: dict[str, Path]):
    """The library of notifications is carried; bash completes commands by the package's file."""
    install(machine, debs["camcheck"])
    machine.do(PYTHON, "-I", "-c", "import desktop_notifier, dbus_fast.aio")
    script = (
        ". /usr/share/bash-completion/completions/camcheck\n"
        "COMP_WORDS=(camcheck his) COMP_CWORD=1\n"
        "_camcheck_completion camcheck; echo ${COMPREPLY[@]}"
    )

    assert "history" == machine.do("bash", "-c", script).strip()


def test_the_manual_has_a_page_for_each_command(debs: dict[str, Path], tmp_path: Path):
    """Made from the commands' help: without a complaint of groff, with every option of scan."""
    tool("dpkg-deb", "-x", str(debs["camcheck"]), str(tmp_path))
    pages = {page.name: page for page in (tmp_path / "usr/share/man/man1").iterdir()}
    from camcheck.cli.commands import camcheck

    assert {f"camcheck-{name}.1.gz" for name in camcheck.list_commands(None)} < set(pages)
    for name, page in pages.items():
        text = subprocess.run(["gzip", "-dc", str(page)], capture_output=True, check=True).stdout
        shown = subprocess.run(
            ["groff", "-man", "-Tascii", "-ww"], input=text, capture_output=True, check=True
        )
        assert b"" == shown.stderr, name
        if name == "camcheck-scan.1.gz":
            plain = re.sub(b".\b|\x1b\\[[0-9]*m", b"", shown.stdout)
            assert all(word in plain for word in (b"--probe", b"--offline-hive", b"--baseline"))


def test_the_window_finds_all_that_it_loads(machine: Machine, debs: dict[str, Path]):
    """What it carries of Qt lacks no library that the package does not ask for, and its window
    opens in a clean Debian; a second start brings up the first."""
    install(machine, debs["camcheck"], debs["camcheck-window"])
    site = "/usr/lib/camcheck/lib/python3/site-packages"
    looked = machine.do("sh", "-c", f"find {site} -name '*.so*' -exec ldd {{}} + || true")
    lacking = {line.split()[0] for line in looked.splitlines() if "not found" in line}
    gtk = {name for name in lacking if re.match("lib(gtk|gdk|pango|harfbuzz|atk|cairo)", name)}
    assert set() == lacking - gtk, "GTK's looks alone are left to who has GTK"
    wait = f"until [ -S {WINDOW} ]; do kill -0 $window && sleep 0.1 || exit 1; done"
    both = f"camcheck window & window=$!; {wait}; camcheck window && kill $window && wait $window"
    machine.do("sh", "-c", both, env={"QT_QPA_PLATFORM": "offscreen", "PATH": PATH})
    entry = machine.do("cat", "/usr/share/applications/org.camcheck.window.desktop")

    assert "Exec=camcheck window\n" in entry
