"""A made fleet: seeded, with twelve planted troubles and as many honest oddities.

    python -m tests.fleet.made FOLDER [MACHINES]

writes three weeks of reports of ten thousand machines into FOLDER: each machine once a week, some
each day. `PLANTED` and `HONEST` name the machines that are not ordinary, and say what is so.
"""

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from camcheck.findings import Report, Session, Span
from camcheck.model import (
    Bus,
    Camera,
    CameraKind,
    CameraPrint,
    Capture,
    CaptureState,
    ExeState,
    Fact,
    Gap,
    Holder,
    Host,
    Indicator,
    IndicatorKind,
    IndicatorState,
    PersistenceEntry,
    Process,
    Reason,
    Snapshot,
    Trust,
    Via,
)
from camcheck.render.json import digest, document
from tests.fleet.troubles import changed, is_special

SEED, DAYS = 16, 15
BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)
MODELS = ("HD Webcam C270", "Integrated Camera", "BRIO 4K", "Laptop FHD")
DARK_MODEL = "Budget Cam"  # its driver never lights the light
PROGRAMS = ("firefox", "chromium", "zoom", "teams", "obs", *(f"tool{n}" for n in range(40)))
HOURS = (8, 9, 9, 10, 10, 11, 13, 13, 14, 14, 15, 16)


class Machine(NamedTuple):
    """What an ordinary machine is like; ``days`` are those on which it reports."""

    number: int
    model: str
    program: str
    windows: bool
    days: tuple[int, ...]
    script: bool

    @property
    def name(self) -> str:
        return f"desk-{self.number:04}"


def machines(count: int, *, days: int = DAYS) -> Iterator[Machine]:
    """The machines; the same for the same ``count``."""
    chance = random.Random(SEED)
    for number in range(count):
        windows = chance.random() < 0.3
        # the first is the most common, the last is on a handful
        program = PROGRAMS[min(int(chance.paretovariate(1.1)) - 1, len(PROGRAMS) - 1)]
        model = DARK_MODEL if number % 80 == 7 else chance.choice(MODELS)
        script = chance.random() < 0.02
        yield Machine(number, model, program, windows, tuple(range(0, days, 7)), script)


def sha(*parts: object) -> str:
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()


def exe_of(program: str, *, windows: bool) -> str:
    if windows:
        return rf"C:\Program Files\{program}\{program}.exe"
    return f"/usr/bin/{program}"


def report(machine: Machine, *, day: int) -> Report:
    """What ``machine`` reports on ``day`` (from 0): a program films, the light is on."""
    when = BEGIN + timedelta(days=day, minutes=machine.number % 240)
    camera = f"usb:046d:{sha(machine.model)[:4]}:port-1-1"
    exe = exe_of(machine.program, windows=machine.windows)
    process = Process(
        pid=4000,
        started=when - timedelta(hours=1),
        name=machine.program,
        exe=exe,
        exe_state=ExeState.PRESENT,
        cmdline=(exe,),
        user="erika",
        uid=1000,
        ppid=1,
        package=None if machine.windows else machine.program,
        signer=f"{machine.program} Ltd" if machine.windows else None,
        sha256=sha(exe),
    )
    light = IndicatorState.OFF if machine.model == DARK_MODEL else IndicatorState.ON
    snapshot = Snapshot(
        host=Host(
            "Windows" if machine.windows else "Linux",
            "10.0.26100" if machine.windows else "6.12.0",
            "#1",
            "x86_64",
            machine.name,
        ),
        started_at=when,
        finished_at=when + timedelta(seconds=1),
        elevated=True,
        cameras=(Camera(camera, machine.model, Bus.USB, CameraKind.PHYSICAL, driver="uvcvideo"),),
        processes=(process,),
        holders=(
            Holder(
                camera,
                4000,
                process.started,
                Via.CONSENT_STORE if machine.windows else Via.FD,
                "camera" if machine.windows else "/dev/video0",
            ),
        ),
        captures=(Capture(camera, CaptureState.ACTIVE, "its video channel tells it"),),
        indicators=(
            Indicator(camera, IndicatorKind.LED, light, "led", Trust.KERNEL, "it is read"),
        ),
        persistence=(*COMMON_STARTS, *(own_script(machine) if machine.script else ())),
        prints=(CameraPrint(camera, machine.model, "uvcvideo", "1.00", (), sha(machine.model)),),
    )
    gaps = (LIGHT_UNKNOWN,) if machine.model == DARK_MODEL else ()
    return Report(
        snapshot=snapshot._replace(gaps=gaps),
        findings=(),
        gaps=gaps,
        camcheck_version="0.1.0",
        rules_version="2026.11.01",
        past=uses(machine, process, when) if machine.number % 10 == 0 else (),
        watched=(Span(when - timedelta(days=7), when),),
    )


