"""Whether what a camera does is shown."""

from camcheck.findings import Texts

TEXTS: dict[str, Texts] = {
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
}
