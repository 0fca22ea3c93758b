"""What else was looked at: programs, the monitor, the camera itself."""

from camcheck.findings import Texts

TEXTS: dict[str, Texts] = {
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
}
