"""Report files of three machines, in JSON: nobody has the camera, somebody hides, half seen."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from .cameras import find
from .people import PEOPLE, start_as

ENDINGS = (".html", ".json", ".ocsf.json", ".md")


def main() -> int:
    """Prints file name to text, and the exit status of each command."""
    webcam = find()
    assert webcam
    said = {"clear": written("clear", "root")}
    holder = hidden(str(webcam.video))
    try:
        said["found"] = written("found", "root")
        said["incomplete"] = written("incomplete", "bob")
    finally:
        os.killpg(holder.pid, signal.SIGKILL)
        holder.wait()
    json.dump({"pid": holder.pid, "reports": said}, sys.stdout)
    return 0


def hidden(node: str) -> subprocess.Popen[str]:
    """alice's program in a hidden folder: it maps the pictures and closes the camera."""
    folder = Path(PEOPLE["alice"].home) / ".cache" / ".fontd"
    folder.mkdir(parents=True)
    program = shutil.copy("/lab/bin/mmap_closefd", folder / "fontd")
    for path in (folder.parent, folder, Path(program)):
        os.chown(path, PEOPLE["alice"].uid, PEOPLE["alice"].uid)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "start_new_session": True}
    holder = start_as("alice", [str(program), "-d", node], **pipes)
    assert holder.stdout
    assert select.select([holder.stdout], [], [], 120)[0]
    assert holder.stdout.readline().startswith("READY ")
    return holder


def written(name: str, viewer: str) -> dict[str, object]:
    """One scan by that viewer, in every form."""
    folder = Path(PEOPLE[viewer].home) / name
    folder.mkdir(parents=True)
    os.chown(folder, PEOPLE[viewer].uid, PEOPLE[viewer].uid)
    files = [str(folder / f"report{ending}") for ending in ENDINGS]
    command = ["camcheck", "report", *(word for file in files for word in ("-o", file))]
    scan = start_as(viewer, command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    out, _ = scan.communicate(timeout=300)
    texts = {
        ending: Path(file).read_text(encoding="utf-8")
        for ending, file in zip(ENDINGS, files, strict=True)
        if os.path.exists(file)
    }
    return {"status": scan.returncode, "said": out, "files": texts}


if __name__ == "__main__":
    sys.exit(main())
