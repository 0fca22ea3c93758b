"""What rules and feeds say of honest machines, and of those who imitate them.

Each row: situation, source, what camcheck says ("nothing", or words of its report), exit code.
"""

INTEZER = (
    "https://www.intezer.com/blog/research/evilgnome-rare-malware-spying-on-linux-desktop-users/"
)
RED_CANARY = "https://redcanary.com/blog/misbehaving-rats/"
SPLUNK = "https://research.splunk.com/endpoint/ac59298a-8d81-4c02-8c9b-ffdac993891f"
ECHAP = "https://github.com/AssoEchap/stalkerware-indicators"

ROWS = (
    ("Somebody's own script is called gnome-shell-ext.sh", INTEZER, "nothing", 0),
    (
        "Imitation: that script in a hidden folder",
        INTEZER,
        "Name of a spying script in a hidden folder",
        12,
    ),
    ("Imitation: that script in EvilGnome's folder", INTEZER, "EvilGnome", 14),
    ("NetSupport is installed among the programs", RED_CANARY, "remote-access software", 10),
    (
        "Imitation: NetSupport's client in the user's profile",
        RED_CANARY,
        "NetSupport outside its own folder",
        12,
    ),
    ("The console has its ordinary settings", SPLUNK, "nothing", 0),
    ("Imitation: the console's settings have IpDateInfo", SPLUNK, "ValleyRAT", 14),
    ("Hubstaff counts working hours", "https://support.hubstaff.com/", "time-tracking", 10),
    (
        "ActivTrak's agent runs under a name like svchost",
        "http://www.activtrak.com/OnlineHelp/source/pages/monitor.htm",
        "Software made to monitor this computer",
        11,
    ),
    (
        "Teramind's hidden folder is there",
        "https://github.com/magicsword-io/LOLRMM",
        "Software made to monitor this computer",
        12,
    ),
    ("A feed of domains is given, and no command names one", ECHAP, "nothing", 0),
    ("Imitation: a start entry fetches from a listed domain", ECHAP, "A rule that you added", 12),
    (
        "A feed of which 245 parts cannot be used is given",
        "https://github.com/SigmaHQ/sigma",
        "245 parts of your rules cannot be used",
        3,
    ),
    (
        "The base rule of a refused correlation matches an ordinary program",
        "https://github.com/SigmaHQ/sigma-specification",
        "2 parts of your rules cannot be used",
        3,
    ),
)
