"""Trees like sysfs, as the kernel shows cameras (shapes captured in the camera lab)."""

from pathlib import Path

from camcheck.collect.linux.kernel.system import Roots

PCI = "devices/pci0000:00/0000:00:14.0"


class Sysfs:
    """A sysfs and a udev database below one folder; each method plugs something in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sys = root / "sys"
        self.sys.mkdir(parents=True)

    def roots(self, **changes: str) -> Roots:
        places = {name: str(self.root / name) for name in ("sys", "dev", "run", "etc")}
        return Roots(**{**places, **changes})

    def write(self, path: str, text: str) -> None:
        file = self.sys / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8", errors="surrogateescape")

    def link(self, path: str, target: str) -> None:
        link = self.sys / path
        link.parent.mkdir(parents=True, exist_ok=True)
        (self.sys / target).mkdir(parents=True, exist_ok=True)
        link.symlink_to(self.sys / target)

    def driver_counts(self, driver: str, opened: int | str, *dependants: str) -> None:
        """Openings that a driver counts. The module whose memory uvcvideo uses exports nothing."""
        if driver == "uvcvideo" and not (self.sys / "module/videobuf2_vmalloc").exists():
            self.driver_counts("videobuf2_vmalloc", 1, driver)
        self.write(f"module/{driver}/refcnt", str(opened))
        (self.sys / f"module/{driver}/holders").mkdir(exist_ok=True)
        for name in dependants:
            (self.sys / f"module/{driver}/holders/{name}").mkdir()

    def usb(
        self, port: str = "1-1", *, power: str | None = "suspended", **attributes: str | None
    ) -> str:
        """A USB device; an attribute of None is missing."""
        number = int(port.partition("-")[2].replace(".", "")) + 1
        path = f"{PCI}/usb1/{port}"
        known: dict[str, str | None] = {
            "idVendor": "046d",
            "idProduct": "082c",
            "serial": "S1",
            "product": "Webcam",
            "busnum": "1",
            "devnum": str(number),
            "devpath": port.partition("-")[2],
            "dev": f"189:{number - 1}",
            "urbnum": "100",
            "power/runtime_status": power,
        }
        for name, value in {**known, **attributes}.items():
            if value is not None:
                self.write(f"{path}/{name}", value)
        self.link(f"bus/usb/devices/{port}", path)
        return path

    def interface(self, usb: str, number: int, *, driver: str | None, kind: str = "0e") -> str:
        name = f"{Path(usb).name}:1.{number}"
        path = f"{usb}/{name}"
        self.write(f"{path}/bInterfaceClass", kind)
        self.write(f"{path}/bInterfaceSubClass", "02" if number else "01")
        self.write(f"{path}/bAlternateSetting", " 0")
        self.write(f"{path}/bNumEndpoints", "00" if number else "01")
        if driver:
            self.link(f"{path}/driver", f"bus/usb/drivers/{driver}")
        self.link(f"bus/usb/devices/{name}", path)
        return path

    def video(
        self, parent: str, name: str, device: str, *, label: str = "Webcam", index: int = 0
    ) -> str:
        path = f"{parent}/video4linux/{name}"
        for attribute, value in (("dev", device), ("name", label), ("index", str(index))):
            self.write(f"{path}/{attribute}", value)
        self.link(f"class/video4linux/{name}", path)
        return path

    def media(self, parent: str, name: str, device: str) -> None:
        self.write(f"{parent}/{name}/dev", device)
        self.link(f"bus/media/devices/{name}", f"{parent}/{name}")

    def udev(self, device: str, capabilities: str) -> None:
        file = self.root / "run/udev/data" / f"c{device}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"S:v4l/by-id/x\nE:ID_V4L_CAPABILITIES={capabilities}\nE:TAGS=:uaccess:\n")

    def webcam(self, port: str = "1-1", *, first: int = 0, **usb: str | None) -> str:
        """A webcam on uvcvideo: picture and metadata node, media controller, two interfaces."""
        path = self.usb(port, **usb)
        control = self.interface(path, 0, driver="uvcvideo")
        self.interface(path, 1, driver="uvcvideo")
        self.video(control, f"video{first}", f"81:{first}")
        self.video(control, f"video{first + 1}", f"81:{first + 1}", index=1)
        self.media(path, f"media{first}", f"240:{first}")
        return path
