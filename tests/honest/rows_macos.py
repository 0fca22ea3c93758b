"""What macOS looks like on honest machines, and when somebody imitates that.

Each row: situation, source, what camcheck says ("nothing", or words of its report), exit code.
"""

LOG = "log lines published with open-source menu bar tools"
SIGMA = (
    "https://github.com/SigmaHQ/sigma/blob/master/rules/macos/process_creation/"
    "proc_creation_macos_xcsset_malware_infection.yml"
)

ROWS = (
    ("ffmpeg from a package collection films: cam:ffmpeg", LOG, "ffmpeg has the camera", 10),
    (
        "Imitation: a second ffmpeg, in a hidden folder that all users share",
        LOG,
        "Camera used from a shared folder",
        13,
    ),
    ("A program with a space in its name films", LOG, "Photo Tool has the camera", 10),
    (
        "Imitation: a file that is called like Zoom's id films beside Zoom",
        LOG,
        "Camera used from a shared folder",
        13,
    ),
    ("A shell reads settings in Group Containers", SIGMA, "nothing", 0),
    ("Imitation: a shell builds an application in Group Containers", SIGMA, "XCSSET", 13),
)
