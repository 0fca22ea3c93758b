"""Where a process belongs: its systemd unit, container and application, from its control groups."""

import re

# Patterns are compiled when the first process that matters is described, not at every start.
_CONTAINER = (
    r"/((?:docker|libpod|cri-containerd|crio|crun|machine)-[^/]+?)\.scope(?:/|$)"
    r"|/libpod_parent/(libpod-[^/]+)|/(systemd-nspawn@[^/]+)\.service(?:/|$)"
    r"|/((?:docker|lxc|balena|ecs)/[^/]+(?:/[0-9a-f]{32,})?|lxc\.payload\.[^/]+)"
    r"|/(kubepods(?:/[^/]+)*/[0-9a-f]{64})"
)
_FLATPAK = r"app-flatpak-(.+?)-\d+\.scope$"
_SNAP = r"snap\.([^.]+)\."


def parse_cgroup(text: str) -> tuple[str | None, str | None, str | None]:
    """systemd unit, container and application (flatpak, snap) from proc_pid_cgroup(5).

    Names of a user's own scopes are chosen by that user: they describe, they prove nothing.
    """
    unit = container = application = None
    for line in text.splitlines():
        path = line.rpartition(":")[2]
        if not line.startswith(("0::", "1:name=systemd:")) and "docker" not in path:
            continue
        last = path.rpartition("/")[2]
        found = re.search(_CONTAINER, path)
        if found:
            container = next(filter(None, found.groups()))
        if last.endswith((".service", ".scope")):
            unit = last
        flatpak, snap = re.match(_FLATPAK, last), re.match(_SNAP, last)
        if flatpak:
            application = f"flatpak:{flatpak[1]}"
        elif snap:
            application = f"snap:{snap[1]}"
    return unit, container, application
