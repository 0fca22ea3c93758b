"""camcheck without a command: look, say what was found, and offer what to do by single keys."""

from camcheck.answer.judge import answer
from camcheck.answer.sentences import say as sentence
from camcheck.cli.folders import history_folder, report_path
from camcheck.cli.keys import END, has_keyboard, is_yes, key
from camcheck.cli.output import deliver, say, wants_colour, width_of
from camcheck.cli.run import Wishes, look, run_scan
from camcheck.errors import CamcheckError
from camcheck.findings import Report
from camcheck.privilege import is_root

INTERRUPTED = 130
_KEYS = {
    "s": "guide.save",
    "a": "guide.admin",
    "r": "guide.again",
    "l": "guide.light",
    "w": "guide.watch",
    "m": "guide.seen",
    "d": "guide.details",
    END: "guide.quit",
}
_LIST = "?"


def run_guided() -> int:
    """The guided look, and its exit code; a plain scan where nobody can press a key."""
    from camcheck.cli.desktop import is_clicked, open_page

    clicked = is_clicked()
    if not clicked and not has_keyboard():
        return run_scan()
    try:
        report = look(Wishes(), timeline=True)
        if clicked:
            _tell(sentence("guide.page", file=open_page(report)))
        return _guide(report) if has_keyboard() else answer(report).exit_code
    except CamcheckError as error:
        if not (clicked and has_keyboard()):
            raise
        say(f"camcheck: {error}")
        key(sentence("guide.close"), END)  # else the window would be gone before it is read
        return 1


def _guide(report: Report) -> int:
    """Shows the answer and does what the person asks for, until she has enough."""
    try:
        report = _shown(report)
        pressed = _LIST
        while pressed != END:
            offered = _offered(report)
            if pressed == _LIST:
                _list(offered)
            question = sentence("guide.key", keys=", ".join([*offered, _LIST]))
            pressed = key(question, {*offered, _LIST})
            try:
                report = _done(pressed, report)
            except CamcheckError as error:
                say(f"camcheck: {error}")
    except KeyboardInterrupt:
        say(sentence("guide.stopped"))
        return INTERRUPTED
    return answer(report).exit_code


def _done(pressed: str, report: Report) -> Report:
    """Does what a key stands for; the report that is talked of from then on."""
    match pressed:
        case "s":
            _save(report)
        case "a":
            return _as_administrator(report)
        case "r":
            return _shown(look(Wishes(), timeline=True))
        case "l":
            _test_light()
        case "w":
            _watch()
        case "m":
            return _seen(report)
        case "d":
            _details(report)
    return report


def _offered(report: Report) -> list[str]:
    """The keys that make sense now, in the order of `_KEYS`."""
    from camcheck.monitor.lock import is_running

    senseless = {
        "a": report.snapshot.elevated,
        "l": not report.snapshot.cameras,
        "w": is_running(history_folder()),
        "m": not any(story.past and story.matters for story in answer(report).stories),
    }
    return [one for one in _KEYS if not senseless.get(one)]


def _list(offered: list[str]) -> None:
    _tell(sentence("guide.head"))
    for one in offered:
        _tell(f"{one}  {sentence(_KEYS[one])}")


def _tell(text: str) -> None:
    from camcheck.render.lines import wrapped

    lines = wrapped(text, hang=3, width=width_of("-"))
    deliver("".join(f"{line}\n" for line in lines), "-")


def _shown(report: Report) -> Report:
    """Asks the person for what no program can read, then shows the answer; the report as judged."""
    from camcheck.cli.witness import heard
    from camcheck.render.text import render

    report = heard(report)
    text = render(report, colour=wants_colour("-"), width=width_of("-"), more=False)
    deliver(f"\n{text}\n", "-")
    return report


def _details(report: Report) -> None:
    from camcheck.render.details import render

    deliver(f"\n{render(report, colour=wants_colour('-'), width=width_of('-'))}\n", "-")


def _save(report: Report) -> None:
    from camcheck.report.write import write_report

    path = report_path()
    write_report(report, path)
    _tell(sentence("guide.saved", file=path))


def _as_administrator(report: Report) -> Report:
    """What an administrator sees, with the past that this user's own history has."""
    from camcheck.cli import elevated
    from camcheck.collect import system
    from camcheck.scan import with_past

    words = None if system() == "win32" else elevated.command()
    if words is None:
        _tell(sentence("guide.admin.windows" if system() == "win32" else "guide.admin.none"))
        return report
    _tell(sentence("guide.admin.asks"))
    seen = elevated.look(words)
    if seen is None:
        _tell(sentence("guide.admin.failed"))
        return report
    return _shown(with_past(seen, history=history_folder(), timeline=True))


def _test_light() -> None:
    from importlib.util import find_spec

    if find_spec("cv2") is None:
        _tell(sentence("guide.light.by-hand"))
        return
    if is_yes(sentence("guide.light.ask")):
        from camcheck.cli.selftest import command

        command.main(["--yes"], prog_name="camcheck selftest", standalone_mode=False)


def _watch() -> None:
    from camcheck.monitor.service import plan, refuse_unsafe
    from camcheck.monitor.service.install import install

    if not is_yes(sentence("guide.watch.ask")):
        return
    for_all = is_root()
    refuse_unsafe(for_all=for_all)
    for line in install(plan(for_all=for_all)):
        _tell(line)


def _seen(report: Report) -> Report:
    from camcheck.cli.seen import mark_seen
    from camcheck.scan import with_past

    deliver(mark_seen(history_folder()), "-")
    return _shown(with_past(report, history=history_folder(), timeline=True))
