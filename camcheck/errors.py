"""What can go wrong in camcheck itself; each error says what to do."""


class CamcheckError(Exception):
    """Something that camcheck cannot recover from; the text is shown to the user as it is."""


class OutputError(CamcheckError):
    """A report or output could not be written in full."""


class UnsupportedSystemError(CamcheckError):
    """There is no collector for this operating system."""


class OfflineError(CamcheckError):
    """A registry hive from a disk cannot be read."""


class ReportError(CamcheckError):
    """A stored report is not one, is damaged, or is of a version that is not known yet."""


class MonitorError(CamcheckError):
    """The monitor cannot run, or cannot be installed, as it was asked to."""


class HistoryError(CamcheckError):
    """The history of the monitor cannot be read or written."""
