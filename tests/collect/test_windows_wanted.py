"""Registry keys, values and files of Windows that rules ask for, on a registry made by hand."""

import sys

import pytest

from camcheck.collect.windows.wanted import find_registry, find_windows_files
from camcheck.model import Reason

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"


class Keys:
    """A registry of a few keys; a key that begins with Secret is denied."""

    def __init__(self, keys):
        self.keys = {key.casefold(): (key, values) for key, values in keys.items()}

    def values(self, path):
        if "secret" in path.casefold():
            raise PermissionError(path)
        if path.casefold() in self.keys:
            return self.keys[path.casefold()][1]
        if self.subkeys(path):
            return {}
        raise FileNotFoundError(path)

    def subkeys(self, path):
        start = path.casefold() + "\\"
        names = {
            key[len(start) :].split("\\")[0]
            for lower, (key, _) in self.keys.items()
            if lower.startswith(start)
        }
        return tuple(sorted(names))


REGISTRY = Keys(
    {
        r"HKU\S-1\Software\DC3_FEXEC": {},
        rf"HKU\S-1\{RUN}": {"Updater": r"C:\x.exe", "DarkComet RAT": "y"},
        r"HKU\S-2\Software\Remcos-AB12\x": {},
        r"HKU\S-2\Software\Remcos-AB12": {"licence": "z"},
        r"HKLM\Software\Windows": {"AppInit_DLLs": "a.dll"},
    }
)
USERS = ((r"HKU\S-1", "ana"), (r"HKU\S-2", "bob"))


def found(*templates):
    artifacts, gaps = find_registry(templates, REGISTRY, USERS)
    return {(one.path, one.value, one.user) for one in artifacts}, gaps


def test_key_and_value_of_a_user_are_found_under_the_users_own_name():
    """HKCU is looked up for every user; a key has no value, a value has its data."""
    artifacts, gaps = found(r"HKCU\Software\DC3_FEXEC", rf"HKCU\{RUN}\darkcomet rat")

    assert {
        (r"HKCU\Software\DC3_FEXEC", None, "ana"),
        (rf"HKCU\{RUN}\DarkComet RAT", "y", "ana"),
    } == artifacts
    assert () == gaps


def test_wildcard_stands_for_one_key():
    """A star finds keys in one place, with the value below them."""
    artifacts, _ = found(r"HKCU\Software\Remcos-*\licence")

    assert {(r"HKCU\Software\Remcos-AB12\licence", "z", "bob")} == artifacts


def test_machine_value_is_found():
    """HKLM is looked up once and belongs to nobody."""
    artifacts, _ = found(r"HKLM\Software\Windows\AppInit_DLLs")

    assert {(r"HKLM\Software\Windows\AppInit_DLLs", "a.dll", None)} == artifacts


def test_absent_key_is_nothing_and_denied_key_is_a_gap():
    """What may not be read is told; what is not there is not."""
    artifacts, gaps = found(r"HKCU\Software\Nothing", r"HKLM\Secret\x")

    assert set() == artifacts
    assert [(Reason.DENIED, r"HKLM\Secret\x")] == [(gap.reason, gap.subject) for gap in gaps]


def test_files_are_looked_up_in_every_profile_and_in_the_folders_of_windows(tmp_path):
    """The names of Windows' folders stand for those of each user, or of the machine."""
    for name in (
        "Users/ana/AppData/Roaming/dclogs/x",
        "Users/bob/AppData/Local/Temp/Retrive123.vbs",
        "ProgramData/System/Dump/x",
        "Windows/winipbin/svrltmgr.dll",
        "Users/ana/Downloads/grabberEM.x.msi",
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("")
    templates = (
        r"%APPDATA%\dclogs",
        r"%TEMP%\Retrive*.vbs",
        r"%PROGRAMDATA%\System\Dump",
        r"%WINDIR%\winipbin\svrltmgr.dll",
        "~\\Downloads\\grabberEM*msi",
        r"%LOCALAPPDATA%\Microsoft Vision",
    )

    artifacts, gaps = find_windows_files(
        templates,
        users=str(tmp_path / "Users"),
        program_data=str(tmp_path / "ProgramData"),
        windows=str(tmp_path / "Windows"),
    )

    assert 5 == len(artifacts)
    assert {"ana", "bob", None} == {one.user for one in artifacts}
    assert () == gaps


@pytest.mark.skipif(sys.platform == "win32", reason="the drive there is a real one")
def test_path_with_a_drive_is_looked_up_as_it_is(tmp_path, monkeypatch):
    """Rules of users name whole paths."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "C:/x").mkdir(parents=True)
    (tmp_path / "C:/x/y.exe").write_text("")

    artifacts, _ = find_windows_files(
        [r"C:\x\y.exe", r"C:\x\z.exe"], users="none", program_data="none", windows="none"
    )

    assert 1 == len(artifacts)
