"""Filming in a process of its own: cameras that work, are busy, hang or break off."""

import io
import json
import sys
import time

import numpy as np
import pytest

from camcheck.model import CameraKind, NodeKind, Via
from camcheck.selftest import SelftestError, filming
from camcheck.selftest.choice import choose
from camcheck.selftest.code import decoy, pattern, planned, sampled
from camcheck.selftest.course import Result, WitnessReport, play_code
from camcheck.selftest.filming import Filming, film
from camcheck.selftest.record import (
    code_path,
    recall,
    recall_code,
    remember,
    remember_code,
)
from camcheck.selftest.rounds import Answer, LightVerdict, Round
from tests.builders import CAMERA, a_camera, a_holder, a_process, a_snapshot

GOOD = """
import sys
print('{"event": "filming"}', flush=True)
sys.stdin.read()
print('{"event": "done", "pictures": 7, "kind": "scene"}', flush=True)
"""


def child(script):
    return [sys.executable, "-c", script]


def test_a_camera_that_films():
    """It starts, stops when it is left, and tells what the pictures were."""
    with Filming("/dev/video0", command=child(GOOD)) as run:
        assert None is run.kind

    assert ("scene", 7) == (run.kind, run.pictures)
    assert run.stopped >= run.started


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('print(\'{"event": "failed", "why": "it is in use"}\')', "it is in use"),
        ("raise SystemExit(1)", "broke off"),
        ("print('nonsense')", "broke off"),
        ("print('[]')", "broke off"),
    ],
    ids=["busy", "ends", "nonsense", "list"],
)
def test_a_camera_that_cannot_be_started_is_told(script, said):
    """A clear sentence with the node."""
    with pytest.raises(SelftestError, match=f"/dev/video0 .*{said}"):
        Filming("/dev/video0", command=child(script)).__enter__()


def test_a_camera_that_hangs_is_given_up():
    """Within the time, and nothing of it is left running."""
    script = 'print(\'{"event": "opening"}\', flush=True)\ninput()'
    camera = Filming("/dev/video0", command=child(script), patience=0.5)
    began = time.monotonic()
    with pytest.raises(SelftestError, match="gives no picture"):
        camera.__enter__()

    assert 100 > time.monotonic() - began
    assert None is not camera._child.poll()


def test_a_camera_that_does_not_stop_is_given_up(monkeypatch):
    """It is ended, and that is told."""
    monkeypatch.setattr(filming, "STOP_WITHIN", 0.5)
    script = 'import time\nprint(\'{"event": "filming"}\', flush=True)\ntime.sleep(600)'
    camera = Filming("/dev/video0", command=child(script))
    with pytest.raises(SelftestError, match="does not stop"), camera:
        pass

    assert None is not camera._child.poll()


def test_a_camera_that_is_missing_is_told(tmp_path):
    """OpenCV opens nothing: one line that says so."""
    said = io.StringIO()
    status = film(str(tmp_path / "nothing.avi"), source=io.StringIO(), target=said)

    assert 1 == status
    assert "failed" == json.loads(said.getvalue().splitlines()[-1])["event"]


def test_the_pictures_of_a_film_are_judged(tmp_path):
    """A film file in the camera's place: black pictures are told to be black."""
    import cv2

    path = str(tmp_path / "black.avi")
    writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*"MJPG"), 25, (64, 48))
    for _ in range(20):
        writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()
    said = io.StringIO()
    film(path, source=io.StringIO(), target=said)
    told = [json.loads(line) for line in said.getvalue().splitlines()]

    assert ["opening", "filming", "done"] == [line["event"] for line in told]
    assert "black" == told[-1]["kind"]


def test_a_code_is_what_the_camera_truly_did():
    """The spans are those of first picture and stop, not those that were planned."""
    said = []
    code = play_code(
        "/dev/video0",
        (True, True, False, True),
        say=said.append,
        start=lambda node: Filming(node, command=child(GOOD)),
        chip=0.2,
    )

    lengths = [span.end - span.start for span in code.spans]

    assert 2 == len(code.spans)
    assert lengths[0] >= 0.4
    assert lengths[1] >= 0.2
    assert all(span.end > span.start >= 0 for span in code.spans)
    assert code.spans[0].end <= code.spans[1].start
    assert "4 of 4 steps" == said[-1]


