"""Which processes belong to a story, and which program started which."""

from collections.abc import Iterable

from camcheck.answer import Story
from camcheck.answer.naming import name_of
from camcheck.fact import NamedTuple
from camcheck.findings import Report
from camcheck.model import Connection, PersistenceEntry, Process, ProcessId

_DEEPEST = 64  # ancestors; a report from a stranger could hold a chain without end
_NEAREST, _DRAWN = 5, 6  # ancestors and processes of one story in its small picture


class Relative(NamedTuple):
    """A line of the process tree: ``depth`` below the first ancestor, ``why`` it is of interest."""

    process: Process
    depth: int
    why: str | None


class Known:
    """The processes of a report, found by number, with what else is told of them."""

    def __init__(self, report: Report) -> None:
        snapshot = report.snapshot
        self.by_pid = {process.pid: process for process in snapshot.processes}
        self.connections: dict[ProcessId, list[Connection]] = {}
        for connection in snapshot.connections:
            identity = ProcessId(connection.pid, connection.started)
            self.connections.setdefault(identity, []).append(connection)
        self._persistence = snapshot.persistence
        self._holders = {holder.process for holder in snapshot.holders}
        self._past = {
            (session.process.pid, name_of(session.process)): session.process
            for session in report.past
            if session.process
        }

    def processes(self, story: Story) -> list[Process]:
        """Those of a story, also where they have ended since; none of what had their number."""
        found = []
        for pid in story.pids:
            now, then = self.by_pid.get(pid), self._past.get((pid, story.name))
            if now is not None and name_of(now) == story.name:
                found.append(now)
            elif then is not None:
                found.append(then)
        return found

    def ancestors(self, process: Process, *, most: int = _DEEPEST) -> list[Process]:
        """The process, what started it, what started that, and so on."""
        chain = [process]
        while len(chain) < most and (parent := self.parent(chain[-1])):
            if parent in chain:
                break
            chain.append(parent)
        return chain

    def parent(self, process: Process) -> Process | None:
        """The parent, unless its number was given to somebody else since."""
        parent = self.by_pid.get(process.ppid or 0)
        if parent is None or parent.pid == process.pid:
            return None
        if process.started and parent.started and parent.started > process.started:
            return None
        return parent

    def starts(self, file: str | None) -> list[PersistenceEntry]:
        """What starts a program by itself."""
        return [one for one in self._persistence if file and file in one.command]

    def tree(self, story: Story) -> list[Relative]:
        """The processes of a story below their nearest ancestors."""
        mine = self.processes(story)[:_DRAWN]
        reasons = {
            one.id: "holds the camera" if one.id in self._holders else "this program"
            for one in mine
        }
        return self.lines(mine, reasons, most=_NEAREST)

    def lines(
        self, wanted: Iterable[Process], reasons: dict[ProcessId, str], *, most: int = _DEEPEST
    ) -> list[Relative]:
        """The wanted processes below their ancestors, from the top to the leaves."""
        shown: dict[ProcessId, Process] = {}
        for process in wanted:
            shown.update({item.id: item for item in self.ancestors(process, most=most)})
        children: dict[ProcessId | None, list[Process]] = {}
        for process in shown.values():
            parent = self.parent(process)
            above = parent.id if parent and parent.id in shown else None
            children.setdefault(above, []).append(process)
        return _lines(children, reasons)


def _lines(
    children: dict[ProcessId | None, list[Process]], reasons: dict[ProcessId, str]
) -> list[Relative]:
    lines = []
    waiting = [(process, 0) for process in reversed(children.get(None, []))]
    while waiting:
        process, depth = waiting.pop()
        lines.append(Relative(process, depth, reasons.get(process.id)))
        waiting += [(child, depth + 1) for child in reversed(children.pop(process.id, []))]
    # a stranger's report can hold a circle of parents, which no top leads to
    circles = [item for key, group in children.items() if key for item in group]
    return lines + [Relative(item, 0, reasons.get(item.id)) for item in circles]
