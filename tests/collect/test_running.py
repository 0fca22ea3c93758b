"""Processes as psutil lists them: what is denied is named, and what ends is left out."""

from datetime import UTC, datetime

import psutil
import pytest

from camcheck.collect import running
from camcheck.model import Process

NOW = datetime(2026, 5, 4, tzinfo=UTC)


class Listed:
    """A process as psutil gives it; an answer that is an error is raised."""

    def __init__(self, pid, **answers):
        self.pid, self._answers = pid, answers

    def __getattr__(self, field):
        def answer():
            said = self._answers[field]
            if isinstance(said, Exception):
                raise said
            return said

        return answer


def describe(listed):
    said, unknown = running.ask(listed, ("exe", "username"), denied=(psutil.AccessDenied,))
    return Process(
        listed.pid, NOW, "x", exe=said.get("exe"), user=said.get("username"), unknown=tuple(unknown)
    )


@pytest.fixture
def machine(monkeypatch):
    listed = [
        Listed(9, exe="/b", username="bob"),
        Listed(7, exe=psutil.AccessDenied(), username=psutil.AccessDenied()),
        Listed(8, exe=psutil.NoSuchProcess(8), username="bob"),
    ]
    monkeypatch.setattr(psutil, "process_iter", lambda: iter(listed))


def test_denied_field_is_unknown_and_counted(machine):
    """By our own names for fields; in order of numbers; who ended is neither known nor missed."""
    found, (gap,) = running.list_processes(describe, advice="Use sudo.")

    assert [(7, ("exe", "user")), (9, ())] == [(one.pid, one.unknown) for one in found]
    assert ("1 processes", True) == (gap.subject, gap.detail.endswith("Use sudo."))


def test_all_that_answer_leave_no_gap(monkeypatch):
    """Nothing is said to be missing where nothing is."""
    monkeypatch.setattr(psutil, "process_iter", lambda: [Listed(1, exe="/a", username="a")])

    assert () == running.list_processes(describe, advice="")[1]


def test_signature_that_cannot_be_checked_is_a_gap():
    """Only programs that were asked about are signed; a failure leaves the process as it was."""
    processes = [Process(pid, NOW, "x", exe=f"/{pid}", unknown=("signer",)) for pid in (1, 2, 3)]

    def sign(process):
        if process.pid == 2:
            raise OSError("no answer")
        return process._replace(signer="Somebody", unknown=())

    answered, (gap,) = running.with_signers(processes, pids=frozenset({1, 2}), sign=sign)

    assert ["Somebody", None, None] == [one.signer for one in answered]
    assert [(), ("signer",), ("signer",)] == [one.unknown for one in answered]
    assert ("/2", "Its signature could not be checked: no answer.") == (gap.subject, gap.detail)
