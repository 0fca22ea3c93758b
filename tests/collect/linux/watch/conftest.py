"""The stand-in camera, as the monitor's tests have it."""

from tests.monitor.conftest import camera

__all__ = ["camera"]
