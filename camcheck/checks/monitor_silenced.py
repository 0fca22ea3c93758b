"""A monitor that is installed, and does not watch."""

from collections.abc import Iterator

from camcheck.checks.phrases import finding
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import Fact, MonitorHealth, MonitorState, Snapshot

_TITLES = {
    MonitorHealth.STOPPED: "The monitor is held still and sees nothing",
    MonitorHealth.DEAF: "The monitor runs, and hears nothing",
    MonitorHealth.REPLACED: "What runs in the monitor's place is not the monitor",
    MonitorHealth.DEAD: "The monitor that you installed does not run",
    MonitorHealth.DISABLED: "The monitor that you installed no longer starts by itself",
}
_EVIDENCE = {
    MonitorHealth.STOPPED: "It gives no sign of life",
    MonitorHealth.DEAF: "It did not notice that the scan opened the file made for this test",
    MonitorHealth.REPLACED: "Its service or its process is another one than the monitor makes",
    MonitorHealth.DEAD: "No monitor holds its place",
    MonitorHealth.DISABLED: "The system does not start it",
}
_MILD = (MonitorHealth.DEAD, MonitorHealth.DISABLED)


class MonitorSilenced:
    """A monitor that should watch is stopped, dead, disabled, replaced or deaf."""

    id = "monitor-silenced"
    title = "Whether the monitor that you installed watches"
    needs = frozenset({Fact.HISTORY})
    meaning = (
        "You have installed the monitor so that it watches all the time, and now it does not: a "
        "use of the camera is not noticed. Whoever wants to film unseen would begin by stopping "
        "it; the history cannot tell of that time."
    )
    harmless = (
        "You or an update stopped it, or you have logged out and the service is one of your login.",
        "The computer was so busy that the monitor could not run.",
        "camcheck was updated, and the monitor of before still runs.",
    )
    steps = (
        "See what it says itself: camcheck monitor status.",
        "Start it anew: camcheck monitor install (the one for all users: with sudo and --system).",
        "If you did not stop it, and it happens again, show a report to somebody you trust.",
    )
    technician = (
        "systemctl [--user] status camcheck-monitor.service, and its journal: who stopped it?",
        "A process in state T was stopped by a signal (SIGSTOP) that only its own user or root can "
        "send.",
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        for state in snapshot.monitors:
            if state.health is not MonitorHealth.WATCHING:
                yield self._found(state)

    def _found(self, state: MonitorState) -> Finding:
        life = f"; last sign of life: {state.seen:%Y-%m-%d %H:%M:%S} UTC" if state.seen else ""
        who = f" (process {state.pid})" if state.pid else ""
        text = f"{_EVIDENCE[state.health]}{who}{life}."
        return finding(
            self,
            Severity.LOW if state.health in _MILD else Severity.MEDIUM,
            Confidence.HIGH,
            title=_TITLES[state.health],
            subject=Subject(place=state.service),
            evidence=(Evidence(text, state.service),),
        )
