"""What Windows looks like on honest machines, and when somebody imitates that.

Each row: situation, source, what camcheck says ("nothing", or words of its report), exit code.
"""

FIELD = "https://github.com/"
SIGMA = FIELD + "SigmaHQ/sigma/blob/master/rules/windows/"
MIC_CAM = SIGMA + "registry/registry_event/registry_event_susp_mic_cam_access.yml"
ATOMIC = FIELD + "redcanaryco/atomic-red-team/blob/master/atomics/T1125/T1125.md"
RUN_KEYS = "https://learn.microsoft.com/en-us/windows/win32/setupapi/run-and-runonce-registry-keys"

ROWS = (
    ("A finished call is noted for a user", "ConsentStore of ordinary PCs", "nothing", 0),
    (
        "A use by svchost is noted for the machine (HKLM)",
        "ConsentStore of ordinary PCs",
        "nothing",
        0,
    ),
    (
        "Windows Hello's open note of svchost in HKLM, among many service hosts",
        FIELD + "sleevezipper/hass-workstation-service/issues/92",
        "looks at the camera when you unlock with your face",
        10,
    ),
    (
        "An open note of svchost where no host has to do with cameras",
        FIELD + "sleevezipper/hass-workstation-service/issues/92",
        "one of 5 hosts of Windows' services",
        10,
    ),
    (
        "Imitation: svchost.exe in E:\\Windows\\System32 films",
        MIC_CAM,
        "Name of a Windows component in another folder",
        13,
    ),
    (
        "SensorDataService films while nobody is signed in",
        FIELD + "hass-agent/HASS.Agent/issues/108",
        "looks at the camera when you unlock with your face",
        10,
    ),
    (
        "Imitation: SensorDataService.exe in a folder for everybody films",
        FIELD + "hass-agent/HASS.Agent/issues/108",
        "Camera used from an odd folder",
        13,
    ),
    (
        "Build 26220 closes the note of a call that goes on",
        FIELD + "hass-agent/HASS.Agent/pull/476",
        "closes its notes while programs still film",
        10,
    ),
    (
        "Imitation: on an older build a program closes its own note and films on",
        FIELD + "hass-agent/HASS.Agent/pull/476",
        "films, and the system shows nobody",
        11,
    ),
    (
        "Imitation: on build 26220 a program removes its note and films on",
        FIELD + "hass-agent/HASS.Agent/pull/476",
        "films, and the system shows nobody",
        11,
    ),
    ("Times of a known program are written as eight bytes", ATOMIC, "nothing", 0),
    (
        "Imitation: a use from C:\\Windows\\Temp is written as eight bytes",
        ATOMIC,
        "Earlier camera use from an odd folder",
        13,
    ),
    (
        "Imitation: a use from a folder for everybody has a time that is none",
        ATOMIC,
        "Changed record of camera use",
        13,
    ),
    (
        "A known program's time cannot be read",
        ATOMIC,
        "cannot be read: when that program used the camera is not known",
        3,
    ),
    ("A program on another drive used the camera", "program folders of PCs", "nothing", 0),
    (
        "Imitation: E:\\update package\\update.exe used the camera",
        MIC_CAM,
        "Camera use by something named like an installer",
        11,
    ),
    (
        "A portable program among the downloads used the camera",
        MIC_CAM,
        "a program from the Downloads folder that used the camera",
        10,
    ),
    (
        "Imitation: setup.exe among the downloads used the camera",
        MIC_CAM,
        "Camera use by something named like an installer",
        11,
    ),
    (
        "Imitation: rundll32 used the camera, noted for the machine",
        MIC_CAM,
        "Earlier camera use by a Windows helper",
        13,
    ),
    (
        "Camera access is switched off, and nobody films",
        "settings of Windows 11",
        "camera access is switched off",
        0,
    ),
    (
        "Windows Hello films while camera access is switched off",
        "settings of Windows 11",
        "looks at the camera when you unlock with your face",
        10,
    ),
    (
        "Imitation: a program films although camera access is switched off",
        "settings of Windows 11",
        "films, although camera access is switched off",
        12,
    ),
    ("An installer cleans up after itself at the next start", RUN_KEYS, "nothing", 0),
    (
        "Imitation: an entry called like that cleaning starts a program in a temporary folder",
        RUN_KEYS,
        "Start entry in a temporary folder",
        12,
    ),
    ("A vendor's task runs hidden PowerShell from Program Files", "204 real tasks", "nothing", 0),
    (
        "Imitation: a task runs hidden PowerShell with text in disguise",
        "204 real tasks",
        "Hidden PowerShell that starts by itself",
        12,
    ),
    ("A shortcut starts a program with arguments", "560 real shortcuts", "nothing", 0),
    (
        "Imitation: a shortcut shows one program and starts another from a temporary folder",
        "560 real shortcuts",
        "Start entry in a temporary folder",
        12,
    ),
    ("An updater makes its task, with highest rights", "installers of PCs", "nothing", 0),
    (
        "Imitation: a task is made in AsyncRAT's own words",
        FIELD + "NYAN-x-CAT/AsyncRAT-C-Sharp",
        "AsyncRAT and relatives",
        12,
    ),
    ("Windows updates itself from uus and $WinREAgent", "program folders of PCs", "nothing", 0),
    (
        "Imitation: a folder Windows\\System32 of one's own",
        "program folders of PCs",
        "Name of a Windows component in another folder",
        13,
    ),
)
