"""The first file system of the guest: busybox, five modules, and a script that mounts the rest."""

import lzma
import stat
import subprocess
from pathlib import Path

MODULES = ("virtio_pci", "virtio_console", "9p", "9pnet_virtio", "overlay")

# The host's root is read-only below; everything that the guest changes stays in its memory.
SCRIPT = """\
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module"; done </modules/order
plan9() { mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,$3" "$1" "$2"; }
mkdir -p /lower /extra /rw
mount -t tmpfs tmpfs /rw && mkdir /rw/upper /rw/work
plan9 host /lower ro,cache=loose && plan9 extra /extra ro,cache=loose &&
  mount -t overlay -o lowerdir=/extra:/lower,upperdir=/rw/upper,workdir=/rw/work overlay /newroot ||
  { echo "lab: no root file system"; poweroff -f; }
cd /newroot && mkdir -p host mnt/out run tmp lib/modules lab
for place in proc sys dev; do mount --move "/$place" "$place"; done
mkdir -p dev/pts dev/shm
mount -t devpts devpts dev/pts; mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t tmpfs -o mode=1777 tmpfs tmp; mount -t tmpfs -o mode=755 tmpfs run
mount -t debugfs debugfs sys/kernel/debug; mount -t tracefs tracefs sys/kernel/tracing
mount -t cgroup2 cgroup2 sys/fs/cgroup
plan9 out mnt/out rw; plan9 modules lib/modules ro,cache=loose
mount --bind /lower host
exec switch_root /newroot /usr/bin/python3 -S /mnt/out/start.py
"""


def write_initrd(target: Path, *, modules: Path, busybox: Path) -> None:
    """Writes the initrd for the kernel whose modules are in ``modules`` (lib/modules/VERSION)."""
    wanted = load_order((modules / "modules.dep").read_text(encoding="utf-8"), names=MODULES)
    entries: list[tuple[str, int, bytes]] = [
        (name, stat.S_IFDIR | 0o755, b"")
        for name in ("bin", "modules", "proc", "sys", "dev", "newroot")
    ]
    entries.append(("bin/busybox", stat.S_IFREG | 0o755, busybox.read_bytes()))
    names = []
    for relative in wanted:
        name = Path(relative).name.split(".ko")[0] + ".ko"
        names.append(name)
        entries.append((f"modules/{name}", stat.S_IFREG | 0o644, _plain(modules / relative)))
    entries.append(("modules/order", stat.S_IFREG | 0o644, ("\n".join(names) + "\n").encode()))
    entries.append(("init", stat.S_IFREG | 0o755, SCRIPT.encode()))
    draft = target.with_suffix(".draft")
    draft.write_bytes(archive(entries))
    draft.rename(target)


def load_order(dependencies: str, *, names: tuple[str, ...]) -> list[str]:
    """The files to load for these modules, dependencies first (modules.dep, see depmod(8))."""
    table: dict[str, list[str]] = {}
    paths: dict[str, str] = {}
    for line in dependencies.splitlines():
        path, _, needs = line.partition(":")
        table[path] = needs.split()
        paths[Path(path).name.split(".ko")[0].replace("-", "_")] = path
    order: list[str] = []
    for name in names:
        if name not in paths:
            continue  # built into the kernel
        for path in [*reversed(table[paths[name]]), paths[name]]:
            if path not in order:
                order.append(path)
    return order


def archive(entries: list[tuple[str, int, bytes]]) -> bytes:
    """A cpio archive in the form that the kernel unpacks (early-userspace/buffer-format.rst)."""
    out = bytearray()
    for inode, (name, mode, data) in enumerate([*entries, ("TRAILER!!!", 0, b"")], start=1):
        label = name.encode() + b"\0"
        fields = (inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(label), 0)
        out += b"070701" + b"".join(b"%08x" % field for field in fields) + label
        out += bytes(-len(out) % 4)
        out += data
        out += bytes(-len(out) % 4)
    return bytes(out)


def _plain(module: Path) -> bytes:
    match module.suffix:
        case ".xz":
            return lzma.decompress(module.read_bytes())
        case ".zst":
            command = ["zstd", "-qdc", str(module)]
            return subprocess.run(command, capture_output=True, check=True).stdout
        case _:
            return module.read_bytes()
