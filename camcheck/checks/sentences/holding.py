"""Who has a camera, and in what way."""

from camcheck.findings import Texts

TEXTS: dict[str, Texts] = {
    "camera-in-use": Texts(
        title="Which programs have a camera open",
        meaning=(
            "A program has the camera open, as every video call has. Having it open does not yet mean "
            "that it films. Whether that is as it should be depends on what program it is."
        ),
        harmless=(
            "A video call, a browser tab with a call, a camera app or a recording that you started.",
            "PipeWire or WirePlumber, which look after cameras for other programs.",
            "Login by face (Howdy), or a program that adjusts the screen to the light in the room.",
            "A virtual camera: the program that feeds it looks like one that watches it.",
        ),
        steps=(
            "If you know the program and expect it to use the camera now, there is nothing to do.",
            "If you do not know it, write down its name, cover the camera, and ask somebody you trust "
            "to look at a report of it before you change anything.",
        ),
        technician=(
            "Follow the chain of parents: what started the program, and does the user know it?",
            "Compare with the capture state of the camera: an idle holder is most often a broker.",
        ),
    ),
    "unattributed-holder": Texts(
        title="Whether the camera's driver counts anybody who cannot be found",
        meaning=(
            "The camera's driver, a part of the system itself, counts more openings of the camera than "
            "there are programs to be found that have it open. Somebody has the camera open in a way "
            "that the list of processes does not show. Ordinary programs do not do that."
        ),
        harmless=(
            "A fault in a driver that forgets to count down; it then stays until the next restart.",
            "A program that passes the open camera to another one at this very moment.",
        ),
        steps=(
            "Cover the camera.",
            "Save a report now, before you restart: what hides may be gone afterwards.",
            "Show the report to somebody you trust, best from another device.",
            "Then restart the computer and scan again: a driver's fault does not come back by itself.",
        ),
        technician=(
            "Look for rings (io_uring) with registered files, descriptors in flight, hidden processes.",
            "Trace who opens the node next: fanotify, or the v4l2 tracepoints, before a restart.",
        ),
    ),
    "capture-unattributed": Texts(
        title="Whether a camera films for somebody who cannot be found",
        meaning=(
            "The camera is filming at this moment, and there is no program to be found that receives "
            "it. Somebody gets the pictures in a way that the list of processes does not show. "
            "Ordinary programs do not do that."
        ),
        harmless=(
            "A program that started or stopped filming at the very moment of this scan: scan again.",
            "A fault in a driver or in the camera, which goes on sending after its program has ended.",
        ),
        steps=(
            "Cover the camera.",
            "Scan again to see whether it stays like this.",
            "If it stays, save a report before you restart: what hides may be gone afterwards. Show it "
            "to somebody you trust, best from another device.",
        ),
        technician=(
            "Compare the witnesses below; the transfers of the device are the hardest to fake.",
            "Look for closed rings (io_uring), hidden processes and kernel modules; trace vb2 and usb "
            "before a restart.",
        ),
    ),
    "concealed-holder": Texts(
        title="Whether anybody holds a camera in a way that hides it",
        meaning=(
            "A program holds the camera in a way that the usual tools do not show. The more effort "
            "that takes, the less likely it is an accident."
        ),
        harmless=(
            "A program with an unusual design: few have a reason to hold a camera like this.",
            "A system within the system (a chroot) that somebody set up by hand has a /dev of its own.",
            "A test or a tool for developers.",
        ),
        steps=(
            "Cover the camera.",
            "If you do not know the program, do not delete anything yet: save a report and show it to "
            "somebody you trust, best from another device.",
        ),
        technician=(
            "Identify the program file (digest, package, age) and what started it.",
            "Copy the executable from /proc/PID/exe before the process ends.",
        ),
    ),
    "suspicious-holder": Texts(
        title="Whether a program that holds a camera has an odd origin",
        meaning=(
            "A program has a camera open, and something about where it comes from is unusual. Spying "
            "programs often look like this, and so do a few honest ones."
        ),
        harmless=(
            "The program was updated while it ran: the old file is gone until it is started again.",
            "A program that is run once without being installed, from a temporary folder; a program in "
            "one file (AppImage) unpacks itself there.",
            "A developer who looks at the program with a debugger.",
        ),
        steps=(
            "Cover the camera.",
            "If you have just updated the program, start it again and scan once more.",
            "If you do not know it, do not delete anything yet: save a report and show it to somebody "
            "you trust, best from another device.",
        ),
        technician=(
            "Copy the executable from /proc/PID/exe before the process ends, and note its digest.",
            "Look at the chain of parents and at what starts it (autostart, cron, systemd).",
        ),
    ),
    "raw-usb-holder": Texts(
        title="Whether anybody talks to a camera past its driver",
        meaning=(
            "A program talks to the camera directly over USB, past the system's camera driver. It can "
            "film that way, and neither the desktop's camera icon nor most tools will show it."
        ),
        harmless=(
            "A virtual machine to which you handed the camera (VirtualBox, VMware, virt-manager).",
            "A program for special cameras: astronomy, microscopes, 3D printers, firmware updates.",
        ),
        steps=(
            "If you use such a program now, there is nothing to do.",
            "Otherwise cover the camera, unplug it if you can, and show a report of it to somebody you "
            "trust.",
        ),
        technician=(
            "See which interfaces are claimed (driver usbfs), and by whom; usbfs_snoop logs transfers.",
        ),
    ),
    "camera-taken-over": Texts(
        title="Whether a camera was taken away from the system's camera driver",
        meaning=(
            "The camera is plugged in, and the system's camera driver does not have all of it. "
            "Ordinary camera programs do not find it, and the desktop's icon does not show it; who "
            "took it can film."
        ),
        harmless=(
            "A virtual machine to which you gave the camera, or a program that lends it to another "
            "computer (USB/IP).",
            "A program for special cameras: astronomy, microscopes, firmware updates.",
            "A camera that somebody switched off on purpose by taking its driver away.",
        ),
        steps=(
            "If you did this on purpose, there is nothing to do.",
            "Otherwise cover the camera, unplug it if you can, and show a report of it to somebody you "
            "trust.",
        ),
        technician=(
            "See the driver of each interface below /sys/bus/usb/devices; bind it back to uvcvideo.",
            "Trace usbfs (usbfs_snoop) to see what is sent.",
        ),
    ),
    "second-viewer": Texts(
        title="Whether a second program sees what a camera films for another one",
        meaning=(
            "A camera is filming, and two programs that do not belong together can see its pictures. "
            "The light and the icon are on for one of them, so they say nothing about the other."
        ),
        harmless=(
            "Two programs that you use at the same time: a call, and a preview of the camera.",
            "A program that takes pictures from another one on purpose, for effects or recording.",
        ),
        steps=(
            "See whether you know and expect both programs. If so, there is nothing to do.",
            "If you do not know one of them, cover the camera and save a report before you end a "
            "program. Show it to somebody you trust.",
        ),
        technician=(
            "The one that maps the buffers without having set up the stream is the one to explain.",
            "Look for who started it, and for a link between the two (sockets, shared memory).",
        ),
    ),
    "others-program": Texts(
        title="Whether a camera is used by another person's program that nobody vouches for",
        meaning=(
            "A program that belongs to another person's account uses a camera of this computer, and no "
            "installed package and no signature says where the program comes from."
        ),
        harmless=(
            "Somebody else who is logged in at the same time and runs a program of their own.",
            "A recording or a watch over the room that was set up with the knowledge of everybody.",
        ),
        steps=(
            "Ask the person whose program it is whether that is meant to be.",
            "If you cannot ask, cover the camera and save a report.",
        ),
        technician=(
            "Find out who put the program there and when (owner and times of the file), and what "
            "starts it.",
        ),
    ),
    "use-while-away": Texts(
        title="Whether a camera is used while nobody is at the computer",
        meaning=(
            "A program has the camera open although the user seems to be away. Most programs that "
            "film are used by somebody who is there."
        ),
        harmless=(
            "A video call that went on when you left or locked the screen.",
            "Login by face (Howdy, Windows Hello), which looks while the screen is locked.",
            "A surveillance or baby camera, or a time-lapse, that you set up yourself.",
            "A laptop with a closed lid that is used with another screen.",
        ),
        steps=(
            "Think of what you left running: a call, a recording, login by face.",
            "If you know of nothing, cover the camera and look at the history (camcheck history): "
            "does it happen again when you are away?",
        ),
        technician=(
            "Compare the begin of the use with the time of the lock; look for timers and cron jobs.",
            "loginctl show-session tells LockedHint and IdleHint; not every desktop sets them.",
        ),
    ),
}
