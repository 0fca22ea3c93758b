"""Plugs an emulated webcam into this machine: `python3 -m tests.lab.webcam --help`."""

import argparse
import contextlib
import os
import signal
import sys

from .camera import Camera
from .descriptors import Model
from .light import POLICIES, is_policy
from .truth import Truth

COMMANDS = """\
commands, one a line, into the --control pipe:
led POLICY | privacy 0 | privacy 1 | note | quit"""


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="webcam",
        description=__doc__,
        epilog=f"policies of the light:\n{POLICIES}\n\n{COMMANDS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--mode", choices=["iso", "bulk"], default="iso")
    parser.add_argument("--size", default="160x120", help="pixels (default %(default)s)")
    parser.add_argument("--fps", type=int, default=10, help="pictures a second")
    parser.add_argument("--led", default="honest", metavar="POLICY")
    parser.add_argument(
        "--extension", choices=["v1", "v3", "none"], default="v1", help="LED control"
    )
    parser.add_argument("--no-privacy", action="store_true", help="no privacy control")
    parser.add_argument("--vendor-id", type=lambda text: int(text, 16), default=0x046D)
    parser.add_argument("--product-id", type=lambda text: int(text, 16), default=0x082C)
    parser.add_argument("--vendor", default="Lab")
    parser.add_argument("--product", default="Lab Webcam")
    parser.add_argument("--serial", default="LAB0001")
    parser.add_argument("--log", help="file for every event, a line of JSON each")
    parser.add_argument("--state", help="file for the newest event")
    parser.add_argument("--control", help="pipe for commands, made if it is not there")
    parser.add_argument("--port", type=int, help="port of the virtual host controller")
    parser.add_argument("--seconds", type=float, default=7200, help="unplug after so long")
    chosen = parser.parse_args(arguments)
    if not is_policy(chosen.led):
        parser.error(f"no such policy: {chosen.led}")
    return chosen


def main(arguments: list[str] | None = None) -> int:
    """Plugs the webcam in and serves it until it is unplugged."""
    chosen = parse(sys.argv[1:] if arguments is None else arguments)
    width, height = map(int, chosen.size.split("x"))
    model = Model(
        bulk=chosen.mode == "bulk",
        width=width,
        height=height,
        fps=chosen.fps,
        vendor_id=chosen.vendor_id,
        product_id=chosen.product_id,
        vendor=chosen.vendor,
        product=chosen.product,
        serial=chosen.serial,
        extension=chosen.extension,
        privacy=not chosen.no_privacy,
    )
    control = None
    if chosen.control:
        with contextlib.suppress(FileExistsError):
            os.mkfifo(chosen.control, 0o600)
        # Read and write: so there is always a writer, and no end of file to wake up for.
        control = os.open(chosen.control, os.O_RDWR | os.O_NONBLOCK)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    truth = Truth(log=chosen.log, state=chosen.state)
    Camera(model, led=chosen.led, truth=truth, port=chosen.port).serve(
        control=control, seconds=chosen.seconds
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
