"""Stores a report as a recorded snapshot, without the paths of the machine that recorded it.

    scripts/lab sh -c "cd $PWD && python3 -m tests.lab.guest.recording" > /tmp/linux.json
    python -m tests.recorded.record linux /tmp/linux.json $PWD=/srv/camcheck

Windows: run tests/windows/test_infected.py with CAMCHECK_RECORD set, then the same with windows.
macOS: `python -m tests.recorded.record macos` makes it.
"""

import json
import sys
from pathlib import Path

from camcheck.findings import Report
from camcheck.render import json as render_json
from camcheck.report.read import parse
from camcheck.report.redact import redact
from tests.recorded import macos

HERE = Path(__file__).parent


def main(system: str, *words: str) -> None:
    """``words``: the file, and texts to be replaced as OLD=NEW; none of them for macOS."""
    if system == "macos":
        store(system, redact(macos.report()))
        return
    file, *changes = words
    text = Path(file).read_text(encoding="utf-8")
    for change in changes:
        old, _, new = change.partition("=")
        text = text.replace(json.dumps(old)[1:-1], json.dumps(new)[1:-1])
    store(system, parse(text.encode()).report)


def store(system: str, report: Report) -> None:
    """The report with the digest of what it now is."""
    (HERE / f"{system}.json").write_text(render_json.render(report), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
