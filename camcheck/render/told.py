"""A story in sentences, and the lines of it for the person who helps; page and ticket share them.

Times are in UTC and say so: the same report gives the same page everywhere, or it could not be
verified.
"""

from camcheck.answer import Answer, Doing, Role, Story, Whose
from camcheck.answer.sentences import say
from camcheck.fact import NamedTuple
from camcheck.findings import Earlier, Finding, Report
from camcheck.model import Process
from camcheck.render import words
from camcheck.render.kin import Known, Relative

_MOST = 16  # stories that are told in full
_STEPS = 6  # the findings have them all
_PEERS, _STARTS, _PARENTS, _CHECKS = 6, 4, 5, 8
_NOTHING = "not known"
_WHOSE = {
    Whose.YOURS: "your own",
    Whose.ANOTHER: "another person's",
    Whose.SERVICE: "a service of the system",
    Whose.ADMINISTRATOR: "the administrator's",
    Whose.UNKNOWN: "nobody knows",
}


class Told(NamedTuple):
    """A story: ``whose`` it is, ``now`` and ``before`` in sentences, the most urgent ``steps``,
    and ``helper`` as labels with their texts."""

    story: Story
    whose: str
    origin: str
    now: str
    before: str
    steps: tuple[str, ...]
    helper: tuple[tuple[str, str], ...]
    tree: tuple[Relative, ...]


def told(report: Report, given: Answer) -> tuple[tuple[Told, ...], int]:
    """The stories that matter and those of who uses a camera, and how many more there are."""
    worth = [one for one in given.stories if one.matters or one.doing is not Doing.NOTHING]
    known, findings = Known(report), _by_fingerprint(report)
    shown = tuple(
        Told(
            story,
            _whose(story),
            _from(story) or ("nobody vouches for it" if story.pids else ""),
            _now(story),
            _before(report, story),
            story.steps[:_STEPS],
            tuple(_helper(known, story, findings, report.earlier)),
            tuple(known.tree(story)),
        )
        for story in worth[:_MOST]
    )
    return shown, len(worth) - len(shown)


def since(report: Report) -> str:
    """What changed since the last report, all in all; empty where none is known."""
    if report.earlier is None:
        return ""
    when = words.minute(report.earlier.finished_at)
    new = _names(report.earlier.appeared)
    return (
        f"Compared with the report of {when} UTC (its digest begins with "
        f"{report.earlier.digest[:8]}): new findings: {new}; gone: {_names(report.earlier.gone)}."
    )


def _names(fingerprints: tuple[str, ...]) -> str:
    more = [f"{len(fingerprints) - _CHECKS} more"] if len(fingerprints) > _CHECKS else []
    return ", ".join([*fingerprints[:_CHECKS], *more]) or "none"


def contradicted(given: Answer) -> frozenset[str]:
    """Fingerprints of the findings of stories that matter: no information excuses those."""
    return frozenset(name for story in given.stories if story.matters for name in story.findings)


def _by_fingerprint(report: Report) -> dict[str, Finding]:
    past = (finding for session in report.past for finding in session.findings)
    return {one.fingerprint: one for one in (*past, *report.findings)}


def _now(story: Story) -> str:
    unseen = story.about is not Role.PROGRAM and story.doing is Doing.FILMS
    does = say("does.films.unseen" if unseen else f"does.{story.doing.value}")
    if story.since is None:
        return does
    return f"{does} {say('who.since', when=f'{words.minute(story.since)} UTC')}"


def _from(story: Story) -> str:
    """Who vouches for a program, or what it only calls itself; empty where neither is known."""
    if story.origin is None or story.known:
        return story.origin or ""
    return f"{story.origin}, by its own word"


def _whose(story: Story) -> str:
    """Whose program it is; of what is no program nothing."""
    if not story.pids:
        return ""
    return f"{_WHOSE[story.whose]} ({story.user})" if story.user else _WHOSE[story.whose]


def _before(report: Report, story: Story) -> str:
    if story.last and story.times:
        when = f"{words.minute(story.last)} UTC"
        if story.times == 1:
            return say("who.past.once", when=when)
        return say("who.past", number=str(story.times), when=when)
    if report.watched:
        return "No earlier use by it was seen in the last seven days."
    return "Not known: nobody watched in the last seven days."


