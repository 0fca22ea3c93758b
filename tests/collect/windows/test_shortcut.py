"""What shortcuts run, in all the ways in which they say it."""

import random

import pytest

from camcheck.collect.windows.shortcut import shortcut_commands
from tests.collect.windows.shortcuts import a_shortcut

SPY = r"C:\Users\Zoë\AppData\Local\Temp\spy prog.exe"


@pytest.mark.parametrize(
    ("parts", "command"),
    [
        ({"plain": r"C:\a b\ü.exe", "wide": False}, r"C:\a b\ü.exe"),
        ({"plain": r"C:\✓\spy.exe"}, r"C:\✓\spy.exe"),
        ({"items": SPY}, SPY),
        ({"variables": r"%TEMP%\spy.exe"}, r"%TEMP%\spy.exe"),
        ({"relative": r"..\..\spy.exe"}, r"..\..\spy.exe"),
        ({"share": r"\\server\share\spy.exe"}, r"\\server\share\spy.exe"),
        ({"arguments": "/c start spy"}, "/c start spy"),
        ({"plain": SPY, "arguments": "-q"}, f'"{SPY}" -q'),
        ({"items": r"C:\x\a.exe", "folder": "C:\\x\\"}, r"C:\x\a.exe"),
        (
            {
                "items": r"C:\Windows\wscript.exe",
                "arguments": "a.vbs",
                "folder": r"C:\Users\Public",
            },
            r"C:\Windows\wscript.exe a.vbs (in C:\Users\Public)",
        ),
    ],
)
def test_shortcut_is_told_with_all_that_it_says(parts, command):
    """Item list, plain path, share, variables, relative path; arguments and folder beside."""
    assert (command,) == shortcut_commands(a_shortcut(**parts))


def test_targets_of_one_program_are_one_command():
    """Ordinary shortcuts name their program in several ways; the whole path is the one told."""
    link = a_shortcut(
        items=r"C:\Windows\System32\cmd.exe",
        variables=r"%windir%\system32\cmd.exe",
        relative=r"..\cmd.exe",
    )

    assert (r"C:\Windows\System32\cmd.exe",) == shortcut_commands(link)


def test_variable_for_a_program_is_that_program():
    """Visual Studio's shortcuts name cmd.exe once by its path and once as %comspec%."""
    link = a_shortcut(
        items=r"C:\Windows\System32\cmd.exe", variables="%comspec%", arguments="/k x.bat"
    )

    assert (r"C:\Windows\System32\cmd.exe /k x.bat",) == shortcut_commands(link)


def test_items_below_a_folder_without_a_drive_are_told_by_their_names():
    """A list that begins in the desktop or the downloads has no drive in it."""
    assert (r"Tools\spy.exe",) == shortcut_commands(a_shortcut(items=r"\Tools\spy.exe"))


def test_target_behind_another_target_is_told_as_well():
    """A link that shows one program and names another in its item list hides neither."""
    link = a_shortcut(items=SPY, plain=r"C:\Program Files\Zoom\bin\Zoom.exe")

    assert {SPY, r"C:\Program Files\Zoom\bin\Zoom.exe"} == set(shortcut_commands(link))


@pytest.mark.parametrize(
    "data", [b"", b"MZ" * 100, bytes(0x4C), (0x4C).to_bytes(4, "little") + bytes(96)]
)
def test_what_is_no_shortcut_runs_nothing(data):
    """A file that only is called .lnk has no target."""
    assert () == shortcut_commands(data)


def test_damaged_shortcut_never_breaks_it():
    """Whatever bytes are changed or missing, something is read or nothing."""
    whole = a_shortcut(items=SPY, plain=SPY, variables=SPY, relative="x", folder="y", arguments="z")
    dice = random.Random(3)
    for _ in range(500):
        data = bytearray(whole[: dice.randrange(len(whole))])
        for _ in range(dice.choice((0, 1, 20))):
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
        shortcut_commands(bytes(data))
