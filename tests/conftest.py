"""For all tests: what the quick run leaves out; no deadlines of hypothesis; Ctrl-C is heard."""

import gc
import json
import signal
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no defect.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# What a shell starts in the background is deaf to SIGINT, and so would be what the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What `--quick` does without: by the fixture that gives it, whichever file the test is in. Single
# tests that are slow by nature say so themselves: @pytest.mark.whole_run("why").
WHOLE_RUN_ONLY = {
    "lab": "a guest machine",
    "windows": "another system's Python, under Wine",
    "chromium": "a browser",
    "video_call": "a browser",
    "wheel": "a packager",
    "single_file": "a packager",
    "window_file": "a packager",
    "debs": "a packager",
    "desk": "a screen",
}
LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option of the everyday run."""
    told = "leave out the tests of the whole run only, and say how many they are"
    parser.addoption("--quick", action="store_true", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """The marker's meaning, for `pytest --markers`."""
    config.addinivalue_line("markers", "whole_run(why): slow by nature, --quick leaves it out")


def why_left_out(item: pytest.Item) -> str | None:
    """What a test needs that the everyday run does without, or why it is slow."""
    if marker := item.get_closest_marker("whole_run"):
        return str(marker.args[0])
    needed = (name for name in getattr(item, "fixturenames", ()) if name in WHOLE_RUN_ONLY)
    return next((WHOLE_RUN_ONLY[name] for name in needed), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects for `--quick`, and counts by reason."""
    if not config.getoption("--quick"):
        return
    reasons = {item: why_left_out(item) for item in items}
    left_out = [item for item in items if reasons[item]]
    config.stash[LEFT_OUT] = Counter(str(reasons[item]) for item in left_out)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not reasons[item]]


def pytest_runtest_teardown() -> None:
    """A scan that was called in this process has switched the collector off, and never on again."""
    gc.enable()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Says what did not run, and how many tests that were; beside the counts, if those are kept."""
    left_out = config.stash.get(LEFT_OUT, Counter())
    if counts := config.getoption("xmlpath"):
        Path(counts).with_suffix(".left-out").write_text(json.dumps(left_out))
    elif left_out:
        terminalreporter.section(f"left out by --quick: {left_out.total()} tests")
        for reason, count in left_out.most_common():
            terminalreporter.line(f"{count:5} {reason}")
