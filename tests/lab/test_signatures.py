"""Rules about camera holders, against programs that really hold a real camera driver."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RECORDED = Path(__file__).parents[1] / "recorded" / "linux.json"
ALARM = {"low", "medium", "high", "critical"}
EXPECTED = {
    "shared-memory": ("high", "linux/generic/holder_in_temporary_folder.yml"),
    "mokes": ("critical", "linux/malware/mokes_path.yml"),
    "java": ("medium", "any/generic/java_from_hidden_folder_holds_camera.yml"),
    "script": ("low", "any/generic/script_holds_camera.yml"),
    "cron": ("medium", "linux/generic/recorder_from_cron.yml"),
}


@pytest.mark.parametrize(("scene", "expected"), EXPECTED.items(), ids=list(EXPECTED))
def test_holder_of_a_known_kind_is_named(
    lab: Callable[..., Any], scene: str, expected: tuple[str, str]
) -> None:
    """The scan names the rule, with its severity, while the program holds the webcam."""
    severity, rule = expected

    assert rule in lab("signatures")[scene].get(severity, [])


@pytest.mark.parametrize("scene", ["ordinary", "minecraft", "nobody"])
def test_ordinary_holder_raises_nothing(lab: Callable[..., Any], scene: str) -> None:
    """An installed viewer, a known game, and a camera that nobody holds are quiet."""
    assert set() == ALARM & set(lab("signatures")[scene])


def test_recorded_machine_would_be_recorded_so_today(lab: Callable[..., Any]) -> None:
    """What tests/recorded/linux.json says was found is what a scan of such a machine finds."""

    def found(report: Any) -> set[tuple[str, str, str]]:
        return {
            (one["check"], one["severity"], (one["signature"] or {}).get("origin", ""))
            for one in report["findings"]
        }

    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))

    assert found(recorded) == found(lab("recording"))
    assert ("known-bad", "critical", "linux/malware/mokes_path.yml") in found(recorded)
