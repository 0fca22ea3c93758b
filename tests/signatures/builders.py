"""Facts and rules for tests, with everything that does not matter filled in."""

from datetime import UTC, datetime
from typing import Any

from camcheck.model import (
    Artifact,
    ArtifactKind,
    Holder,
    Host,
    PersistenceEntry,
    Process,
    Snapshot,
    Via,
)
from camcheck.signatures.expression import Truth, predicate
from camcheck.signatures.fields_of import PlainEvent
from camcheck.signatures.rule import ParsedRule
from camcheck.signatures.sigma import parsed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Document = dict[str, Any]


def a_process(pid: int = 10, exe: str | None = "/usr/bin/cheese", **fields: Any) -> Process:
    name = fields.pop("name", (exe or "?").rpartition("/")[2][:15])
    cmdline = fields.pop("cmdline", (exe,) if exe else ())
    fields = {"ppid": 0, "user": "ana", "exe_state": "present", **fields}
    return Process(pid, NOW, name, exe=exe, cmdline=cmdline, **fields)


def a_holder(process: Process, **fields: Any) -> Holder:
    fields = {"camera": "usb:1", "via": Via.FD, "node": "/dev/video0", **fields}
    return Holder(pid=process.pid, started=process.started, **fields)


def a_snapshot(*processes: Process, system: str = "Linux", **fields: Any) -> Snapshot:
    host = Host(system, "6.12", "", "x86_64", "host")
    return Snapshot(host, NOW, NOW, elevated=True, processes=processes, **fields)


def an_entry(command: str, kind: str = "cron", path: str = "/etc/cron.d/x") -> PersistenceEntry:
    return PersistenceEntry(kind, path, path.rpartition("/")[2], command)


def a_file(path: str, **fields: Any) -> Artifact:
    return Artifact(ArtifactKind.FILE, path, **fields)


def a_document(condition: str = "selection", /, **detection: Any) -> Document:
    """A rule's document; without a detection it looks for an executable named bad."""
    return {
        "title": "A rule",
        "id": "00000000-0000-0000-0000-000000000001",
        "logsource": {"category": "process_creation", "product": "linux"},
        "detection": {
            **(detection or {"selection": {"Image|endswith": "/bad"}}),
            "condition": condition,
        },
        "level": "high",
    }


def a_rule(document: Document | None = None, **changes: Any) -> ParsedRule:
    return parsed({**(document or a_document()), **changes}, origin="test.yml")


def truth(selection: Any, /, **event: Any) -> Truth:
    """What a selection says about an event with these fields; absent fields are really absent."""
    rule = a_rule(a_document(selection=selection))
    return predicate(rule.rule.expression)(PlainEvent(None, event))
