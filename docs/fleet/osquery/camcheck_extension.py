#!/usr/bin/env python3
"""Tables camcheck_holders and camcheck_stories for osquery (pip install osquery camcheck).

osqueryd starts it as an extension (docs/fleet.md). Each query of a table is a scan, so ask
sparingly: every hour, not every minute. Names in people's own folders are as the scan sees them.
"""

import json
import os
import shlex
import subprocess

import osquery

HOLDERS = ("camera", "pid", "via", "node", "role", "program", "exe", "package", "user", "sha256")
STORIES = ("id", "about", "name", "file", "whose", "user", "doing", "camera", "severity", "reasons")
ANSWERS = (0, 3, 10, 11, 12, 13, 14)
LONGEST = 120  # seconds of a scan


def scanned() -> dict:
    """The report of a scan made now; empty, and said in osquery's log, where it failed."""
    command = shlex.split(os.environ.get("CAMCHECK_COMMAND", "camcheck"))
    done = subprocess.run(
        [*command, "scan", "--format", "json"], capture_output=True, timeout=LONGEST, check=False
    )
    if done.returncode not in ANSWERS:
        raise RuntimeError(f"camcheck failed with {done.returncode}: {done.stderr[-200:]!r}")
    return json.loads(done.stdout)


def holders(report: dict) -> list[dict[str, str]]:
    """Who has a camera open, with the program."""
    programs = {(one["pid"], one["started"]): one for one in report["processes"]}
    rows = []
    for one in report["holders"]:
        program = programs.get((one["pid"], one["started"]), {})
        rows.append({**program, **one, "program": program.get("name")})
    return [picked(row, HOLDERS) for row in rows]


def stories(report: dict) -> list[dict[str, str]]:
    """What there is to say of each program."""
    told = report["answer"]["stories"]
    return [picked({**one, "reasons": " ".join(one["reasons"])}, STORIES) for one in told]


def picked(row: dict, names: tuple[str, ...]) -> dict[str, str]:
    """osquery takes texts only; what is not known is empty."""
    return {name: "" if row.get(name) is None else str(row[name]) for name in names}


def columns(names: tuple[str, ...]) -> list[osquery.TableColumn]:
    return [
        osquery.TableColumn(name=name, type=osquery.INTEGER if name == "pid" else osquery.STRING)
        for name in names
    ]


@osquery.register_plugin
class Holders(osquery.TablePlugin):
    def name(self):
        return "camcheck_holders"

    def columns(self):
        return columns(HOLDERS)

    def generate(self, context):
        return holders(scanned())


@osquery.register_plugin
class Stories(osquery.TablePlugin):
    def name(self):
        return "camcheck_stories"

    def columns(self):
        return columns(STORIES)

    def generate(self, context):
        return stories(scanned())


if __name__ == "__main__":
    osquery.start_extension(name="camcheck", version="1.0.0")