def test_a_pattern_is_balanced_and_unlike_itself():
    """16 of 31 steps are on; shifted by any step, as many agree as not (a maximum sequence)."""
    steps = pattern()
    others = [steps[n:] + steps[:n] for n in range(1, 31)]
    shifts = [sum(map(bool.__eq__, steps, other)) for other in others]

    assert (31, 16) == (len(steps), sum(steps))
    assert {15} == set(shifts)


def test_a_decoy_has_the_same_times_in_another_order():
    """As long, as often on, and another code."""
    code = planned(pattern())
    false = decoy(code, np.random.default_rng(1))
    times = sorted(round(span.end - span.start, 6) for span in code.spans)

    assert times == sorted(round(span.end - span.start, 6) for span in false.spans)
    assert code.length == false.length
    assert not np.array_equal(sampled(code, 10), sampled(false, 10))


RESULT = Result(
    CAMERA,
    LightVerdict.FOLLOWS,
    (Round(True, Answer.LIT),),
    WitnessReport(("a",), ("b",)),
    ("scene",),
)


def test_a_result_is_remembered(tmp_path):
    """The newest of each camera, and no picture."""
    folder = str(tmp_path / "data")
    remember(folder, RESULT, at="2026-05-06T07:08:09+00:00", kernel="6.1")
    remember(
        folder, RESULT._replace(camera="usb:other"), at="2026-05-06T07:08:10+00:00", kernel="6.1"
    )
    known = recall(folder)

    assert {CAMERA, "usb:other"} == set(known)
    assert (["a"], ["b"]) == (known[CAMERA]["changed"], known[CAMERA]["silent"])
    assert 2000 > (tmp_path / "data/selftest.json").stat().st_size


def test_a_damaged_record_is_none(tmp_path):
    """It is made anew with the next test."""
    (tmp_path / "selftest.json").write_text("{")

    assert {} == recall(str(tmp_path))


def test_a_code_is_remembered(tmp_path):
    """It comes back as it was."""
    code = planned(pattern())
    path = remember_code(str(tmp_path), code, camera=CAMERA, at="now")

    assert code_path(str(tmp_path)) == path
    assert code == recall_code(path)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"length": 10}',
        '{"length": 10, "spans": []}',
        '{"length": 10, "spans": [[3, 2]]}',
        '{"length": 10, "spans": [[1, "x"]]}',
        '{"length": 1e9, "spans": [[1, 2]]}',
        '{"length": NaN, "spans": [[1, 2]]}',
    ],
)
def test_a_code_that_makes_no_sense_is_told(tmp_path, text):
    """Damaged or impossible: record a new one."""
    path = tmp_path / "code.json"
    path.write_text(text)
    with pytest.raises(SelftestError, match="Record a new one"):
        recall_code(str(path))


def test_without_a_code_the_film_says_nothing(tmp_path):
    """The sentence tells how to get one."""
    with pytest.raises(SelftestError, match="--code"):
        recall_code(str(tmp_path / "none.json"))


def test_the_only_camera_is_chosen():
    """A virtual one beside it does not count."""
    virtual = a_camera(id="virtual:x", kind=CameraKind.VIRTUAL)
    camera, node = choose(a_snapshot(cameras=[a_camera(), virtual]), None)

    assert (CAMERA, "/dev/video0") == (camera.id, node)


@pytest.mark.parametrize(
    ("facts", "wanted", "said"),
    [
        ({"cameras": []}, None, "No camera was found"),
        ({}, "usb:other", "There is no camera usb:other"),
        ({"cameras": [a_camera(), a_camera(id="usb:b")]}, None, "several cameras.*usb:b"),
        ({"cameras": [a_camera(nodes=())]}, None, "no driver"),
        ({"holders": [a_holder()]}, None, "in use by caller"),
    ],
)
def test_a_camera_that_cannot_be_tested_is_told(facts, wanted, said):
    """Missing, unknown, ambiguous, without driver, busy: a clear sentence each."""
    with pytest.raises(SelftestError, match=said):
        choose(a_snapshot(**facts), wanted)


def test_a_broker_does_not_make_a_camera_busy():
    """PipeWire holds cameras all the time."""
    facts = {"holders": [a_holder(via=Via.FD)], "processes": [a_process(name="wireplumber")]}
    camera, _ = choose(a_snapshot(**facts), CAMERA)

    assert NodeKind.CAPTURE in {node.kind for node in camera.nodes}
