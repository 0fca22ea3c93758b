"""`camcheck selftest` on the webcam, answered by what its light truly shows, and scans after it.

Call: python -m tests.lab.guest.selftest PYTHON FOLDER MODE POLICY; PYTHON is an interpreter with
OpenCV, FOLDER that of the sources of the project; MODE and POLICY are the webcam's. Prints JSON.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.lab.ways import WAYS

from .cameras import Webcam
from .capture import end, scan, wait_for_streaming
from .matrix import start, the_webcam

RECORD = Path("/var/lib/camcheck/selftest.json")
QUESTION = "? for not sure)"


def main() -> int:
    """A self-test, and scans after it: of the webcam at rest, and while it films."""
    interpreter, folder, mode, policy = sys.argv[1:]
    webcam = the_webcam(mode)
    webcam.tell(f"led {policy}")
    told = test_until_it_films(webcam, interpreter, folder)
    told["idle"] = scan()
    holder, _ = start(WAYS["stream_mmap"], webcam.video)
    told["film"] = scan()
    end(holder)
    wait_for_streaming(webcam, on=False)
    json.dump(told, sys.stdout)
    return 0


def test_until_it_films(webcam: Webcam, interpreter: str, folder: str) -> dict[str, Any]:
    """Self-tests until one has filmed: once in 32 times chance lets all its rounds be dark."""
    while True:
        films = webcam.truth()["streams"]
        command = [interpreter, "-m", "camcheck", "selftest", "--yes"]
        test = subprocess.Popen(
            command,
            env={"PYTHONPATH": folder, "HOME": "/root", "LANG": "C.UTF-8", "PATH": "/usr/bin"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        said, answers = answered(test, webcam)
        films = webcam.truth()["streams"] - films
        if films or test.returncode:
            record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
            facts = next((v for name, v in record.items() if webcam.serial in name), None)
            owner = RECORD.stat().st_uid if RECORD.exists() else None
            return {
                "status": test.returncode, "said": said, "answers": answers, "films": films,
                "record": facts, "owner": owner,
            }  # fmt: skip


def answered(test: subprocess.Popen[str], webcam: Webcam) -> tuple[str, list[bool]]:
    """Reads until a question comes, and answers with what the light shows at that moment."""
    assert test.stdin and test.stdout
    said, answers, from_here = "", [], 0
    while part := test.stdout.read(1):
        said += part
        if QUESTION in said[from_here:]:
            from_here = len(said)
            answers.append(webcam.truth()["led"])
            test.stdin.write("y\n" if answers[-1] else "n\n")
            test.stdin.flush()
    test.wait()
    return said, answers


if __name__ == "__main__":
    sys.exit(main())
