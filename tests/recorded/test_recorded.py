"""All rules over recorded machines: planted programs are found, and ordinary ones are not."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from camcheck.findings import Report
from camcheck.model import (
    Artifact,
    ArtifactKind,
    Bus,
    Camera,
    CameraKind,
    CameraUse,
    ExeState,
    Holder,
    PersistenceEntry,
    Process,
    Snapshot,
    Via,
)
from camcheck.render import details
from camcheck.render import json as render_json
from camcheck.report.read import parse, read_report
from camcheck.report.redact import redact
from camcheck.report.verify import verify
from camcheck.scan import judge
from camcheck.signatures.build import read_rules
from tests.recorded import macos

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SYSTEMS = ("linux", "windows", "macos")
RULES = read_rules(str(ROOT / "rules"))

# The programs with published names in each recording, and the rules that are about them.
PLANTED = {
    "linux": {
        (".mozilla/firefox/profiled", "linux/malware/mokes_path.yml"),
        (".dropbox/DropboxCache", "linux/malware/mokes_path.yml"),
        ("/dev/shm/.a/v", "linux/generic/holder_in_temporary_folder.yml"),
        ("/java", "any/generic/java_from_hidden_folder_holds_camera.yml"),
        ("/etc/cron.d/cam", "linux/generic/recorder_in_start_entry.yml"),
        ("/tmp/.secure", "linux/malware/derusbi_file.yml"),
        ("/usr/bin/motion", "linux/dual-use/motion.yml"),
    },
    "windows": {
        (r"SubDir\Client.exe", "windows/malware/quasar_path.yml"),
        (r"Windata\svr.exe", "windows/malware/lodarat_path.yml"),
        (r"C:\ProgramData\winlogon.exe", "windows/generic/system_name_elsewhere.yml"),
        (r"C:\users\Public\x.exe", "windows/generic/camera_used_from_odd_folder.yml"),
        (r"\Run", "windows/malware/quasar_run.yml"),
        (r"Run\Quasar Client Startup", "windows/malware/quasar_run.yml"),
    },
    "macos": {
        (".local/softwareupdate", "macos/malware/dazzlespy_path.yml"),
        ("MacOS/activity_agent", "macos/malware/proton_path.yml"),
        ("com.apple.softwareupdate.plist", "macos/malware/dazzlespy_plist.yml"),
        ("com.apple.softwareupdate.plist", "macos/generic/apple_label_in_user_folder.yml"),
    },
}
each_system = pytest.mark.parametrize("system", SYSTEMS)


@cache
def recorded(system: str) -> Report:
    return read_report(str(HERE / f"{system}.json")).report


def named(snapshot: Snapshot) -> set[tuple[str, str]]:
    """(subject, rule) of everything that the rules say about a machine."""
    return {
        (str(finding.subject), finding.signature.origin)
        for finding in judge(snapshot).findings
        if finding.check == "known-bad" and finding.signature
    }


def without_planted(snapshot: Snapshot, system: str) -> Snapshot:
    """The same machine without what has a published name."""
    found = {subject for subject, _ in named(snapshot)}
    kept = tuple(one for one in snapshot.processes if one.exe not in found)
    numbers = {one.id for one in kept}
    return snapshot._replace(
        processes=kept,
        holders=tuple(one for one in snapshot.holders if one.process in numbers),
        persistence=tuple(
            one
            for one in snapshot.persistence
            if not any(one.path == path or path in one.command for path in found)
            and "Quasar" not in one.name
        ),
        artifacts=(),
        history=tuple(one for one in snapshot.history if one.program not in found),
    )


@each_system
def test_planted_programs_are_found_and_ordinary_ones_are_not(system):
    """The rules name exactly the programs with published names, each by its own rule."""
    found = named(recorded(system).snapshot)
    explained = {
        (subject, rule, end)
        for subject, rule in found
        for end, by in PLANTED[system]
        if rule == by and subject.endswith(end)
    }

    assert found == {(subject, rule) for subject, rule, _ in explained}
    assert PLANTED[system] == {(end, rule) for _, rule, end in explained}


@each_system
def test_machine_without_planted_programs_is_quiet(system):
    """Dozens of ordinary programs, holders of the camera among them, match no rule at all."""
    snapshot = without_planted(recorded(system).snapshot, system)

    assert set() == named(snapshot)
    assert len(snapshot.processes) >= len(recorded(system).snapshot.processes) - 6
    assert snapshot.holders


@each_system
def test_recording_is_a_report_of_the_one_schema(system):
    """Facts from each system, judged by today's checks, are of the same published form."""
    from jsonschema import Draft202012Validator

    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    report = judge(recorded(system).snapshot)
    plain = json.loads(render_json.render(report))

    Draft202012Validator(schema).validate(plain)
    assert system == plain["platform"]
    assert [] == [gap.detail for gap in report.gaps if gap.fact.value == "signatures"]


@each_system
def test_recording_is_whole_and_tells_nobodys_name(system):
    """It has the digest of its data, is redacted, and no path of who recorded it."""
    stored = read_report(str(HERE / f"{system}.json"))
    data = (HERE / f"{system}.json").read_text(encoding="utf-8")

    assert verify(stored).intact
    assert stored.report.redacted
    assert "alice" not in data
    assert "erika" not in data
    assert "camcheck-tests" not in data


