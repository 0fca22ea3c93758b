"""Paths without what differs between machines, and names that nobody but their owner needs."""

import hashlib
import re
from collections.abc import Iterator

from camcheck.answer import Answer
from camcheck.findings import Report
from camcheck.model import Process
from camcheck.program import base_name, is_interpreter, program_file, script

_HOMES = (
    r"/(?:var/|export/|usr/)?home/[^/\s]+",
    r"/Users/(?!Shared\b)[^/\s]+",
    r"/root",
    r"/run/user/\d+",
    r"(?:/run)?/media/[^/\s]+",
    r"(?:\\\\\?\\)?(?:[a-z]:|\\Device\\HarddiskVolume\d+)[\\/]+Users[\\/]+(?!Public\b)[^\\/]+",
    r"%(?:USERPROFILE|APPDATA|LOCALAPPDATA|HOMEPATH)%",
    r"\$(?:HOME\b|\{HOME\}|env:\w+)",
    r"~\w*",
)
_HOME = re.compile(rf"(?<![\w.])(?:{'|'.join(_HOMES)})(?=[/\\]|$)", re.IGNORECASE)
_NUMBERS = re.compile(r"(?:[0-9a-fA-F]{8,}|\d+(?:[._]\d+)*)")
_ABSOLUTE = re.compile(r"[/\\~$%]|[A-Za-z]:")
_QUOTED = re.compile(r"[\s\"']+")
_HIDDEN = re.compile(r"[/\\]\.")
_PERSONAL = 10  # hex digits of a token


def shape(path: str | None) -> str | None:
    """``path``, or a command, with ~ for a home folder, # for numbers, versions and long hex
    digits, and / between its parts on every system.
    """
    return None if path is None else _NUMBERS.sub("#", _HOME.sub("~", path)).replace("\\", "/")


class Names:
    """Gives a person's own programs a token in place of a name, the same on all machines.

    Own is what lies in a home folder and of which nothing was found: software of the system is no
    secret, and what is suspicious must be seen. A script counts as the program, not its
    interpreter; code on the command line has no name. The token looks like a path, and tells
    whether a part of the real one was hidden. It is made of the path's shape, so whoever guesses a
    name can test the guess.
    """

    def __init__(self, report: Report, given: Answer, *, keep: bool) -> None:
        self._keep = keep
        grave = [one for one in report.findings if one.severity.rank]
        grave += [one for session in report.past for one in session.findings if one.severity.rank]
        accused = {
            text
            for one in grave
            for text in (*one.subject.programs, one.subject.place)
            if text is not None
        }
        accused |= {one.file for one in given.stories if one.file and one.severity.rank}
        self._accused = accused
        self._relative: dict[str, str] = {}
        for process in (*report.snapshot.processes, *(one.process for one in report.past)):
            if process and _in_its_folder(process) and (token := self.of(process)):
                self._relative[script(process) or ""] = token

    def token(self, *texts: str | None) -> str | None:
        """The token for the first of ``texts`` that needs one, a path or a command with one in it;
        None when all may be told, because none is in a home or something was found of one.
        """
        if self._keep or not self._accused.isdisjoint(_words(texts)):
            return None
        for text in texts:
            if text in self._relative:
                return self._relative[text]
            if text and (home := _HOME.search(text)):
                form = shape(text) or ""
                made = hashlib.sha256(form.encode("utf-8", "backslashreplace")).hexdigest()
                hidden = ".hidden/" if _HIDDEN.search(text, home.end()) else ""
                return f"~/{hidden}personal-{made[:_PERSONAL]}"
        return None

    def code(self, file: str | None) -> str | None:
        """What to call an interpreter that runs code of which nothing was found."""
        if self._keep or not file or file in self._accused or not is_interpreter(file):
            return None
        return base_name(file)

    def of(self, process: Process) -> str | None:
        """The token for a program that runs or ran; None when its name may be told."""
        return self.token(process.exe, program_file(process), _in_its_folder(process))


def _in_its_folder(process: Process) -> str | None:
    """The script of a process by its whole path, where it was named by a relative one."""
    file = script(process)
    if not file or not process.cwd or _ABSOLUTE.match(file) or file not in process.cmdline[1:]:
        return None
    return f"{process.cwd}/{file}"


def called(process: Process | None) -> str | None:
    """The program's name without code that it was given on its command line."""
    if process is None or process.exe is None:
        return process.name if process else None
    file = program_file(process) or process.exe
    by = f" ({base_name(process.exe)})" if file != process.exe else ""
    return f"{base_name(file)}{by}"


def _words(texts: tuple[str | None, ...]) -> Iterator[str]:
    """What is named: each text, and the words of it when it is a command."""
    for text in texts:
        if text:
            yield text
            yield from _QUOTED.split(text)
