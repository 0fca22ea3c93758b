"""The tables of a data set and their columns: version 1, described in docs/fleet.md."""

from camcheck.fact import NamedTuple

VERSION = 1
"""Raised when a column goes or changes its meaning; a column that is added leaves it."""


class Column(NamedTuple):
    """A column: its type in SQL (times are UTC) and what it means."""

    name: str
    type: str
    meaning: str


def _columns(text: str) -> tuple[Column, ...]:
    rows = (line.split(maxsplit=2) for line in text.strip().splitlines())
    return tuple(Column(name, kind, meaning) for name, kind, meaning in rows)


EVERYWHERE = _columns("""
digest VARCHAR the report that the row is from: SHA-256 of its data, in hex
host VARCHAR the machine: its name, or the name of the file when the report is redacted
started_at TIMESTAMP when the scan began
""")
"""The first columns of every table."""

_OWN = {
    "machines": """
file VARCHAR where the report was read
file_size BIGINT its size in bytes
file_time BIGINT when it was last changed, nanoseconds since 1970
schema_version BIGINT the version of the report's format
camcheck_version VARCHAR what made it
rules_version VARCHAR its rules
platform VARCHAR linux, windows or macos
release VARCHAR version or build of the system
elevated BOOLEAN whether an administrator looked
redacted BOOLEAN whether names were replaced on the machine
intact BOOLEAN whether the data fits the digest that the file states
verdict VARCHAR nobody, in-use, look or alarm
complete BOOLEAN whether all could be looked at
cameras BIGINT how many it has
findings BIGINT how many there are
gaps BIGINT how many there are
watched_until TIMESTAMP when a monitor last watched; NULL: there is no monitor
watched_minutes BIGINT how long it watched in the days that the report tells of
""",
    "stories": """
story VARCHAR its identity, the same in two reports
about VARCHAR program, unseen, camera or place
name VARCHAR what people call it
exe VARCHAR its file
whose VARCHAR yours, another, service, administrator or unknown
user VARCHAR the account
doing VARCHAR films, open or nothing
camera VARCHAR names of the cameras
severity VARCHAR info, low, medium, high or critical
since TIMESTAMP when the use that goes on began, where a monitor saw it
last TIMESTAMP when the latest use ended
times BIGINT how many uses the monitor saw
known BOOLEAN whether it is known where the program comes from
origin VARCHAR by what it is known
past BOOLEAN whether it is told for what it did before
reasons VARCHAR why it is told, sentences
""",
    "findings": """
check VARCHAR what was checked
severity VARCHAR info, low, medium, high or critical
confidence VARCHAR low, medium or high
title VARCHAR one sentence
subject VARCHAR what it is about, in one line
rule VARCHAR the rule that matched
fingerprint VARCHAR identity across reports: check, subject and rule
""",
    "cameras": """
id VARCHAR its identity
name VARCHAR what it calls itself
bus VARCHAR how it is attached
kind VARCHAR physical, infrared or virtual
driver VARCHAR its driver
firmware VARCHAR release number of its firmware; NULL: was not asked
descriptors VARCHAR SHA-256 of all that it says of itself; NULL: was not asked
capture VARCHAR active, inactive or undetermined
light VARCHAR on, off or not-observable; NULL: it has none that is known
icon VARCHAR on, off or not-observable: the sign on the screen
""",
    "holders": """
camera VARCHAR id of the camera
via VARCHAR by what it is held
node VARCHAR the way in
role VARCHAR what is particular about it
pid BIGINT number of the process
started TIMESTAMP when it was started
program VARCHAR its name
exe VARCHAR its file
shape VARCHAR the path without what differs between machines: home, numbers
exe_state VARCHAR present, replaced, deleted, elsewhere, memory or kernel
package VARCHAR the package, application or signer that it is from
user VARCHAR the account
sha256 VARCHAR digest of the file
""",
    "processes": """
pid BIGINT number of the process
started TIMESTAMP when it was started
name VARCHAR its name
exe VARCHAR its file
package VARCHAR the package, application or signer that it is from
user VARCHAR the account
sha256 VARCHAR digest of the file, where it was made
""",
    "persistence": """
kind VARCHAR what starts it
path VARCHAR where that is set up
name VARCHAR its name
command VARCHAR what is started
shape VARCHAR kind, path and command without what differs between machines
user VARCHAR the account
""",
    "gaps": """
fact VARCHAR what could not be looked at
subject VARCHAR where
reason VARCHAR denied, missing, unsupported, unparsed, failed, timed-out or not-asked
detail VARCHAR what that hides
""",
    "uses": """
camera VARCHAR id of the camera; NULL: is not recorded
program VARCHAR what used it
exe VARCHAR its file
shape VARCHAR the path without what differs between machines
began TIMESTAMP the beginning
ended TIMESTAMP the end; NULL: it went on, or no end is recorded
away VARCHAR what spoke against the user being there
seen_by VARCHAR monitor, or whose record it is
""",
}

TABLES = {name: EVERYWHERE + _columns(text) for name, text in _OWN.items()}
"""The tables by name; ``processes`` has rows only where they were asked for."""
