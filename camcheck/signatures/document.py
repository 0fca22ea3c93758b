"""Reads YAML from strangers: no aliases, bounded depth and size."""

from typing import Any

from camcheck.signatures.pattern import SigmaError

MAX_BYTES = 256 * 1024
_MAX_DEPTH = 12
_MAX_NODES = 20_000
_MAX_DOCUMENTS = 1_000


class UnreadableError(Exception):
    """A file that is refused as a whole; ``line`` counts from 1, None when it is about no line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def documents(text: str) -> list[Any]:
    """All documents of a YAML text. Raises `UnreadableError` for what is hostile or no YAML."""
    import yaml

    if len(text) > MAX_BYTES:
        raise UnreadableError(f"the file is larger than {MAX_BYTES // 1024} KiB")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _bounded(yaml.parse(text, Loader=loader))
        return list(yaml.load_all(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise UnreadableError(f"this is not YAML: {error.problem}", line) from None
    except yaml.YAMLError as error:
        raise UnreadableError(f"this is not YAML: {str(error).splitlines()[0]}") from None
    except ValueError as error:
        raise UnreadableError(f"a value cannot be understood: {error}") from None


def _bounded(events: Any) -> None:
    """Refuse aliases (few lines can stand for millions), depth and size before building."""
    import yaml

    depth = nodes = found = 0
    for event in events:
        line = event.start_mark.line + 1
        if getattr(event, "anchor", None) is not None:
            raise UnreadableError("anchors and aliases are not allowed in rules", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        nodes += isinstance(event, yaml.NodeEvent)
        found += isinstance(event, yaml.DocumentStartEvent)
        if depth > _MAX_DEPTH:
            raise UnreadableError(f"the nesting is deeper than {_MAX_DEPTH}", line)
        if nodes > _MAX_NODES or found > _MAX_DOCUMENTS:
            raise UnreadableError("the file has too many parts", line)


def line_of(text: str, error: SigmaError, *, document: int = 0) -> int | None:
    """The line (from 1) of the keys that an error names, as near as they can be followed."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    nodes = list(yaml.compose_all(text, Loader=loader))
    if document >= len(nodes) or nodes[document] is None:
        return None
    node = nodes[document]
    line = node.start_mark.line + 1
    for key in error.where:
        if not isinstance(node, yaml.MappingNode):
            break
        pair = next((pair for pair in node.value if pair[0].value == str(key)), None)
        if pair is None:
            break
        line, node = pair[0].start_mark.line + 1, pair[1]
    return line
