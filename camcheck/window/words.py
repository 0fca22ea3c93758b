"""Every sentence of the window, whole and with named slots, as `camcheck.answer.sentences` has its.

What fills a slot comes from the machine and is made printable here.
"""

from PySide6.QtGui import QGuiApplication

from camcheck.answer import sentences
from camcheck.interpreter import is_single_file
from camcheck.printable import printable

ENGLISH: dict[str, str] = {
    "title": "camcheck",
    # The sign in one or two words; the shape and colour say the same.
    "sign.nobody": "Nobody",
    "sign.in-use": "In use",
    "sign.look": "Needs a look",
    "sign.alarm": "Alarm",
    "sign.unknown": "Not known",
    "cancel": "Cancel",
    "close": "Close",
    # The parts of the window. The letter after & jumps there with Alt.
    "tab.now": "&Now",
    "tab.past": "&Past",
    "tab.check": "&Check my camera",
    "tab.watch": "&Watch",
    # Now.
    "now.looking": "Looking at this computer …",
    "now.looked": "Looked at {time}.",
    "now.failed": "The look did not work: {reason}",
    "now.again": "&Look again",
    "now.administrator": "Look as &administrator",
    "now.administrator.hint": "Your system will ask for a password. camcheck only looks, and changes nothing.",
    "now.administrator.refused": "Looking as administrator did not work, so what was said before stands.",
    "now.administrator.elsewhere": "A second camcheck was started as administrator, in a window of its own.",
    "now.cameras": "Cameras",
    "now.no-camera": "No camera was found.",
    "now.stories": "Programs",
    "now.nobody": "No program has a camera open, and none needs a look.",
    "now.more": "{number} more need a look; the report has them all.",
    # A camera.
    "camera.films": "is filming now",
    "camera.open": "is open, and was not seen to film",
    "camera.nothing": "nobody uses it",
    "camera.unknown": "whether it films could not be found out",
    "light.on": "Its light is on.",
    "light.off": "Its light is dark.",
    "light.unread": "No program can read its light. Look at the camera:",
    "light.idle": "Its light should be dark now.",
    "light.you.on": "You said that its light is on.",
    "light.you.off": "You said that its light is dark.",
    "light.none": "",
    "light.see.on": "I see it on",
    "light.see.off": "I see it dark",
    "light.ended": "{camera} no longer films, so its light says nothing now.",
    # A story.
    "story.films": "films now",
    "story.open": "has a camera open",
    "story.past": "used a camera before",
    "story.nothing": "does not use a camera now",
    "story.mine": "That was me",
    "story.not-mine": "Not me: save a report",
    "story.meaning": "What does this mean?",
    "story.last": "Last used {when}.",
    "story.since": "Since {when}.",
    # That was me.
    "mine.title": "That was me: {program}",
    "mine.approve": "From now on this program may use the camera, and you are not told of it again:",
    "mine.file": "File: {file}",
    "mine.script": "Script: {file}",
    "mine.package": "Recognised by its installed package, {package}, also after updates.",
    "mine.digest": "Recognised by what the file holds (SHA-256 {digest}); after an update you are asked again.",
    "mine.libraries": "{number} files of code beside it belong to it.",
    "mine.always": "What is grave is told all the same, and every use stays in the history.",
    "mine.cannot": "It cannot be approved for good: {reason}",
    "mine.unseen": "nobody knows which program it is",
    "mine.once": "You can say that its uses up to now were you. The next one is told again.",
    "mine.button.always": "Approve this program",
    "mine.button.once": "Only the uses up to now",
    "mine.done": "{program} is approved.",
    "mine.done.once": "Noted: the uses of {program} up to now were you.",
    # Not me.
    "report.saved": "The report is in {file}",
    "report.saving": "Saving a report …",
    "report.look": "Names, folders and serial numbers are left out of it. Look at it before you give it to somebody you trust. Do not delete the program: it is evidence.",
    "report.digest": "Its digest, to read out: {digest}",
    "report.open": "Show it",
    # What does this mean.
    "meaning.title": "What does this mean? {program}",
    "meaning.now": "Now",
    "meaning.why": "Why it is told",
    "meaning.harmless": "It can be harmless",
    "meaning.steps": "What to do",
    "meaning.helper": "For the person who helps you",
    "meaning.nothing": "Nothing speaks against it. It is told because it uses a camera.",
    # The past.
    "past.none": "Nobody has watched on this computer yet, so nothing is known of the past. The part “Watch” starts it.",
    "past.legend": "Each day is a row with a band for each camera, from midnight to midnight. Hatched: nobody watched, so nothing is known.",
    "past.uses": "Uses on this day",
    "past.nobody": "Nobody was seen to use a camera on this day.",
    "past.unwatched": "Nobody watched on this day, so nothing is known of it.",
    "past.partly": "Nobody watched for {time} of this day.",
    "past.use": "{began} to {ended}: {program} used {camera}, {length}.",
    "past.use.on": "Since {began}: {program} uses {camera}.",
    "past.use.unseen-end": "{began}: {program} used {camera}; its end was not seen.",
    "past.marked": "Needs a look: {reason}",
    "past.answered": "You said that it was you.",
    "past.other": "{began} to {ended}: somebody else on this computer used {camera}.",
    "past.strip": "Timeline of the cameras. Up and down: another day; left and right: another use.",
    "past.list": "Uses on the chosen day",
    "past.story": "The chosen use",
    "past.choose": "Choose a use to see its story.",
    "past.today": "Today",
    # Check my camera.
    "check.explain": "Does the light of your camera tell the truth? In {number} rounds the camera films, or not, by chance; you say whether its light is lit. Nothing of the pictures is kept.",
    "check.camera": "Camera:",
    "check.consent": "Switch the camera on",
    "check.consent.hint": "{camera} will film for some seconds at a time. Its light should be lit then, and dark in between.",
    "check.no-camera": "There is no camera that could be tested.",
    "check.no-opencv": "The test needs a part that is not installed: pip install 'camcheck[selftest]'. By hand: open the camera program of this computer. While it shows your picture, the light should be on, and dark when you close it.",
    "check.prepare": "Round {number} of {all}: look at the camera …",
    "check.question": "Round {number} of {all}: is the light lit?",
    "check.lit": "It is &lit",
    "check.dark": "It is &dark",
    "check.unsure": "I am not &sure",
    "check.stop": "Stop",
    "check.again": "Test once more",
    "check.stopped": "Stopped. The camera is off again.",
    "check.result": "The result",
    "check.picture": "This is what the camera saw in the last round that filmed. It is not kept.",
    "check.picture.name": "What the camera saw, small and grey",
    # Watch.
    "watch.explain": "A monitor notices each use of a camera, also while this window is closed. It never opens a camera.",
    "watch.state.on": "A monitor watches.",
    "watch.state.off": "Nobody watches now: uses of a camera are not noticed.",
    "watch.state.trouble": "A monitor runs, and something is wrong with it.",
    "watch.state.system": "A monitor for all users of this computer watches. It shows you your own uses, and that others used a camera, not who.",
    "watch.state.working": "One moment …",
    "watch.choose": "When it watches",
    "watch.off": "Not at all",
    "watch.now": "Only now, until you log out or end camcheck",
    "watch.always": "Now, and each time you log in",
    "watch.notify": "Tell me with a notification when a program that I have not approved uses a camera",
    "watch.sign": "Show the sign in the corner of the screen when I log in",
    "watch.no-tray": "This desktop has no place for the sign. Notifications open this window instead.",
    "watch.details": "What it sees",
    "watch.blind": "What it cannot see",
    "watch.failed": "That did not work: {reason}",
    "watch.blind.none": "It knows of nothing that it cannot see on this computer.",
    "watch.blind.off": "A monitor says it as soon as it runs.",
    "watch.approved": "Approved programs",
    "watch.none-approved": "No program is approved.",
    "watch.withdraw": "Withdraw this approval",
    # The sign in the corner.
    "tray.nobody": "Nobody uses a camera",
    "tray.unknown": "Nobody watches",
    "tray.past": "Nobody uses a camera now; something needs a look",
    "tray.films": "{program} films with {camera}",
    "tray.open": "{program} has {camera} open",
    "tray.others": "Somebody else on this computer uses {camera}",
    "tray.show": "Open camcheck",
    "tray.quit": "End camcheck",
    # The window itself.
    "menu.file": "&File",
    "menu.save": "&Save a report …",
    "menu.close": "&Close this window",
    "menu.quit": "&End camcheck",
}

