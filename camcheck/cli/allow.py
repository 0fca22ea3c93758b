"""camcheck allow."""

from typing import TYPE_CHECKING

import click

from camcheck.cli.folders import history_folder
from camcheck.cli.output import deliver, rows

if TYPE_CHECKING:
    from camcheck.approval import Approval


@click.command("allow")
@click.argument("program", required=False)
@click.option("--script", metavar="FILE", help="For an interpreter: the script that is meant.")
@click.option("--remove", type=int, metavar="NUMBER", help="Withdraw an approval.")
def command(program: str | None, script: str | None, remove: int | None) -> None:
    """Approve PROGRAM (full path): the monitor tells no more when it uses a camera.

    Uses still stand in the history, and findings of high severity are always told. A program is
    recognised by what its file holds or by its installed package, never by its name, and while all
    its code comes from files that root alone can change, or that lay beside it when it was
    approved. A script is recognised only while it keeps its own file open and runs as root or as an
    account of the system: nothing else proves which script runs. Without PROGRAM, lists what is
    approved.
    """
    import os

    from camcheck.approval import approval_of, approvals, approve
    from camcheck.history.store import History

    history = History(history_folder())
    try:
        if remove is not None:
            history.withdraw(remove)
        elif program is not None:
            path = os.path.realpath(program)
            approve(history, approval_of(path, script and os.path.realpath(script)))
        deliver(_listed(approvals(history)), "-")
    finally:
        history.close()


def _listed(known: "list[tuple[int, Approval]]") -> str:
    lines = ["Approved programs:"] if known else ["No program is approved."]
    for number, one in known:
        what = f"package {one.package}" if one.package else f"sha256 {one.sha256[:16]}…"
        script = f" with {one.script}" if one.script else ""
        lines.append(f"{number:>4}  {one.path + script} ({what})")
    return rows(lines)
