"""Coverage-guided: whatever the bytes, reading a report ends in a report or in ReportError.

python -m tests.fuzz.fuzz_read CORPUS [libFuzzer options]
"""

import sys

import atheris

with atheris.instrument_imports(include=["camcheck"]):
    from camcheck.errors import ReportError
    from camcheck.render import markdown
    from camcheck.render.text import render as as_text
    from camcheck.report.compare import compare
    from camcheck.report.read import parse
    from camcheck.report.redact import redact
    from camcheck.report.verify import verify


def read_and_use(data: bytes) -> None:
    """What a technician does with a file: read, verify, show, compare, paste."""
    try:
        stored = parse(data)
    except ReportError:
        return
    verify(stored)
    shown = as_text(stored.report)
    if not all(line.isprintable() for line in shown.split("\n")):
        raise AssertionError("something unprintable was shown")
    markdown.render(stored.report)
    compare(stored.report, redact(stored.report))


if __name__ == "__main__":
    atheris.Setup(sys.argv, read_and_use)
    atheris.Fuzz()
