"""`camcheck monitor` for a guest: its notifications have the time that an emulated processor needs.

Elsewhere it takes 8 seconds at the most to start a process and to show a text; here, minutes.
"""

import sys

from camcheck.cli import main
from camcheck.monitor.tell import desktop

if __name__ == "__main__":
    desktop._PATIENCE = 120.0
    sys.exit(main(["monitor"]))
