"""The people of the guest, and running something as one of them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

VIDEO = 44  # Debian's group for cameras (base-passwd)


class Person(NamedTuple):
    """A user; ``groups`` are the further ones; who is confined may not use bpf(2)."""

    name: str
    uid: int
    groups: tuple[int, ...]
    confined: bool = False

    @property
    def home(self) -> str:
        return "/root" if self.uid == 0 else f"/tmp/home-{self.name}"


PEOPLE = {
    person.name: person
    for person in (
        Person("root", 0, ()),
        Person("confined", 0, (), confined=True),
        Person("alice", 1000, (VIDEO,)),
        Person("bob", 1001, ()),
        Person("mallory", 1002, (VIDEO,)),
    )
}


def create_people() -> None:
    """Writes the users into the guest's own copy of the user database."""
    people = [person for person in PEOPLE.values() if person.uid]
    users, groups = Path("/etc/passwd"), Path("/etc/group")
    kept_users = re.sub(r"(?m)^.*:100[0-2]:.*\n", "", users.read_text(encoding="utf-8"))
    kept_groups = re.sub(
        r"(?m)^(.*:x:100[0-2]:|video:).*\n", "", groups.read_text(encoding="utf-8")
    )
    for person in people:
        kept_users += f"{person.name}:x:{person.uid}:{person.uid}::{person.home}:/bin/bash\n"
        kept_groups += f"{person.name}:x:{person.uid}:\n"
        os.makedirs(person.home, mode=0o700)
        os.chown(person.home, person.uid, person.uid)
    kept_groups += f"video:x:{VIDEO}:{','.join(p.name for p in people if VIDEO in p.groups)}\n"
    users.write_text(kept_users, encoding="utf-8")
    groups.write_text(kept_groups, encoding="utf-8")


def environment_of(person: Person) -> dict[str, str]:
    """A bare environment, with their home."""
    return {"PATH": os.environ["PATH"], "HOME": person.home, "LANG": "C.UTF-8"}


def start_as(name: str, command: list[str], **options: Any) -> subprocess.Popen[str]:
    """Starts a command as that person, with a bare environment and their home as folder."""
    person = PEOPLE[name]
    options["env"] = {**environment_of(person), **options.get("env", {})}
    around = [sys.executable, str(Path(__file__).with_name("confined.py"))]
    return subprocess.Popen(
        [*around, *command] if person.confined else command,
        user=person.uid,
        group=person.uid,
        extra_groups=person.groups,
        cwd=person.home,
        text=True,
        **{"stdin": subprocess.DEVNULL, **options},
    )
