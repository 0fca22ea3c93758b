"""One registry file, two ways in: imported into a live registry, and merged into a hive."""

import json
from datetime import timedelta

from camcheck.collect.windows.consent import STORE
from camcheck.collect.windows.offline import collect_offline
from tests.collect.windows.fake import NOW, ZOOM, filetime
from tests.collect.windows.hives import merge, registry_text, write_empty
from tests.wine.test_windows import SETTINGS
from tests.wine.winpython import windows_path

ROOT_KEY = "HKEY_CURRENT_USER"
ASK = """
import json
from camcheck.collect.windows.consent import history, permissions, read_consent
from camcheck.collect.windows.registry import LiveRegistry
entries, gaps = read_consent(LiveRegistry())
uses = [(use.program, str(use.began), str(use.ended)) for use in history(entries)]
print(json.dumps([uses, [(one.program, one.answer) for one in permissions(entries)], gaps]))
"""


def test_live_registry_and_hive_say_the_same(windows, tmp_path):
    """What Windows' own import wrote and camcheck read live is what it reads from a disk."""
    times = {"LastUsedTimeStart": filetime(NOW)}
    keys = {
        f"{STORE}\\NonPackaged\\{ZOOM.replace(chr(92), '#')}": {
            **times,
            "LastUsedTimeStop": filetime(NOW + timedelta(seconds=90)),
        },
        f"{STORE}\\NonPackaged\\C:#Temp#evil.exe": {**times, "LastUsedTimeStop": 0},
        f"{STORE}\\Vendor.App_8wekyb3d8bbwe": {"Value": "Deny"},
    }
    text = registry_text(ROOT_KEY, keys)
    hive = merge(write_empty(tmp_path / "NTUSER.DAT"), text, root=ROOT_KEY)
    offline = collect_offline([str(hive)])

    imported = windows.run("reg", "import", windows_path(hive.with_suffix(".reg")))
    assert imported.returncode == 0, imported.stderr
    try:
        live = json.loads(windows.run_python("-c", ASK, **SETTINGS).stdout)
    finally:
        above = STORE.removesuffix(r"\ConsentStore\webcam")
        windows.run("reg", "delete", f"HKCU\\{above}", "/f")

    uses = [[use.program, str(use.began), str(use.ended)] for use in offline.history]
    answers = [[one.program, one.answer] for one in offline.permissions]
    assert [uses, answers, []] == live
    assert 2 == len(uses)
