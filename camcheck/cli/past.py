"""What the monitor has seen before, for the report of today."""

from camcheck.findings import Report
from camcheck.model import Fact, Gap, Reason


def with_timeline(report: Report) -> Report:
    """The report with the monitor's history, where there is one; unreadable history is a gap."""
    from camcheck.cli.folders import history_folder
    from camcheck.errors import HistoryError
    from camcheck.history.timeline import timeline

    folder = history_folder()
    try:
        return report._replace(timeline=timeline(folder))
    except HistoryError as error:
        gap = Gap(Fact.HISTORY, folder, Reason.FAILED, str(error))
        return report._replace(gaps=tuple(sorted({*report.gaps, gap})))
