"""Every backend imports on every system; only what a system does not have fails, when called."""

import importlib
import pkgutil

import camcheck


def test_every_module_imports_here():
    """Each module of camcheck loads, whichever system and backend it is about."""
    names = [module.name for module in pkgutil.walk_packages(camcheck.__path__, "camcheck.")]
    loaded = [importlib.import_module(name) for name in names if name != "camcheck.__main__"]

    assert {"camcheck.collect.linux", "camcheck.collect.windows", "camcheck.collect.macos"} <= {
        module.__name__ for module in loaded
    }
