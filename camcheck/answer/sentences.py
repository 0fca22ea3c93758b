"""Every sentence of the answer, whole and with named slots, in one place.

What a check says of itself, its steps among it, stands in `camcheck.checks.sentences`.

A sentence is never put together from pieces that depend on grammar, so that a translation can take
the place of `ENGLISH` without any other code being touched. Slots: {program}, {camera}, {user},
{file}, {origin}, {when}, {number}. What fills a slot comes from the machine and is made printable
here.
"""

from camcheck.printable import printable

ENGLISH: dict[str, str] = {
    # The answer when nobody uses a camera.
    "nobody": "Nobody is using your camera now, and nothing suspicious was found.",
    "nobody.many": "Nobody is using your cameras now, and nothing suspicious was found.",
    "nobody.partly": "Nobody was seen using your camera now, but not everything could be looked at.",
    "nobody.no-camera": "No camera was found, and nothing suspicious. If this computer has a camera, "
    "plug it in or switch it on, and look again.",
    "nobody.no-list": "The list of cameras could not be read, so nobody can say who uses them.",
    "nobody.no-driver": "No program can use your camera now, because no driver has it; nothing suspicious was found.",
    "nobody.disk": "Nothing suspicious was found on this disk; who uses a camera now, no disk can tell.",
    # The answer when somebody does, and nothing speaks against it.
    "fits.films": "{program}, your own program, is filming with {camera}, and everything fits.",
    "fits.open": "{program}, your own program, has {camera} open and is not filming.",
    "fits.approved": "{program}, which you approved, is filming with {camera}, and everything fits.",
    "approved.films": "{program}, which you approved, is filming with {camera}.",
    "approved.open": "{program}, which you approved, has {camera} open.",
    "broker.open": "{program}, a part of your desktop, has {camera} ready for other programs; it does not film.",
    "fits.service": "{program}, a part of your system, is using {camera}, and everything fits.",
    "yours.films": "{program}, your own program, is filming with {camera}.",
    "yours.open": "{program}, your own program, has {camera} open.",
    "yours.films.unknown": "{program}, a program of yours that nobody vouches for, is filming with "
    "{camera}.",
    "yours.open.unknown": "{program}, a program of yours that nobody vouches for, has {camera} open.",
    "another.films": "{program} is filming with {camera}, for another person: {user}.",
    "another.open": "{program} has {camera} open, for another person: {user}.",
    "service.films": "{program} is filming with {camera}, as a service of this system.",
    "service.open": "{program} has {camera} open, as a service of this system.",
    "administrator.films": "{program} is filming with {camera}, as administrator of this computer.",
    "administrator.open": "{program} has {camera} open, as administrator of this computer.",
    "unknown.films": "{program} is filming with {camera}, and whose program it is, is not known.",
    "unknown.open": "{program} has {camera} open, and whose program it is, is not known.",
    "feeds": "{program} makes the pictures of the virtual camera {camera}; it watches nobody by it.",
    "unseen.films": "Somebody whom camcheck cannot see from here is filming with {camera}.",
    "unseen.open": "Somebody whom camcheck cannot see from here has {camera} open.",
    "several.films": "{number} programs are using your cameras now; {program} is filming with "
    "{camera}.",
    "several.open": "{number} programs have a camera open now; none was seen to film.",
    # The answer when something needs a look, or is an alarm.
    "look.films": "{program} is filming with {camera}, and that needs a look.",
    "look.open": "{program} has {camera} open, and that needs a look.",
    "look.films.others-program": "{program} is filming with {camera} for {user}, and nobody vouches for it.",
    "look.open.others-program": "{program} has {camera} open for {user}, and nobody vouches for it.",
    "look.camera": "Something about the camera {camera} needs a look.",
    "look.nothing": "Nobody uses a camera now, but {program} needs a look.",
    "look.past": "Nobody uses a camera now, but {program} used it on {when}, and that needs a look.",
    "look.films.capture-without-indicator": "{program} is filming with {camera} while its light is dark.",
    "look.films.indicator-overridden": "{program} is filming with {camera}, whose light was told to stay dark.",
    "look.films.second-viewer": "{program} sees what {camera} films for another program.",
    "look.films.use-while-away": "{program} is filming with {camera} while nobody seems to be there.",
    "look.films.capture-without-indicator.you": "{program} is filming with {camera} while its light is dark, by your own word.",
    "look.camera.capture-without-indicator.you": "{camera} films while its light is dark, by your own word.",
    "look.camera.films": "{camera} is filming, and something about it needs a look.",
    "look.camera.films.capture-without-indicator": "{camera} films while its light is dark.",
    "look.camera.films.indicator-overridden": "{camera} films, and its light was told to stay dark.",
    "alarm.camera.films": "ALARM: {camera} is filming, and something is wrong with it.",
    "look.camera.capture-without-indicator": "{camera} films while its light is dark.",
    "look.camera.indicator-overridden": "The light of {camera} was told to stay dark.",
    "alarm.films": "ALARM: {program} is filming with {camera}, and honest programs rarely look like this.",
    "alarm.open": "ALARM: {program} has {camera} open, and honest programs rarely look like this.",
    "alarm.films.concealed-holder": "ALARM: {program} is filming with {camera} and hides it.",
    "alarm.open.concealed-holder": "ALARM: {program} has {camera} open and hides it.",
    "alarm.films.known-bad.malware": "ALARM: {program} is filming with {camera}, and it looks like a known spying program.",
    "alarm.open.known-bad.malware": "ALARM: {program} has {camera} open, and it looks like a known spying program.",
    "look.films.known-bad.monitoring": "{program} is filming with {camera}; it is made to monitor this computer.",
    "look.open.known-bad.monitoring": "{program} has {camera} open; it is made to monitor this computer.",
    "look.nothing.known-bad.monitoring": "Nobody films now, but {program} is here, which is made to monitor this computer.",
    "alarm.films.known-bad.monitoring": "ALARM: {program} is filming with {camera}; it is made to monitor this computer.",
    "alarm.open.known-bad.monitoring": "ALARM: {program} has {camera} open; it is made to monitor this computer.",
    "alarm.nothing.known-bad.monitoring": "ALARM: nobody films now, but {program} is here, which is made to monitor this computer.",
    "alarm.nothing.known-bad.malware": "ALARM: nobody films now, but {program} looks like a known spying program.",
    "alarm.unseen.films": "ALARM: somebody who hides is filming with {camera}.",
    "alarm.unseen.open": "ALARM: somebody who hides has {camera} open.",
    "alarm.camera": "ALARM: something is wrong with the camera {camera}.",
    "alarm.nothing": "ALARM: nobody films now, but {program} is on this computer.",
    "look.place": "{reason} Nobody uses a camera now.",
    "look.place.here": "{reason}",
    "look.here": "{program} on this computer needs a look.",
    "look.here.known-bad.monitoring": "{program} is on this computer; it is made to monitor it.",
    "alarm.place": "ALARM: {reason} Nobody films now.",
    "alarm.place.here": "ALARM: {reason}",
    "alarm.here": "ALARM: {program} is on this computer, and honest programs rarely look like this.",
    "alarm.here.known-bad.malware": "ALARM: {program} on this computer looks like a known spying program.",
    "alarm.here.known-bad.monitoring": "ALARM: {program} is on this computer; it is made to monitor it.",
    "alarm.past": "ALARM: {program} used {camera} on {when}; it does nothing now.",
    # What the person can see for herself.
    "light.expected": "Its light should be on now; if it is dark, cover the camera.",
    "light.on": "Its light is on, as it should be.",
    "light.on.you": "Its light is on, by your own word.",
    # What could not be looked at, in one clause.
    "missing.users": "programs of other users (sudo camcheck scan looks there)",
    "missing.users.windows": "programs of other users (run camcheck as administrator)",
    "missing.one": "one thing",
    "missing.several": "{number} things",
    "missing.line": "Could not be looked at: {clause}.",
    # Who, in one line.
    "who.file": "Its file is {file}.",
    "who.yours": "It runs under your account.",
    "who.another": "It runs under the account of {user}.",
    "who.service": "It runs as a service of the system.",
    "who.administrator": "It runs as administrator (root).",
    "who.unknown": "Under which account it runs is not known.",
    "who.origin": "Where it comes from is known: {origin}.",
    "who.claimed": "It calls itself {origin}; any program could.",
    "who.no-origin": "No installed package and no signature vouches for it.",
    "who.since": "It has used the camera since {when}.",
    "who.past": "It used the camera {number} times in the last seven days, last on {when}.",
    "who.past.once": "It used the camera once in the last seven days, on {when}.",
    "does.films": "It films now.",
    "does.open": "It has the camera open and was not seen to film.",
    "does.nothing": "It does not use a camera now.",
    "does.films.unseen": "The camera films now.",
    # What to do.
    "do.cover": "Cover the camera.",
    "do.call": "If you are not in a call, close this program.",
    "do.unexpected": "If you do not expect this, cover the camera and close the program.",
    "do.ask-keeper": "If you do not expect this, cover the camera and ask who looks after this computer.",
    "do.ask": "Ask {user} whether that is meant to be; if you do not know, cover the camera.",
    "do.admin": "Look again as administrator: sudo camcheck scan",
    "do.admin.windows": "Look again as administrator: start camcheck with “Run as administrator”.",
    "do.save": "Save a report for somebody you trust: camcheck report",
    "do.keep": "Do not delete anything; save a report and show it to somebody you trust.",
    "do.allow": "If that was you: camcheck history --seen",
    "harmless": "It can be harmless: {cause}",
    # Where more stands.
    "more.stories": "{number} more: camcheck scan --details",
    "more.details": "More: camcheck scan --details",
    "more.report": "Save a report: camcheck report",
    "more.both": "More: camcheck scan --details. Save a report: camcheck report",
    # What the person is asked, as a witness.
    "ask.light": "{camera} is filming now. Is its light on? (y: yes, n: no, ?: I do not know)",
    "ask.light.ended": "{camera} no longer films, so its light says nothing now.",
    # What camcheck offers when it is started without a command: each follows its key.
    "guide.head": "What now? Press a key:",
    "guide.key": "Key ({keys}):",
    "guide.save": "save a report for somebody you trust",
    "guide.admin": "look again as administrator: that shows the programs of other users, too",
    "guide.again": "look again",
    "guide.light": "test my light; that switches the camera on for moments",
    "guide.watch": "watch from now on, and tell me when a program uses the camera",
    "guide.seen": "that was me: speak no more of what was seen before",
    "guide.details": "what does this mean? Show everything",
    "guide.quit": "quit",
    "guide.stopped": "Stopped.",
    "guide.close": "Press q to close this window.",
    "guide.page": "The answer stands in your browser, too: {file}",
    "guide.saved": "Look at the report before you send it. It is in {file}",
    "guide.admin.asks": "Your system may ask for your password now. camcheck only looks, and changes nothing.",
    "guide.admin.failed": "Looking as administrator did not work, so what was said before stands. Ask who looks after this computer to do it.",
    "guide.admin.none": "This computer has no tool to become administrator from here. Ask who looks after it to do it.",
    "guide.admin.windows": "Close this window, click camcheck with the right mouse button and choose “Run as administrator”.",
    "guide.light.ask": "The camera will be switched on for moments, and you say when its light is on. Nothing of the pictures is kept. Go on? (y: yes, n: no)",
    "guide.light.by-hand": "camcheck cannot switch the camera on here. Open the camera program of this computer: while it shows your picture, the light should be on, and dark when you close it.",
    "guide.watch.ask": "camcheck will start with this computer, keep a history of who uses the camera, and tell you. Do that? (y: yes, n: no)",
    # What the user said of the past.
    "seen": "Noted: you know of the {number} uses up to now. Scans no longer speak of them.",
    "seen.none": "Noted; there was no use that you had not answered for.",
    # Why a story is told: one plain reason for each check.
    "why.blocked-look": "It keeps others from looking into it.",
    "why.camera-changed": "The camera is not what it was when you had it remembered.",
    "why.camera-taken-over": "The camera was taken away from its driver.",
    "why.capture-not-shown": "The camera films, and the system shows nobody who uses it.",
    "why.capture-unattributed": "The camera films, and nobody can be found who receives it.",
    "why.capture-without-indicator": "The camera films while its light is dark.",
    "why.capture-without-indicator.you": "The camera films while its light is dark, by your own word.",
    "why.concealed-holder": "It hides that it has the camera open.",
    "why.desktop-icon-bypassed": "The camera icon of your desktop does not show it.",
    "why.hidden-process": "It is kept out of the list of running programs.",
    "why.indicator-overridden": "The light of the camera was told to stay dark.",
    "why.indicator-without-capture": "The light or icon is on although the camera does not film.",
    "why.monitor-silenced": "A monitor that should watch does not.",
    "why.others-program": "It belongs to another person on this computer.",
    "why.raw-usb-holder": "It talks to the camera past its driver.",
    "why.second-viewer": "It sees what the camera films for another program.",
    "why.suspicious-holder": "Where it comes from is unusual.",
    "why.unattributed-holder": "The camera counts a user who cannot be found.",
    "why.use-while-away": "The camera is used while nobody seems to be there.",
    # What the monitor says at the moment of a use.
    "notify.films": "{program} is filming with {camera}",
    "notify.open": "{program} has opened {camera}",
    "notify.used": "{program} used {camera}",
    "notify.since": "Since {time}.",
    "notify.long": "For {time} seconds.",
    "notify.no-end": "When it ended was not seen.",
    "notify.suspects": "It may have been one of these: {programs}.",
    "notify.unexpected": "If you do not expect this: camcheck history tells more.",
    "notify.more": "More: camcheck history, camcheck scan.",
    # Names for what has none.
    "name.unseen": "somebody unseen",
    "name.several": "{program} and others",
}


def say(sentence: str, **slots: str) -> str:
    """The sentence of that name with its slots filled; raises KeyError for one that is unknown."""
    return ENGLISH[sentence].format(
        **{name: printable(text, limit=120) for name, text in slots.items()}
    )


def known(sentence: str) -> bool:
    """Whether there is a sentence of that name."""
    return sentence in ENGLISH
