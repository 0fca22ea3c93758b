"""A sysfs tree of one USB webcam, as the uvcvideo driver shows it (captured in the camera lab)."""

from pathlib import Path


def write_webcam(root: Path, *, device: str, opened: int, awake: bool) -> Path:
    """Writes the tree below ``root``: a webcam with the node ``device`` ("major:minor")."""
    usb = root / "devices/pci0000:00/0000:00:14.0/usb1/1-1"
    driver = root / "bus/usb/drivers/uvcvideo"
    files = {
        usb / "idVendor": "046d",
        usb / "idProduct": "082c",
        usb / "serial": "BENCH1",
        usb / "product": "Stand-in Webcam",
        usb / "busnum": "1",
        usb / "devnum": "2",
        usb / "devpath": "1",
        usb / "dev": "189:1",
        usb / "power/runtime_status": "active" if awake else "suspended",
        usb / "1-1:1.0/bInterfaceClass": "0e",
        usb / "1-1:1.0/video4linux/video0/dev": device,
        usb / "1-1:1.0/video4linux/video0/name": "Stand-in Webcam",
        usb / "1-1:1.0/video4linux/video0/index": "0",
        root / "module/uvcvideo/refcnt": str(opened),
        root / "module/videobuf2_vmalloc/refcnt": "1",
        root / "module/videobuf2_vmalloc/holders/uvcvideo/refcnt": str(opened),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    links = {
        root / "class/video4linux/video0": usb / "1-1:1.0/video4linux/video0",
        root / "bus/usb/devices/1-1": usb,
        root / "bus/usb/devices/1-1:1.0": usb / "1-1:1.0",
        usb / "1-1:1.0/driver": driver,
        root / "fs/cgroup": Path("/sys/fs/cgroup"),  # this machine's own control groups
    }
    driver.mkdir(parents=True)
    (root / "module/uvcvideo/holders").mkdir()
    for link, target in links.items():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    return root
