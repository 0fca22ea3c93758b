"""A monitor that is installed, and does not watch."""

from collections.abc import Iterator

from camcheck.checks.phrases import finding
from camcheck.checks.sentences import TEXTS
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
    texts = TEXTS["monitor-silenced"]
    needs = frozenset({Fact.HISTORY})

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
