"""Compiles the rules into the package, for wheels and for editable installs alike."""

import os
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULES = os.path.join("camcheck", "signatures", "builtin")


class CompiledRules(BuildHookInterface):  # type: ignore[type-arg]
    """Writes the constants of `camcheck.signatures.builtin`; a broken rule stops the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)
        try:
            from camcheck.signatures.build import build, keep
        finally:
            sys.path.remove(self.root)
        modules = build(os.path.join(self.root, "rules"))
        keep(modules, os.path.join(self.root, MODULES))
        build_data["artifacts"] += [
            f"/{MODULES}/{name}.py".replace(os.sep, "/") for name in modules
        ]
