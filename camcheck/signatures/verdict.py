"""What camcheck says about each kind of match, in words for a worried person."""

from camcheck.fact import NamedTuple


class Words(NamedTuple):
    """``heading`` has room for a name; ``meaning`` goes from harmless to harmful."""

    heading: str
    meaning: str
    steps: tuple[str, ...]

    def title(self, name: str) -> str:
        return self.heading.format(name=name)


_WORDS = {
    "malware": Words(
        "Something here matches what is published about {name}",
        "Programs of this kind can let somebody else use the camera. A match is a strong hint, not "
        "yet a proof: a file or program can carry the same name or place by chance.",
        (
            "Disconnect this computer from the network and do not use it for passwords or banking.",
            "Do not delete anything yet.",
            "Save this report and show it to somebody you trust who knows computers.",
            "Change important passwords from another device.",
        ),
    ),
    "monitoring": Words(
        "Software made to monitor this computer seems to be installed: {name}",
        "Such software can be there with your knowledge, for example from an employer or as "
        "parental control. It can also have been installed by somebody who wants to watch you.",
        (
            "Do not remove or change anything yet: whoever installed it may notice.",
            "If you did not know about it, look for help, from a device that they cannot use.",
            "stopstalkerware.org lists organisations that help, by country.",
            "On a work computer, ask the employer which monitoring is in use.",
        ),
    ),
    "dual-use": Words(
        "A tool that can use or show the camera: {name}",
        "This is an ordinary tool. It is listed so that you can tell whether you want it here.",
        ("If you, or somebody who looks after this computer, use this tool, nothing needs doing.",),
    ),
    "suspicious": Words(
        "Unusual behaviour: {name}",
        "No particular harmful program was recognised. Ordinary programs rarely behave like this; "
        "the harmless causes below are the known exceptions.",
        (
            "Check whether you know this program and started it on purpose.",
            "If not, remove nothing yet; show a report of it to somebody you trust with computers.",
        ),
    ),
    "external": Words(
        "A rule that you added matches: {name}",
        "This judgement is the rule author's, not camcheck's.",
        ("Read the rule and its references to see what it means.",),
    ),
}


def wording(verdict: str) -> Words:
    """The words for malware, monitoring, dual-use, suspicious or external."""
    return _WORDS[verdict]