@each_system
def test_recording_reads_as_an_answer(system):
    """The terminal's details name each planted program that runs, on every system."""
    shown = details.render(judge(recorded(system).snapshot)).replace("\n", "").replace(" ", "")
    programs = {end for end, rule in PLANTED[system] if "path" in rule}

    assert programs
    assert all(end.replace(" ", "") in shown for end in programs)


def test_mac_is_what_its_maker_makes():
    """macos.json follows the collector: who changes one makes the other anew."""
    made = render_json.render(redact(macos.report()))

    assert recorded("macos").snapshot == parse(made.encode()).report.snapshot


PIDS = 700_000
CAMERA = Camera("usb:planted", "Planted", Bus.USB, CameraKind.PHYSICAL)


class Planting:
    """A recorded machine to which facts are added, as a rule's own tests word them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot._replace(cameras=tuple(sorted((*snapshot.cameras, CAMERA))))
        self._pid = PIDS

    def add(self, category: str, event: dict[str, Any]) -> None:
        given = dict(event)
        match category:
            case "process_creation" | "camera_access":
                self._run(given, holds=category == "camera_access")
            case "camera_use":
                program, source = given.pop("Image"), given.pop("Source", "noted")
                user = given.pop("User", None)
                began = self.snapshot.started_at
                self._extend(history=CameraUse(None, program, user, began, began, source))
            case "persistence":
                self._start(given)
            case "file_event":
                self._find("file", given.pop("TargetFilename"))
            case "registry_set":
                details = given.pop("Details", None)
                self._find("registry", given.pop("TargetObject"), details)
        assert {} == given, "a field of a rule's test that no fact carries"

    def _run(self, given: dict[str, Any], *, holds: bool) -> None:
        parents = given.pop("AncestorImage", None) or given.pop("ParentImage", None) or ()
        parents = [parents] if isinstance(parents, str) else list(parents)
        parent, line = 0, given.pop("ParentCommandLine", None)
        if line is not None and not parents:
            parents = [line.split(" ")[0]]
        for number, image in reversed(list(enumerate(parents))):
            words = {"CommandLine": line} if line is not None and number == 0 else {}
            parent = self._process({"Image": image, **words}, parent).pid
        given.pop("OnSystemDrive", None)  # that is found out from the machine's own programs
        inherited = given.pop("CameraInherited", "") == "true"
        process = self._process(given, parent)
        if holds or str(given.pop("HoldsCamera", "")).lower() == "true":
            via = Via(given.pop("CameraVia", "fd"))
            holder = Holder(
                CAMERA.id, process.pid, process.started, via, "/dev/video9", inherited=inherited
            )
            self._extend(holders=holder)

    def _process(self, given: dict[str, Any], parent: int) -> Process:
        self._pid += 1
        image = given.pop("Image", None)
        name = given.pop("ProcessName", (image or "?").replace("\\", "/").rpartition("/")[2])
        preload = given.pop("Preload", ())
        packed = given.pop("AppImage", None)
        process = Process(
            self._pid,
            self.snapshot.started_at,
            name,
            exe=image,
            exe_state=ExeState(given.pop("ExeState", "present")),
            cmdline=tuple((given.pop("CommandLine", image) or "").split(" ")),
            user=given.pop("User", "erika"),
            ppid=parent,
            signer=given.pop("Signer", None),
            unit=given.pop("Unit", None),
            package=given.pop("Package", None),
            original_name=given.pop("OriginalFileName", None),
            company=given.pop("Company", None),
            cwd=given.pop("CurrentDirectory", None),
            container=given.pop("Container", None),
            application=f"appimage:{packed}" if packed else given.pop("Application", None),
            preload=(preload,) if isinstance(preload, str) else tuple(preload),
            kernel_thread=str(given.pop("KernelThread", "")).lower() == "true",
        )
        self._extend(processes=process)
        return process

    def _start(self, given: dict[str, Any]) -> None:
        entry = PersistenceEntry(
            given.pop("Kind", "autostart"),
            given.pop("TargetFilename", ""),
            given.pop("Name", ""),
            given.pop("CommandLine", ""),
            given.pop("User", None),
        )
        self._extend(persistence=entry)

    def _find(self, kind: str, path: str, value: str | None = None) -> None:
        self._extend(artifacts=Artifact(ArtifactKind(kind), path, value))

    def _extend(self, **facts: Any) -> None:
        for name, fact in facts.items():
            self.snapshot = self.snapshot._replace(**{name: (*getattr(self.snapshot, name), fact)})


def rules_for(system: str) -> list[Any]:
    return [rule for rule in RULES if rule.product in (system, "any")]


@each_system
def test_every_rule_matches_on_a_recorded_machine(system):
    """What a rule has to match is found among the facts of a whole machine, by the whole scan."""
    clean = without_planted(recorded(system).snapshot, system)
    missed = []
    for rule in rules_for(system):
        for event in rule.text.matching:
            planting = Planting(clean)
            planting.add(rule.category, event)
            origins = {origin for _, origin in named(planting.snapshot)}
            if rule.text.origin not in origins:
                missed.append((rule.text.origin, event))

    assert [] == missed


@each_system
def test_no_rule_matches_its_near_misses_on_a_recorded_machine(system):
    """What a rule must not match stays unnamed by it, with all the others around it."""
    clean = without_planted(recorded(system).snapshot, system)
    raised = []
    for rule in rules_for(system):
        planting = Planting(clean)
        for event in rule.text.near_misses:
            planting.add(rule.category, event)
        raised += [one for one in named(planting.snapshot) if one[1] == rule.text.origin]

    assert [] == raised
