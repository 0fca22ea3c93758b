"""Every backend imports on every system; only what a system does not have fails, when called."""

import importlib
import importlib.util
import pkgutil

import camcheck


def test_every_module_imports_here():
    """Each module of camcheck loads, whichever system and backend it is about.

    The window's are loaded where Qt is: it is an extra.
    """
    names = [module.name for module in pkgutil.walk_packages(camcheck.__path__, "camcheck.")]
    left_out = ["camcheck.__main__"]
    if importlib.util.find_spec("PySide6") is None:
        left_out += [name for name in names if name.startswith("camcheck.window.")]
    loaded = [importlib.import_module(name) for name in names if name not in left_out]

    assert {"camcheck.collect.linux", "camcheck.collect.windows", "camcheck.collect.macos"} <= {
        module.__name__ for module in loaded
    }
