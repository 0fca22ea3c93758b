"""A history of days and months, as a monitor writes it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from camcheck.findings import Severity
from camcheck.history.store import History
from camcheck.model import CaptureState
from camcheck.window.clock import midnight
from tests.answer.situations import FIREFOX
from tests.builders import a_process
from tests.monitor.build import a_finding, a_session

CAMERA, SECOND = "usb:1234:5678:A", "usb:1234:5678:B"
VOICE = a_process(exe="/opt/zoom/zoom", name="zoom", pid=77)
ODD = a_process(exe="/tmp/.x/v", name="v", pid=99)


def write_months(folder: Path, *, days: int, daily: int = 3) -> None:
    """So many days with so many uses each; one night nobody watched, and one use is an alarm."""
    history = History(str(folder))
    for back in reversed(range(days)):
        start = midnight(datetime.now(UTC), days=-back)
        for number in range(daily):
            began = start + timedelta(hours=9 + number * (9 / daily), minutes=7 * (back % 5))
            if began + timedelta(minutes=50) > datetime.now(UTC):
                break
            second = number % 3 == 2
            session = a_session(
                camera=SECOND if second else CAMERA,
                camera_name="Document camera" if second else "HD Webcam",
                began=began,
                ended=began + timedelta(minutes=25 + 9 * number),
                process=VOICE if number % 2 else FIREFOX,
                capture=CaptureState.ACTIVE,
            )
            history.begin(session)
        if back == 2:
            began = start + timedelta(hours=3, minutes=12)
            odd = a_session(
                began=began,
                ended=began + timedelta(minutes=4),
                process=ODD,
                capture=CaptureState.ACTIVE,
                findings=(a_finding(Severity.HIGH),),
            )
            history.begin(odd)
        dark = start + timedelta(hours=19 if back % 3 == 1 else 23)
        history.watched(
            since=start + timedelta(hours=7 if back % 3 == 2 else 0),
            until=min(dark, datetime.now(UTC)),
        )
    history.close()
