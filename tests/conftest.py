"""For all tests: no deadlines of hypothesis, as a busy machine is no defect; Ctrl-C is heard."""

import signal

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# What a shell starts in the background is deaf to SIGINT, and so would be what the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
