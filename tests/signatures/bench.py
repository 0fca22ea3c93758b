"""How long loading and matching take: ``python -m tests.signatures.bench``.

Prints the least processor time of several runs, in milliseconds, because other work on the machine
can only add to it.
"""

import os
import subprocess
import sys
import tempfile
import time

from camcheck.model import ExeState, Process
from camcheck.signatures.fields_of import Family, ProcessEvent, process_events
from camcheck.signatures.index import grouped
from camcheck.signatures.match import matches
from camcheck.signatures.rule import Group
from tests.signatures.builders import NOW, a_document, a_rule, a_snapshot

_LOAD = """
import camcheck.findings, time
start = time.process_time_ns()
from camcheck.checks.known_bad import KnownBad
middle = time.process_time_ns()
from camcheck.signatures import builtin
builtin.rules("linux")
end = time.process_time_ns()
print(middle - start, end - middle)
"""


def processes(count: int = 1_000) -> tuple[Process, ...]:
    """An ordinary desktop: a quarter of the executables are distinct, command lines are long."""
    return tuple(
        Process(
            pid,
            NOW,
            f"program{pid % 257}",
            exe=f"/usr/lib/program{pid % 257}/program{pid % 257}",
            exe_state=ExeState.PRESENT,
            cmdline=(f"/usr/lib/program{pid % 257}", f"--type={pid}", "--flag-of-some-length" * 4),
            user="ana",
            ppid=max(1, pid // 2),
        )
        for pid in range(1, count + 1)
    )


def rules(count: int = 500) -> Group:
    """Names, paths, parts of command lines and conditions, in the shares of published rules."""
    documents = []
    for number in range(count):
        search: dict[str, object] = [
            {"Image|endswith": f"/evil{number}"},
            {"Image|contains": f"/.hidden{number}/", "CommandLine|contains": f"--spy{number}"},
            {"CommandLine|contains|all": [f"--key{number} ", "-x"]},
            {"Image|endswith": [f"/tool{number}", f"/other{number}"], "CommandLine|re": "a.c"},
            {"CommandLine|startswith": f"run{number} "},
        ][number % 5]
        documents.append(a_rule(a_document(selection=search), id=str(number)).rule)
    return grouped(documents)


def match_milliseconds() -> tuple[float, float]:
    """Gathering the fields of 1,000 processes, and matching 500 rules on them."""
    snapshot, group = a_snapshot(*processes()), rules()
    gathering, matching = [], []
    for _ in range(10):
        start = time.process_time_ns()
        events = _gathered(process_events(snapshot, Family(snapshot)), group)
        middle = time.process_time_ns()
        found = list(matches(group, events))
        end = time.process_time_ns()
        assert not found
        gathering.append(middle - start)
        matching.append(end - middle)
    return min(gathering) / 1e6, min(matching) / 1e6


def _gathered(events: list[ProcessEvent], group: Group) -> list[ProcessEvent]:
    for event in events:
        for anchor in group.anchors:
            event.lowered(anchor.field)
    return events


def load_milliseconds() -> tuple[float, float]:
    """Importing the check, and loading the built-in rules of Linux, in a new interpreter.

    Byte code is kept in a folder of its own, as an installed package has it.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _loaded(environment)
        runs = [_loaded(environment) for _ in range(7)]
    return min(run[0] for run in runs) / 1e6, min(run[1] for run in runs) / 1e6


def _loaded(environment: dict[str, str]) -> tuple[int, ...]:
    done = subprocess.run(
        [sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True, env=environment
    )
    return tuple(map(int, done.stdout.split()))


def main() -> None:
    gathered, matched = match_milliseconds()
    imported, loaded = load_milliseconds()
    print(f"  import of the check and the matcher   {imported:6.2f} ms")
    print(f"  load of the built-in rules            {loaded:6.2f} ms")
    print(f"  fields of 1,000 processes             {gathered:6.2f} ms")
    print(f"  match of 500 rules on them            {matched:6.2f} ms")


if __name__ == "__main__":
    main()
