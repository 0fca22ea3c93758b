"""What starts by itself on macOS: launch agents and daemons that do not belong to the system."""

import os
import plistlib
from xml.parsers.expat import ExpatError

from camcheck.model import Fact, Gap, PersistenceEntry, Reason

_LARGEST = 1 << 20


def folders(*, library: str, users: str) -> tuple[tuple[str, str, str | None], ...]:
    """Where launchd looks: folder, kind, and whose it is. Apple's own are sealed and left out."""
    found: list[tuple[str, str, str | None]] = [
        (os.path.join(library, "LaunchAgents"), "launch-agent", None),
        (os.path.join(library, "LaunchDaemons"), "launch-daemon", None),
    ]
    try:
        names = sorted(os.listdir(users))
    except (FileNotFoundError, PermissionError):
        names = []
    for name in names:
        agents = os.path.join(users, name, "Library", "LaunchAgents")
        found.append((agents, "launch-agent", name))
    return tuple(found)


def launch_entries(
    folders: tuple[tuple[str, str, str | None], ...],
) -> tuple[tuple[PersistenceEntry, ...], tuple[Gap, ...]]:
    """One entry for each job; a file that is none, or may not be read, is a gap."""
    entries: list[PersistenceEntry] = []
    gaps: list[Gap] = []
    for folder, kind, user in folders:
        try:
            names = sorted(os.listdir(folder))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError:
            gaps.append(_gap(folder, Reason.DENIED, "it may not be read"))
            continue
        for name in names:
            path = os.path.join(folder, name)
            if not name.endswith(".plist"):
                continue
            try:
                with open(path, "rb") as file:
                    entry = parse_job(file.read(_LARGEST), path=path, kind=kind, user=user)
            except FileNotFoundError:
                continue  # a link to nowhere starts nothing
            except PermissionError:
                gaps.append(_gap(path, Reason.DENIED, "it may not be read"))
            except ValueError as error:
                gaps.append(_gap(path, Reason.UNPARSED, str(error)))
            else:
                if entry:
                    entries.append(entry)
    return tuple(sorted(entries, key=str)), tuple(gaps)


def _gap(subject: str, reason: Reason, why: str) -> Gap:
    detail = f"What it starts by itself was not seen: {why}."
    return Gap(Fact.PERSISTENCE, subject, reason, detail)


def parse_job(data: bytes, *, path: str, kind: str, user: str | None) -> PersistenceEntry | None:
    """A job from its property list (launchd.plist(5)); None if disabled, ValueError if no job."""
    try:
        job = plistlib.loads(data)
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError) as error:
        raise ValueError(f"no property list ({type(error).__name__})") from error
    if not isinstance(job, dict):
        raise ValueError("no launchd job")  # noqa: TRY004 - the content, not our use, is wrong
    if job.get("Disabled") is True:
        return None
    words = job.get("ProgramArguments")
    arguments = [str(word) for word in words] if isinstance(words, list) else []
    program = job.get("Program")
    if isinstance(program, str):
        # launchd runs Program, and hands it ProgramArguments with a first word of any kind.
        arguments = [program, *arguments[1:]]
    if not arguments:
        raise ValueError("a job without a program")
    label = job.get("Label")
    name = label if isinstance(label, str) else os.path.basename(path)
    return PersistenceEntry(kind, path, name, " ".join(arguments), user)
