"""All executables that Debian ships, by the contents index that apt keeps of its own sources."""

import os
import shutil
import subprocess
from pathlib import Path

_TARGET = "Acquire::IndexTargets::deb::Contents-deb"
_CONFIGURATION = """
Dir::State::lists "{lists}";
{target} {{
  MetaKey "$(COMPONENT)/Contents-$(ARCHITECTURE)";
  ShortDescription "Contents-$(ARCHITECTURE)";
  Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Contents";
  flatMetaKey "Contents-$(ARCHITECTURE)";
  flatDescription "$(RELEASE) Contents";
  PDiffs "false";
  KeepCompressed "true";
  DefaultEnabled "true";
  Identifier "Contents-deb";
}};
"""
_PROGRAMS = ("bin/", "sbin/", "usr/bin/", "usr/sbin/", "usr/games/", "usr/libexec/")
_STARTS = ("etc/xdg/autostart/", "etc/cron", "usr/lib/systemd/", "lib/systemd/", "etc/profile.d/")
_HELPER = "/usr/lib/apt/apt-helper"


class NotAvailableError(Exception):
    """The index cannot be had here; the text says why."""


def contents(folder: Path) -> tuple[list[str], list[str]]:
    """Paths of programs and of start files. Raises NotAvailableError where apt has no index."""
    if shutil.which("apt-get") is None or not os.path.exists(_HELPER):
        raise NotAvailableError("this system has no apt")
    lists = folder / "lists"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    configuration = folder / "apt.conf"
    configuration.write_text(_CONFIGURATION.format(lists=lists, target=_TARGET))
    environment = {**os.environ, "APT_CONFIG": str(configuration), "LC_ALL": "C"}
    update = subprocess.run(
        ["apt-get", "-qq", "update"], env=environment, capture_output=True, text=True, timeout=300
    )
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(FILENAME)", "Created-By: Contents-deb"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [name for name in targets.stdout.split() if os.path.exists(name)]
    if not files:
        raise NotAvailableError(f"apt could not fetch the index: {update.stderr.strip()[-200:]}")
    return _read(files, environment)


def _read(files: list[str], environment: dict[str, str]) -> tuple[list[str], list[str]]:
    programs: set[str] = set()
    starts: set[str] = set()
    for name in files:
        with subprocess.Popen(
            [_HELPER, "cat-file", name], env=environment, stdout=subprocess.PIPE, text=True
        ) as reading:
            assert reading.stdout is not None
            for line in reading.stdout:
                if line.startswith(_PROGRAMS):
                    programs.add("/" + line.rsplit(None, 1)[0])
                elif line.startswith(_STARTS):
                    starts.add("/" + line.rsplit(None, 1)[0])
    return sorted(programs), sorted(starts)
