"""Every sentence that a check says of itself, whole, in one place.

A translation can take the place of `TEXTS` without any other code being touched.
"""

from camcheck.findings import Texts

TEXTS: dict[str, Texts] = {
    "blocked-look": Texts(
        title="Whether a program keeps everybody waiting who looks into it",
        meaning=(
            "Whoever asks the system for this program's command line or memory waits without end. "
            "camcheck stopped waiting and looked at everything else. A program can do that on purpose, "
            "to stop those who search for it, and it needs no special rights for it."
        ),
        harmless=(
            "A network drive or an external disk that does not answer at the moment, with files that "
            "the program was reading.",
            "A fault of a disk or of its driver.",
        ),
        steps=(
            "If a network drive or disk has gone away, connect it again or wait, then scan again.",
            "If it stays and you do not know the program, cover the camera, save a report and show it "
            "to somebody you trust.",
        ),
        technician=(
            "Look at /proc/PID/task/*/stack as root: a thread that waits for a page of a file "
            "(fuse, nfs) while another one waits for the lock of the memory map is the pattern.",
            "What serves that file system is in /proc/PID/mountinfo; ending the server, or writing to "
            "/sys/fs/fuse/connections/NUMBER/abort, lets everybody go who waits.",
        ),
    ),
    "camera-changed": Texts(
        title="Whether a camera differs from what was remembered",
        meaning=(
            "A camera that you had remembered tells something else of itself today. Cameras do not "
            "change by themselves."
        ),
        harmless=(
            "An update of the camera's firmware, by the system (fwupd) or by a program of its maker.",
            "Another camera of the same model and number in its place.",
            "A virtual machine or a program to which you gave the camera.",
        ),
        steps=(
            "If the camera was updated or exchanged, remember it anew: camcheck baseline.",
            "If you know of no reason, unplug or cover the camera and show a report of it to somebody "
            "you trust.",
        ),
        technician=(
            "Compare the descriptors (lsusb -v) with those of an untouched camera of the same model.",
            "A camera that has become a keyboard, too, can type commands: unplug it.",
        ),
    ),
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
    "capture-not-shown": Texts(
        title="Whether a camera films while Windows or macOS shows nobody who uses it",
        meaning=(
            "The system says that the camera is filming at this moment. What it shows to you (the "
            "green dot on a Mac, the list of camera use in the settings of Windows) tells of nobody. "
            "On this computer you cannot rely on that sign."
        ),
        harmless=(
            "A program that started or stopped filming at the very moment of this scan: scan again.",
            "A fault of the system: Windows 11 has been seen to forget ordinary programs in its list.",
            "Parts of the system itself, such as signing in with your face.",
            "A switch that was turned off while a program filmed, which may film to its end.",
        ),
        steps=(
            "Cover the camera.",
            "Scan again to see whether it stays like this.",
            "If a program is named below and you do not know it, or if none is named, save a report "
            "and show it to somebody you trust, best from another device.",
        ),
        technician=(
            "Windows: compare IMFSensorActivityMonitor with the ConsentStore, which programs of the "
            "user can write; look who deleted or changed the entry.",
            "macOS: compare CoreMediaIO's 'running somewhere' with Control Center's sensor-indicator "
            "lines; look for a driver extension or a plug-in that runs the camera.",
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
    "capture-without-indicator": Texts(
        title="Whether a camera films while its light is dark",
        meaning=(
            "The camera is filming at this moment, and its light is dark by the system's own word. On "
            "this computer a dark light does not tell that nobody watches."
        ),
        harmless=(
            "A driver or firmware that does not switch the light on: this is met on new laptops where "
            "nothing is wrong otherwise.",
            "A light that was never wired to the camera, or that was switched off in the settings.",
        ),
        steps=(
            "Look at the light yourself: does it stay dark while you use the camera?",
            "Do not rely on the light of this camera. Use a cover.",
            "If you do not know the program that films, save a report and show it to somebody you "
            "trust.",
        ),
        technician=(
            "Compare with another camera program. If the light stays dark there too, it is the driver: "
            "look for an update of kernel and firmware.",
            "If it lights up there, find out what switches it off: triggers of the LED, modules that "
            "are not part of the kernel.",
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
    "desktop-icon-bypassed": Texts(
        title="Whether a camera films for a program that the desktop's icon does not show",
        meaning=(
            "The camera is filming, and the camera icon of your desktop does not show it. The icon "
            "knows only of programs that ask the desktop for the camera. Many ordinary programs do "
            "not: they open the camera themselves."
        ),
        harmless=(
            "A video call in Chrome, Chromium, Zoom, Skype or Teams, or a recording in OBS or cheese: "
            "most of them open the camera themselves.",
        ),
        steps=(
            "If you know the program and expect it to film now, there is nothing to do.",
            "Do not rely on the icon alone: it cannot show every program.",
            "If you do not know the program, cover the camera and show a report of it to somebody you "
            "trust.",
        ),
        technician=(
            "The icon follows PipeWire's camera nodes; see which of them run with pw-dump.",
            "A filming program of another user, or of the system, needs an explanation.",
        ),
    ),
    "hidden-process": Texts(
        title="Whether a process is kept out of the list of processes",
        meaning=(
            "The computer runs a program that task managers and most tools do not list, because "
            "something keeps it out of the list. Ordinary software has no reason for that."
        ),
        harmless=(
            "A security product or a tool for developers that covers its own process.",
            "A sandbox in which camcheck itself runs, and which covers a part of /proc.",
        ),
        steps=(
            "Cover the camera.",
            "Do not delete anything yet: save a report and show it to somebody you trust, best from "
            "another device.",
            "Passwords that were typed on this computer can be known to others; change them elsewhere.",
        ),
        technician=(
            "A library in /etc/ld.so.preload filters what every program sees: compare with a program "
            "that is linked statically (busybox), and look at the memory map of any process.",
            "A mount over /proc/PID stands in /proc/self/mountinfo.",
            "If only the kernel's own iterator shows it, suspect the kernel: look at the disk from "
            "another system.",
        ),
    ),
    "indicator-overridden": Texts(
        title="Whether a camera's light was told to stay dark",
        meaning=(
            "Some cameras have a setting that keeps their light dark while they film. Here that "
            "setting is in use, or the system's protection against it was taken away. The light of "
            "this camera does not tell whether it films."
        ),
        harmless=(
            "You, or somebody who set the camera up, switched the light off because it shines in "
            "glasses or into a recording.",
            "A program for adjusting cameras did it.",
        ),
        steps=(
            "If nobody you know did this, cover the camera and show a report of it to somebody "
            "you trust.",
            "Unplug the camera and plug it in again: most cameras then forget the setting.",
        ),
        technician=(
            "Look for what sets the control LED1 Mode at start: udev rules, uvcdynctrl, autostart.",
            "Look for allow_privacy_override in /etc/modprobe.d and on the kernel's command line.",
        ),
    ),
    "indicator-without-capture": Texts(
        title="Whether a light or icon is on although the camera does not film",
        meaning=(
            "The camera's light or icon is on, and yet the camera is not filming at this moment. That "
            "is not a danger by itself, but a light that is wrong in one direction may be wrong in the "
            "other."
        ),
        harmless=(
            "A program that has just stopped: lights and icons can stay on for some seconds.",
            "A firmware that forgets to switch the light off until the next restart.",
            "On some laptops programs may switch this light on for other purposes.",
        ),
        steps=(
            "Scan again in a minute.",
            "If it stays like this, restart the computer. If it comes back, show a report of it to "
            "somebody you trust.",
        ),
        technician=("Compare the light with `camcheck selftest`, and look for a firmware update.",),
    ),
    "known-bad": Texts(
        title="Whether anything here is known to be bad or made to watch people",
        meaning=(
            "camcheck compares what runs here, what starts by itself and some files and settings with "
            "published descriptions of spying programs, monitoring software and camera tools. A match "
            "says how much it means; no match says only that none of these descriptions fits."
        ),
        harmless=(
            "Another program that has the same name or place by chance.",
            "Software that you, an employer or a parent installed with the knowledge of everybody.",
        ),
        steps=(
            "Read what the finding says about this rule and about harmless causes.",
            "Do not remove anything in a hurry: save the report and show it to somebody you trust.",
        ),
        technician=(
            "The rule's text, tests and references: camcheck rules show ID",
            "Keep a copy and the digest of the file before anything is cleaned up.",
        ),
    ),
    "monitor-silenced": Texts(
        title="Whether the monitor that you installed watches",
        meaning=(
            "You have installed the monitor so that it watches all the time, and now it does not: a "
            "use of the camera is not noticed. Whoever wants to film unseen would begin by stopping "
            "it; the history cannot tell of that time."
        ),
        harmless=(
            "You or an update stopped it, or you have logged out and the service is one of your login.",
            "The computer was so busy that the monitor could not run.",
            "camcheck was updated, and the monitor of before still runs.",
        ),
        steps=(
            "See what it says itself: camcheck monitor status.",
            "Start it anew: camcheck monitor install (the one for all users: with sudo and --system).",
            "If you did not stop it, and it happens again, show a report to somebody you trust.",
        ),
        technician=(
            "systemctl [--user] status camcheck-monitor.service, and its journal: who stopped it?",
            "A process in state T was stopped by a signal (SIGSTOP) that only its own user or root can "
            "send.",
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