_HERE = {
    "do.admin": "Look again as administrator: the button is above.",
    "do.admin.windows": "Look again as administrator: the button is above.",
    "do.save": "Save a report for somebody you trust: the button is beside it.",
    "do.allow": "If that was you, say so with the button “That was me”.",
    "missing.users": "programs of other users (“Look as administrator” looks there)",
    "missing.users.windows": "programs of other users (“Look as administrator” looks there)",
}
"""Sentences of the answer that name a command, and what the window says in their place."""
_BUTTON_OF_WINDOWS = ("do.admin.windows", "missing.users.windows")
"""They speak of a button that the single file does not have there."""
_SPOKEN = {
    sentences.say(name): here
    for name, here in _HERE.items()
    if not (is_single_file() and name in _BUTTON_OF_WINDOWS)
}


def say(sentence: str, **slots: str) -> str:
    """The sentence of that name with its slots filled; raises KeyError for one that is unknown."""
    return ENGLISH[sentence].format(
        **{name: printable(text, limit=240) for name, text in slots.items()}
    )


def here(sentence: str) -> str:
    """A sentence of the answer, in the words of the window where it names a command."""
    if sentence in _SPOKEN:
        return _SPOKEN[sentence]
    for command, instead in _SPOKEN.items():
        sentence = sentence.replace(command, instead)
    return sentence.replace(" (camcheck scan --details names them)", " (a saved report names them)")


def apart(text: str) -> str:
    """A text that is read from left to right also in a window that is laid out the other way."""
    return f"{_LEFT_TO_RIGHT}{text}{_END}" if QGuiApplication.isRightToLeft() else text


def flat(text: str) -> str:
    """For places that take markup (tooltips of panels): none of it can be made of ``text``."""
    return printable(text, limit=200).translate(_FLAT)


_LEFT_TO_RIGHT, _END = "\u2066", "\u2069"  # of the English of this file (Unicode, UAX 9)
_FLAT = str.maketrans({"<": "‹", ">": "›", "&": "＆"})  # noqa: RUF001 chosen to look alike
