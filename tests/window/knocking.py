"""A window's socket, and somebody who says nonsense to it again and again, in one process.

Usage: python -m tests.window.knocking FOLDER. Run it with MALLOC_PERTURB_ and PYTHONMALLOC=debug
(mallopt(3), Python's environment variables): whoever uses freed memory then crashes at once.
"""

import contextlib
import socket
import sys
import threading

from camcheck.monitor.tell.handover import MOST, SOCKET
from camcheck.window.one import One
from tests.waiting import until
from tests.window.shown import application, settle

SAID = (b"nonsense\n", b"[]\n", b'{"tell": "text"}\n', b"", b"x" * (MOST + 1), b'{"show": true}\n')


def knock(folder: str, times: int) -> None:
    """Says all of it, each to a connection of its own, and does not wait for long answers."""
    for number in range(times):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            caller.connect(f"{folder}/{SOCKET}")
            with contextlib.suppress(OSError):
                caller.sendall(SAID[number % len(SAID)])
                if number % 2 and SAID[number % len(SAID)]:
                    caller.recv(16)


def settled(knocking: threading.Thread) -> bool:
    """Whether everything was said, and heard."""
    settle()
    return not knocking.is_alive()


def main() -> int:
    """One window after the other, as tests have them, too."""
    (folder,) = sys.argv[1:]
    application()
    for _ in range(40):
        one = One(folder)
        assert one.begin()
        knocking = threading.Thread(target=knock, args=(folder, len(SAID)))
        knocking.start()
        until(lambda on=knocking: settled(on))  # type: ignore[misc] # a default is no argument
        one.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
