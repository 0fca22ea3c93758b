"""What genuine executables say of themselves, and what WinVerifyTrust says of them."""

import shutil
import sys
from pathlib import Path

import pytest

from camcheck.collect.windows.programs import NOT_SIGNED, VersionInfo, verify, version_info

SIGNED = Path(sys.executable).parent / "python311.dll"


def test_signed_file_names_its_signer():
    """python.org's own library is signed by its makers, and the signature holds."""
    trust = verify(str(SIGNED))

    assert ("Python Software Foundation", True, 0) == trust


def test_tampered_file_is_not_believed(tmp_path):
    """One changed byte and the signature no longer holds, whoever's name is on it."""
    changed = tmp_path / "Übung mit Leerzeichen.dll"
    data = bytearray(SIGNED.read_bytes())
    data[0x5000] ^= 1
    changed.write_bytes(data)

    trust = verify(str(changed))

    assert not trust.valid
    assert 0x80096010 == trust.code


def test_unsigned_file_has_no_signer():
    """A program that nobody signed is no error and has no signer."""
    trust = verify(sys.executable)

    assert (None, False) == (trust.signer, trust.valid)
    assert trust.code in NOT_SIGNED


def test_file_that_is_not_there_is_no_unsigned_file(tmp_path):
    """What cannot be read must not pass for unsigned."""
    with pytest.raises(FileNotFoundError):
        verify(str(tmp_path / "gone.exe"))


def test_version_resource_gives_original_name_and_company(tmp_path):
    """A renamed program still says what it was called when it was built, and by whom."""
    renamed = tmp_path / "holiday pictures.exe"
    shutil.copy(SIGNED, renamed)

    assert VersionInfo("python311.dll", "Python Software Foundation") == version_info(str(renamed))


def test_program_without_resource_says_nothing(tmp_path):
    """No version resource, and no program at all, are empty answers, not errors."""
    script = tmp_path / "script.exe"
    script.write_text("print('no program')")

    assert VersionInfo() == version_info(str(script))
    assert VersionInfo() == version_info(sys.executable)


def test_missing_program_is_an_error(tmp_path):
    """A file that is gone says nothing about itself, which is not the same as having no name."""
    with pytest.raises(OSError, match=r"gone|2"):
        version_info(str(tmp_path / "gone.exe"))
