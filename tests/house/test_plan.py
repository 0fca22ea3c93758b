"""The plan of the house: who may import whom, and what no file may do."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "camcheck"
FILES = sorted(PACKAGE.rglob("*.py"))

# Which rooms each room may use; a room is a file or folder directly below camcheck.
BASE = {"", "model", "errors", "privilege"}
MAY_USE = {
    "": set(),
    "__main__": {"cli"},
    "errors": set(),
    "fact": set(),
    "typed": set(),
    "privilege": set(),
    "interpreter": {"privilege"},
    "terms": set(),
    "model": {"terms"},
    "findings": {"model"},
    "serial": {"model", "errors"},
    "output": {"errors", "privilege"},
    "printable": set(),
    "duration": set(),
    "program": {"model", "terms"},
    "known_programs": {"model", "program"},
    "version1": set(),
    "answer": {*BASE, "findings", "known_programs", "person", "printable", "program", "terms"},
    "signatures": {*BASE, "findings", "printable", "interpreter"},
    "bounded": {"errors"},
    "collect": {*BASE, "known_programs", "signatures", "bounded"},
    "checks": {*BASE, "findings", "known_programs", "signatures", "program"},
    "render": {*BASE, "findings", "serial", "printable", "program", "duration", "answer"},
    "report": {
        *BASE,
        "answer",
        "collect",
        "findings",
        "serial",
        "render",
        "output",
        "checks",
        "scan",
        "signatures",
        "printable",
        "version1",
    },
    "fleet": {*BASE, "answer", "findings", "printable", "program", "report"},
    "baseline": {*BASE, "serial", "output"},
    "history": {*BASE, "findings", "serial", "program", "duration", "version1"},
    "approval": {*BASE, "collect", "history", "program", "serial", "interpreter"},
    "person": {"model"},
    "scan": {
        *BASE,
        "person",
        "approval",
        "findings",
        "checks",
        "collect",
        "signatures",
        "baseline",
        "history",
    },
    "selftest": {*BASE, "findings", "serial", "output", "printable", "interpreter"},
    "window": {
        *BASE,
        "answer",
        "approval",
        "findings",
        "history",
        "collect",
        "interpreter",
        "monitor",
        "person",
        "printable",
        "program",
        "render",
        "report",
        "scan",
        "selftest",
        "duration",
    },
    "monitor": {
        *BASE,
        "findings",
        "checks",
        "collect",
        "history",
        "scan",
        "serial",
        "output",
        "signatures",
        "render",
        "answer",
        "approval",
        "printable",
        "duration",
        "program",
        "interpreter",
    },
}


def room(path):
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imported(tree):
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports name the whole path"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_used(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name in imported(tree):
        parts = name.split(".")
        if parts[:2] in (["camcheck", "fact"], ["camcheck", "typed"]):
            continue  # how facts are made, and typed: that all may use
        if parts[0] == "camcheck":
            found = parts[1] if len(parts) > 1 and parts[1] != "__version__" else ""
            yield found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_what_its_room_may(path):
    """Facts and judgements stay apart, and nobody imports the command line."""
    own = room(path)
    allowed = MAY_USE.get(own)
    if own == "cli":
        return
    if own == "render":
        # a page's pictures and words belong to rendering; only the door to the screen is shared
        allowed = {*allowed, "render"}

    assert allowed is not None, f"tests/house does not know the room {own}"
    assert set() == set(rooms_used(path)) - allowed - {own}


THIRD_PARTY = {
    "psutil": {"collect"},
    "cv2": {"selftest"},
    "click": {"cli"},
    "platformdirs": {"cli"},
    "duckdb": {"fleet"},
    "PySide6": {"window"},
    "shiboken6": {"window"},
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_libraries_stay_in_their_rooms(path):
    """psutil looks, OpenCV opens cameras, click reads words: nobody else does."""
    used = {name.split(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}

    assert set() == {
        name for name in used & set(THIRD_PARTY) if room(path) not in THIRD_PARTY[name]
    }


def test_the_system_is_asked_for_in_one_place():
    """sys.platform chooses the collector in one function, and says who owns a written file."""
    question = re.compile(r"\bsys\.platform\b|\bplatform\.system\(")
    asking = {
        f"{path.relative_to(PACKAGE).as_posix()}: {getattr(part, 'name', '')}"
        for path in FILES
        if path.relative_to(PACKAGE).as_posix() != "output.py"
        for part in ast.parse(path.read_text("utf-8")).body
        if question.search(ast.unparse(part))
    }

    assert {"collect/__init__.py: this_system"} == asking


def test_looking_loads_no_other_system():
    """A scan pays for the system that it runs on, and for no other."""
    program = (
        "import sys; from camcheck.collect import this_system; this_system(); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[2] for name in done.stdout.split() if name.count(".") > 1}

    assert 1 == len(loaded & {"linux", "windows", "macos"})


@pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info >= (3, 14), reason="facts are made by typing there"
)
def test_a_scan_does_without_typing():
    """What takes a thirtieth of its time says nothing that matters while it runs."""
    code = (
        "import sys, camcheck.cli.output, camcheck.cli.run, camcheck.answer.judge\n"
        "import camcheck.collect.linux.desktop.logins, camcheck.collect.linux.kernel.programs\n"
        "from camcheck.checks import all_checks; all_checks(); print('typing' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False\n" == done.stdout


def test_who_we_are_is_asked_in_one_place():
    """Each system spells it otherwise; is_root and own_uid know how."""
    asking = re.compile(r"\bget(e|res)?uid\b|\bIsUserAnAdmin\b")

    assert {"privilege.py", "collect/windows/processes.py"} == {
        path.relative_to(PACKAGE).as_posix()
        for path in FILES
        if asking.search(path.read_text("utf-8"))
    }


ANSWERING = {"signatures/yara.py"}  # a process of its own, which answers to its parent


def test_only_the_command_line_prints():
    """Everything else returns what it has to say."""
    printing = [
        str(path)
        for path in FILES
        if room(path) != "cli"
        and str(path.relative_to(PACKAGE)) not in ANSWERING
        and "print" in calls(path)
    ]

    assert [] == printing


def calls(path):
    """The names of all that a file calls."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", ""))


def test_the_command_line_makes_no_facts_and_judges_nothing():
    """It parses, calls, writes and exits: gaps and reports come from the rooms that know them."""
    making = {"Gap", "Finding", "Report", "Snapshot", "judge", "run_checks"}

    assert [] == [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in FILES
        if room(path) == "cli"
        for name in sorted(making & set(calls(path)))
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_sitting(path):
    """At most 400 lines, and a first sentence that says what the file knows."""
    text = path.read_text(encoding="utf-8")

    assert 400 >= text.count("\n")
    assert ast.get_docstring(ast.parse(text))


def ours():
    """The files of the project, as the repository has them."""
    kept = ("camcheck", "tests", "scripts", "docs", "rules", ".ci")
    for name in kept:
        yield from (
            path
            for path in (ROOT / name).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        )
    yield from (ROOT / "README.md", ROOT / "pyproject.toml")


def test_no_file_names_the_place_where_it_was_made():
    """Paths of a developer's machine mean nothing to a reader."""
    places = [
        "/".join(parts).encode()
        for parts in (("", "work", "main"), ("", "work", "shared"), ("", "tmp", "wt"))
    ]

    assert [] == [
        str(path) for path in ours() if any(place in path.read_bytes() for place in places)
    ]
