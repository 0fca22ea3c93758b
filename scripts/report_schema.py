"""Writes docs/report.schema.json from the types of the model, so that the two cannot differ."""

import json
import sys
import types
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from camcheck.answer import Answer, Kind
from camcheck.findings import SCHEMA_VERSION, Finding, Report
from camcheck.model import Gap, Snapshot
from camcheck.serial import MAX_TEXT, fields

HERE = Path(__file__).parent.parent / "docs" / "report.schema.json"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a stored report."""
    defs: dict[str, Any] = {}
    snapshot = _record(Snapshot, defs)
    finding, gap = _record(Finding, defs), _record(Gap, defs)
    _add(finding, "fingerprint", {"type": "string", "maxLength": 3 * MAX_TEXT})
    _add(gap, "origin", {"enum": ["facts", "checks"]})
    properties = {
        "schema_version": {"const": SCHEMA_VERSION},
        "platform": {"type": "string"},
        "verdict": _type(Kind, defs),
        "answer": _type(Answer, defs),
        **{
            name: _type(fields(Report)[name], defs)
            for name in (
                "camcheck_version",
                "rules_version",
                "redacted",
                "checks",
                "timeline",
                "past",
                "watched",
                "approved",
                "earlier",
            )
        },
        **snapshot["properties"],
        "findings": {"type": "array", "items": finding},
        "gaps": {"type": "array", "items": gap},
        "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "camcheck report",
        "description": "Facts and judgements of one camcheck scan; docs/report-format.md explains.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": dict(sorted(defs.items())),
    }


def _add(record: dict[str, Any], name: str, kind: dict[str, Any]) -> None:
    record["properties"][name] = kind
    record["required"].append(name)


def _record(kind: Any, defs: dict[str, Any]) -> dict[str, Any]:
    properties = {name: _type(item, defs) for name, item in fields(kind).items()}
    return {
        "description": " ".join((kind.__doc__ or "").split()).replace("``", "`"),
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _type(kind: Any, defs: dict[str, Any]) -> dict[str, Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple and inner[-1] is Ellipsis:
        return {"type": "array", "items": _type(inner[0], defs)}
    if origin is tuple:
        items = [_type(item, defs) for item in inner]
        return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_type(item, defs) for item in inner]}
    if hasattr(kind, "_fields"):
        if kind.__name__ not in defs:
            defs[kind.__name__] = _record(kind, defs)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if issubclass(kind, Enum):
        return {"enum": [item.value for item in kind]}
    return {
        str: {"type": "string", "maxLength": MAX_TEXT},
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        datetime: {"type": "string", "format": "date-time"},
        types.NoneType: {"type": "null"},
    }[kind]


def main() -> int:
    text = json.dumps(schema(), indent=2) + "\n"
    if "--check" in sys.argv:
        return 0 if text == HERE.read_text() else 1
    HERE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