def _helper(
    known: Known, story: Story, findings: dict[str, Finding], earlier: Earlier | None
) -> list[tuple[str, str]]:
    """Ten lines of a program; fewer of what is none."""
    mine = known.processes(story)
    process = mine[0] if mine else None
    lines = [("Program" if story.about is Role.PROGRAM else "About", _program(story, process))]
    if process is not None:
        hashes = dict.fromkeys(one.sha256 for one in mine if one.sha256)
        lines += [
            ("SHA-256 of the file", ", ".join(hashes) or _NOTHING),
            ("Started by", _parents(known, process)),
            ("Starts by itself through", _starts(known, story, process)),
            ("User", _user(process)),
            ("Process", _numbers(mine)),
            ("Since", _since(story, process)),
            ("Network", _peers(known, mine)),
        ]
    named = [findings[name] for name in story.findings if name in findings]
    lines += [
        ("Changed since the last report", _changes(earlier, story, named, mine)),
        ("Findings", _checks(named)),
    ]
    return lines


def _changes(
    earlier: Earlier | None, story: Story, named: list[Finding], mine: list[Process]
) -> str:
    if earlier is None:
        return "not known: no earlier report of yours in the same folder could be read"
    new = [one for one in named if one.fingerprint in earlier.appeared]
    texts = [f"new since then: {_checks(new)}"] if new else []
    files = {story.file, *(one.exe for one in mine)}
    altered = [path for path in earlier.altered if path in files]
    texts += [f"{path} is another file than then" for path in altered]
    text = "; ".join(texts) or "nothing about it is new"
    return f"compared with the report of {words.minute(earlier.finished_at)} UTC: {text}"


def _program(story: Story, process: Process | None) -> str:
    parts = [story.file or story.name]
    if process is not None:
        if process.exe and process.exe != story.file:
            parts.append(f"run by {process.exe}")
        if process.exe_state in words.EXE_STATE:
            parts.append(words.EXE_STATE[process.exe_state])
        if story.origin:
            parts.append(_from(story))
        if story.role:
            parts.append(story.role)
    elif story.camera:
        parts.append(f"camera {story.camera}")
    return "; ".join(dict.fromkeys(parts))


def _parents(known: Known, process: Process) -> str:
    chain = known.ancestors(process, most=_PARENTS + 1)[1:]
    names = [f"{one.name} (process {one.pid}, {one.exe or 'file not known'})" for one in chain]
    return ", started by ".join(names) or _NOTHING


def _starts(known: Known, story: Story, process: Process) -> str:
    entries = known.starts(process.exe) or known.starts(story.file)
    names = [f"{one.path} ({one.kind})" for one in entries[:_STARTS]]
    more = [f"{len(entries) - _STARTS} more"] if len(entries) > _STARTS else []
    unit = [f"unit {process.unit}"] if process.unit and not names else []
    return ", ".join([*names, *more, *unit]) or "no start entry of it was found"


def _user(process: Process) -> str:
    number = None if process.uid is None else f"number {process.uid}"
    return " ".join(filter(None, (process.user, f"({number})" if number else None))) or _NOTHING


def _numbers(mine: list[Process]) -> str:
    numbers = ", ".join(str(one.pid) for one in mine[:_PARENTS])
    more = f" and {len(mine) - _PARENTS} more" if len(mine) > _PARENTS else ""
    line = " ".join(mine[0].cmdline)
    return f"{numbers}{more}" + (f"; command line: {line[:400]}" if line else "")


def _since(story: Story, process: Process) -> str:
    started = f"the program was started {words.when(process.started)}"
    if story.since:
        return f"{words.minute(story.since)} UTC; {started}"
    if story.doing is Doing.NOTHING:
        return f"not in use now; {started}"
    return f"not known, no monitor saw it begin; {started}"


def _peers(known: Known, mine: list[Process]) -> str:
    peers = dict.fromkeys(
        one.remote for process in mine for one in known.connections.get(process.id, ())
    )
    more = [f"{len(peers) - _PEERS} more"] if len(peers) > _PEERS else []
    return ", ".join([*list(peers)[:_PEERS], *more]) or "no connection was seen"


def _checks(named: list[Finding]) -> str:
    names = dict.fromkeys(
        f"{one.check} ({one.severity.value}" + (f", rule {one.signature.id})" if one.signature
                                               else ")")
        for one in named
    )  # fmt: skip
    more = [f"{len(names) - _CHECKS} more"] if len(names) > _CHECKS else []
    return ", ".join([*list(names)[:_CHECKS], *more]) or "none"
