"""The command line of scripts/lab."""

import argparse
import os
import sys
from pathlib import Path

from .cache import LabError, cache_folder
from .machine import FAILED, TIMED_OUT, Cameras, run
from .packages import install
from .webcam.light import POLICIES

NOTES = f"""\
In the guest: your files as they are (read-only underneath: changes stay in the guest's memory),
its own empty /tmp and /run, no network; camcheck from its wheel; the holder programs of
tests/lab/holders on the PATH; the users root, alice and mallory (group video) and bob (not).
The webcam is /dev/video0. What COMMAND writes to $OUT stays in the folder --out.

Exit status: COMMAND's own; {TIMED_OUT} when the time was up, {FAILED} when the machine failed.

Policies of the webcam's light:
{POLICIES}

Cache: CAMCHECK_LAB_CACHE (now {cache_folder()})."""


def main(arguments: list[str] | None = None) -> int:
    """Runs what the command line says; returns the exit status."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.command[:1] == ["--"]:
        del chosen.command[0]
    try:
        if chosen.install:
            install()
        if chosen.matrix:
            from .table import write_tables

            write_tables()
        if chosen.answers:
            from .answers import record

            record()
        if not chosen.command:
            if not (chosen.install or chosen.matrix or chosen.answers):
                parser.error("which command?")
            return 0
        return _run(chosen)
    except LabError as error:
        sys.stderr.write(f"lab: {error}\n")
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/lab",
        description="Boots a Debian kernel with cameras in a virtual machine; runs COMMAND there.",
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--install", action="store_true", help="install the packages it needs (root)"
    )
    parser.add_argument(
        "--matrix", action="store_true", help="measure and write docs/holder-matrix.md"
    )
    parser.add_argument(
        "--answers", action="store_true", help="play the rows of docs/answers.md and write them"
    )
    parser.add_argument(
        "--kernel",
        metavar="RELEASE",
        help="whose kernel: bookworm, trixie, sid... (default: this machine's)",
    )
    parser.add_argument("--webcam", choices=["iso", "bulk", "none"], default="iso")
    parser.add_argument("--led", default="honest", metavar="POLICY", help="the webcam's light")
    parser.add_argument(
        "--vivid", type=int, default=1, metavar="N", help="vivid cameras (default 1)"
    )
    parser.add_argument(
        "--processors", type=int, default=1, metavar="N", help="of the guest (default 1)"
    )
    parser.add_argument("--timeout", type=float, default=300, metavar="SECONDS", help="default 300")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="for results, console and logs")
    parser.add_argument("--verbose", action="store_true", help="say how long the boot took")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND [ARGS]")
    return parser


def _run(chosen: argparse.Namespace) -> int:
    result = run(
        chosen.command,
        kernel=chosen.kernel,
        cameras=Cameras(chosen.webcam, chosen.led, chosen.vivid),
        processors=chosen.processors,
        timeout=chosen.timeout,
        out=chosen.out,
        echo=True,
    )
    if result.until_command is None:
        console = f"the console is in {result.folder}/console.log"
        sys.stderr.write(f"lab: the machine did not get as far as the command; {console}\n")
    elif result.status == TIMED_OUT:
        sys.stderr.write(f"lab: the time was up (--timeout); see {result.folder}\n")
    elif chosen.verbose:
        told = f"{result.kernel}, {result.until_command:.1f} s to the command, {result.folder}"
        sys.stderr.write(f"lab: {told}{os.linesep}")
    return result.status
