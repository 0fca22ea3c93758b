"""What belongs together is shown together, and a stranger's report cannot confuse it."""

from datetime import timedelta

import pytest

from camcheck.model import Fact, Gap, Moment, Reason
from camcheck.render import picture, view
from tests.report.sample import (
    INFRARED,
    WHEN,
    a_process,
    a_report,
    a_snapshot,
    an_incomplete_report,
)


def with_processes(*processes):
    return a_report(snapshot=a_snapshot(processes=processes, holders=()))


def test_the_tree_shows_ancestors_and_nothing_else():
    """Holders and what findings are about, below the programs that started them."""
    lines = view.tree(a_report())

    assert [(1, 0), (2100, 1), (3000, 2), (4242, 2)] == [
        (line.process.pid, line.depth) for line in lines
    ]
    assert [None, None, "holds a camera", "holds a camera, see findings"] == [
        line.why for line in lines
    ]


def test_a_number_that_was_used_again_is_no_parent():
    """A "parent" that started later than its child is somebody else."""
    young = a_process(pid=7, name="other", exe="/x", started=WHEN, ppid=1)
    lines = view.tree(with_processes(young, a_process(ppid=7, started=WHEN - timedelta(hours=1))))

    assert [("fontd", 0)] == [(line.process.name, line.depth) for line in lines]


@pytest.mark.parametrize(
    "parents", [{5: 5}, {5: 6, 6: 5}, {5: 6, 6: 7, 7: 6}], ids=["itself", "pair", "behind"]
)
def test_parents_in_a_circle_are_shown_once(parents):
    """A forged report can say so; the page neither hangs nor forgets anybody."""
    processes = [a_process(pid=pid, ppid=parent) for pid, parent in parents.items()]
    lines = view.tree(with_processes(*processes))

    assert sorted(parents) == sorted(line.process.pid for line in lines)


def test_a_chain_without_end_is_cut_but_shown():
    """A thousand ancestors are not all drawn, and the program in question is."""
    chain = [a_process(pid=pid, ppid=pid - 1, exe=f"/{pid}") for pid in range(2, 1000)]
    report = with_processes(*chain, a_process(pid=1000, ppid=999))
    lines = view.tree(report)

    assert 1000 == lines[-1].process.pid
    assert len(lines) <= 64
    assert max(box.x for box in picture.tree(lines)) < picture.WIDTH / 2


def test_a_holder_that_is_unknown_is_still_shown():
    """Not knowing a program is no reason to leave it out."""
    examined = view.cameras(an_incomplete_report()._replace(snapshot=a_snapshot(processes=())))[0]

    assert ["a program that could not be looked at"] * 2 == [use.name for use in examined.uses]


def test_the_grid_tells_yes_no_and_cannot_say():
    """Each party's own answer; not observable is never "no"."""
    drawn = picture.grid(view.cameras(a_report())[0])
    answers = {row.lines[0]: row.answer for question in drawn.questions for row in question.rows}

    assert "yes" == answers["alternate setting: 6"]
    assert "unknown" == answers["runtime power: active"]
    assert "unknown" == answers["light, driven by the camera"]
    assert "no" == answers["camera icon on the desktop,"]


def test_nobody_seen_is_cannot_say_where_nobody_could_look():
    """An empty list of holders means "no" only when it could be read."""
    could = a_report(snapshot=a_snapshot(holders=(), references=()), gaps=())
    gap = Gap(
        Fact.HOLDERS, "214 processes", Reason.DENIED, "Programs of others could not be asked."
    )
    could_not = could._replace(gaps=(gap,))

    assert "no" == picture.grid(view.cameras(could)[0]).questions[1].rows[0].answer
    assert "unknown" == picture.grid(view.cameras(could_not)[0]).questions[1].rows[0].answer


def test_the_timeline_is_in_order_and_names_cameras():
    """History of the monitor, starts of programs, and the scan, oldest first."""
    report = a_report(timeline=(Moment(WHEN - timedelta(days=2), INFRARED, "was opened"),))

    assert [
        "Integrated IR Camera: was opened",
        "fontd was started",
        "firefox was started",
        "camcheck looked at this computer",
    ] == [moment.text for moment in view.timeline(report)]


def test_a_wide_name_stays_inside_its_box():
    """East Asian characters take two columns, and an endless name ends."""
    assert "摄像头…" == picture.fitted("摄像头摄像头", columns=7)
    assert ("aaaa", "bb …") == picture.wrapped("aaaa bb cc dd", columns=4, most=2)[:2]
