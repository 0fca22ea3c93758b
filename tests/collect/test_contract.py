"""One contract for three collectors: a machine with one camera, held by one process, or by none."""

import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from camcheck.model import Snapshot
from camcheck.render.json import render
from camcheck.scan import judge
from camcheck.serial import from_plain, to_plain
from tests.bench.sysfs import write_webcam
from tests.collect.macos import fake as mac
from tests.collect.windows import fake as windows

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


def on_windows(*, held):
    from camcheck.collect.windows import collect

    registry = windows.consent(windows.ZOOM, ended=None if held else windows.NOW)
    machine = windows.a_machine(
        devices=[windows.a_device()],
        registry=registry,
        activities=[windows.streaming()] if held else [],
        processes=[windows.a_process()],
    )
    return collect(machine=machine)


def on_macos(*, held):
    from camcheck.collect.macos import collect

    shown = [f"cam:{mac.ZOOM}"] if held else []
    machine = mac.a_machine(
        devices=[mac.a_device(running=held)],
        log=mac.a_log(mac.activity(*shown)),
        processes=[mac.a_process()],
    )
    return collect(machine=machine)


def on_linux(*, held):
    """The real kernel, with a character device without side effects in the camera's place."""
    from camcheck.collect.linux import Roots, collect
    from tests.stand_in_device import free_device

    sysfs = Path(on_linux.folder) / ("held" if held else "idle")
    shutil.rmtree(sysfs, ignore_errors=True)
    with free_device() as device:
        write_webcam(sysfs, device=device.text, opened=int(held), awake=held)
        return held_on_linux(sysfs, device.path) if held else collect(Roots(sys=str(sysfs)))


def held_on_linux(sysfs, node):
    """A look while a program has the node open."""
    from camcheck.collect.linux import Roots, collect

    hold = f"import sys; f = open({node!r}, 'wb', 0); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        snapshot = collect(Roots(sys=str(sysfs)))
        child.communicate()
    return snapshot


@pytest.fixture(
    params=[
        on_windows,
        on_macos,
        pytest.param(
            on_linux,
            marks=pytest.mark.skipif(sys.platform != "linux", reason="asks a Linux kernel"),
        ),
    ]
)
def look(request, tmp_path):
    """A collector over its own kind of fake machine."""
    on_linux.folder = tmp_path
    return request.param


@pytest.fixture(params=[True, False], ids=["held", "idle"])
def snapshot(look, request):
    """What the collector says of a held and of an idle camera."""
    return look(held=request.param)


def test_held_camera_has_one_holder(look):
    """The one process at the one camera is the holder, by number and start."""
    snapshot = look(held=True)
    (camera,) = snapshot.cameras

    assert {camera.id} == {holder.camera for holder in snapshot.holders}
    assert 1 == len({holder.process for holder in snapshot.holders})


def test_idle_camera_has_no_holder(look):
    """The same process without the camera holds nothing."""
    assert () == look(held=False).holders


def test_camera_in_use_is_found(look):
    """The checks say of a held camera that a program uses it, and of an idle one nothing."""
    held, idle = judge(look(held=True)), judge(look(held=False))

    assert "camera-in-use" in {finding.check for finding in held.findings}
    assert "camera-in-use" not in {finding.check for finding in idle.findings}


def test_every_reference_leads_somewhere(snapshot):
    """Holders name listed processes; holders, captures and indicators name listed cameras."""
    cameras = {camera.id for camera in snapshot.cameras}
    facts = (*snapshot.holders, *snapshot.captures, *snapshot.indicators)

    assert {holder.process for holder in snapshot.holders} <= {one.id for one in snapshot.processes}
    assert {fact.camera for fact in facts} <= cameras


def test_snapshot_is_sorted_and_in_utc(snapshot):
    """Equal machines give equal text: every list has an order, every time is UTC."""
    lists = (snapshot.cameras, snapshot.holders, snapshot.gaps)
    pids = [process.pid for process in snapshot.processes]

    assert all(list(one) == sorted(one) for one in lists)
    assert sorted(pids) == pids
    assert timedelta(0) == snapshot.started_at.utcoffset() == snapshot.finished_at.utcoffset()
    assert snapshot.started_at <= snapshot.finished_at


def test_snapshot_survives_storing(snapshot):
    """Written as plain data and read back it is the same snapshot."""
    assert snapshot == from_plain(Snapshot, json.loads(json.dumps(to_plain(snapshot))))


def test_report_has_the_one_schema(snapshot):
    """The reports of all three systems are of the same published form."""
    from jsonschema import Draft202012Validator

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    Draft202012Validator(schema).validate(json.loads(render(judge(snapshot))))


def test_camera_is_known_again(look):
    """A second look gives the camera the same id."""
    first, second = look(held=False), look(held=False)

    assert [one.id for one in first.cameras] == [one.id for one in second.cameras]


def test_everything_seen_leaves_no_gap(look):
    """A machine that answers every question has no gap about cameras, holders or capture."""
    facts = {gap.fact.value for gap in look(held=False).gaps}

    assert not facts & {"cameras", "capture", "indicators", "history"}


def test_every_system_has_its_rules(look):
    """The name that a collector gives its system is one that rules are written for."""
    gaps = judge(look(held=False)).gaps

    assert ("signatures", "unsupported") not in {(gap.fact.value, gap.reason.value) for gap in gaps}