LIGHT_UNKNOWN = Gap(
    Fact.INDICATORS, DARK_MODEL, Reason.UNSUPPORTED, "Whether its light works was never measured."
)
COMMON_STARTS = (
    PersistenceEntry("systemd unit", "/etc/systemd/system/ssh.service", "ssh", "/usr/sbin/sshd"),
    PersistenceEntry("cron", "/etc/cron.d/updates", "updates", "/usr/bin/updates --quiet"),
)


def own_script(machine: Machine) -> tuple[PersistenceEntry, ...]:
    """Something of the user's own, as one in fifty has it, for as long as we know."""
    word = sha("script", machine.number).translate(str.maketrans("0123456789", "ghijklmnop"))[:6]
    command = f"/home/erika/bin/{word}"
    return (PersistenceEntry("cron", "/var/spool/cron/erika", word, command, "erika"),)


def uses(machine: Machine, process: Process, when: datetime) -> tuple[Session, ...]:
    """A week of calls at office hours; those of a day are the same in each report that has it."""
    made = []
    for back in range(1, 6):
        day = (when - timedelta(days=back)).replace(hour=0, minute=0)
        chance = random.Random(f"{SEED} {machine.number} {day:%j}")
        for hour in chance.sample(HOURS, 2):
            began = day + timedelta(hours=hour, minutes=chance.randrange(60))
            ended = began + timedelta(minutes=30)
            made.append(Session("camera", machine.model, began, ended, process))
    return tuple(sorted(made, key=lambda one: one.began))


def reports(count: int, *, every: int = 1) -> Iterator[tuple[str, dict[str, Any]]]:
    """File names and documents of the whole fleet, or of ``every`` so many machines and of all
    that are not ordinary. An ordinary machine's document is that of its like with another name,
    because making each of them would take minutes.
    """
    like: dict[object, dict[str, Any]] = {}
    for machine in machines(count):
        special = is_special(machine.number)
        if machine.number % every and not special:
            continue
        machine = changed(machine)
        for day in machine.days:
            if special or machine.script or machine.number % 10 == 0:
                made = document(changed(machine, report(machine, day=day), day=day))
            else:
                kind = (*machine[1:4], day, machine.number % 240)
                if kind not in like:
                    like[kind] = document(report(machine, day=day))
                made = dict(like[kind])
                made["host"] = {**made["host"], "name": machine.name}
                made["digest"] = digest(made)
            yield f"{machine.name}-{day}.json", made


def small_fleet(folder: Path, *, machines: int, days: int) -> None:
    """Each of a few ordinary machines on each day."""
    folder.mkdir(exist_ok=True)
    for machine in globals()["machines"](machines):
        for day in range(days):
            made = document(report(machine, day=day))
            (folder / f"{machine.name}-{day}.json").write_text(json.dumps(made))


def write(folder: Path, count: int = 10_000, *, every: int = 1) -> int:
    """Writes the fleet's `reports` into ``folder``, which is made; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    return sum(
        bool((folder / name).write_text(json.dumps(made)))
        for name, made in reports(count, every=every)
    )


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), *map(int, sys.argv[2:3])))
