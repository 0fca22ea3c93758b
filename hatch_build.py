"""Compiles the rules into the package, for wheels and for editable installs alike."""

import os
import shutil
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULES = "camcheck/signatures/builtin"


class CompiledRules(BuildHookInterface):  # type: ignore[type-arg]
    """Writes the constants of `camcheck.signatures.builtin`; a broken rule stops the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)
        try:
            from camcheck.signatures.build import build, keep
        finally:
            sys.path.remove(self.root)
        modules = build(os.path.join(self.root, "rules"))
        if version == "editable":
            keep(modules, os.path.join(self.root, MODULES))
            return
        # Not in the checkout: it can be somebody else's, when an administrator installs from it.
        self.folder = tempfile.mkdtemp()
        keep(modules, self.folder)
        for name in modules:
            written = os.path.join(self.folder, f"{name}.py")
            build_data["force_include"][written] = f"{MODULES}/{name}.py"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self.folder)
