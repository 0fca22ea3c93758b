"""A small panel: the list of signs of a desktop (StatusNotifierWatcher) and who shows them, real on
the session bus.

Usage: python -m tests.window.host

Each line that it writes is JSON with `at` (CLOCK_MONOTONIC): a sign came or changed, with its
tooltip and the lines of its menu. Lines that it reads: "press TEXT" for an entry of the menu,
"activate" for a click on the sign.
"""

import asyncio
import json
import sys
import time
from typing import Any

from dbus_fast import BusType, Message, MessageType, PropertyAccess
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, dbus_property, method

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM, MENU = "org.kde.StatusNotifierItem", "com.canonical.dbusmenu"


def write(**facts: Any) -> None:
    """One line, at once."""
    print(json.dumps({"at": time.monotonic(), **facts}), flush=True)


class Watcher(ServiceInterface):
    """Keeps the list. The names of its methods and their types are those of the specification."""

    def __init__(self) -> None:
        super().__init__(WATCHER)
        self.items: list[str] = []

    @method()
    def RegisterStatusNotifierItem(self, service: "s"):  # noqa: F821, N802
        self.items.append(service)
        write(what="registered", service=service)

    @method()
    def RegisterStatusNotifierHost(self, service: "s"):  # noqa: F821, N802
        """There is one host, and it is in the same process."""

    @dbus_property(access=PropertyAccess.READ)
    def RegisteredStatusNotifierItems(self) -> "as":  # noqa: F722, N802
        return self.items

    @dbus_property(access=PropertyAccess.READ)
    def IsStatusNotifierHostRegistered(self) -> "b":  # noqa: F821, N802
        return True

    @dbus_property(access=PropertyAccess.READ)
    def ProtocolVersion(self) -> "i":  # noqa: F821, N802
        return 0


class Panel:
    """Asks a sign for what it shows, whenever it says that something has changed."""

    def __init__(self, bus: MessageBus, watcher: Watcher) -> None:
        self._bus, self._watcher = bus, watcher
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self, message: Message) -> None:
        """A signal of a sign."""
        if message.message_type is MessageType.SIGNAL and message.interface == ITEM:
            self.do(self.show())

    def do(self, coming: Any) -> None:
        task = asyncio.ensure_future(coming)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def call(self, path: str, interface: str, member: str, signature: str, *body: Any) -> Any:
        reply = await self._bus.call(
            Message(
                destination=self._watcher.items[-1],
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        return reply.body if reply and reply.message_type is MessageType.METHOD_RETURN else []

    async def entries(self) -> list[tuple[int, str, bool]]:
        """Number, text and whether it can be pressed, of each entry of the menu."""
        await self.call("/MenuBar", MENU, "AboutToShow", "i", 0)
        _, root = await self.call("/MenuBar", MENU, "GetLayout", "iias", 0, -1, [])
        found = []
        for child in root[2]:
            number, facts, _ = child.value
            text = facts["label"].value if "label" in facts else "-"
            enabled = facts["enabled"].value if "enabled" in facts else True
            found.append((number, text, enabled))
        return found

    async def show(self) -> None:
        """What the sign says now."""
        facts = await self.call(
            "/StatusNotifierItem", "org.freedesktop.DBus.Properties", "GetAll", "s", ITEM
        )
        if not facts:
            return
        (known,) = facts
        tooltip = known["ToolTip"].value if "ToolTip" in known else ["", [], "", ""]
        sizes = [image[0] for image in known["IconPixmap"].value] if "IconPixmap" in known else []
        lines = [text for _, text, _ in await self.entries()]
        write(what="shown", tooltip=tooltip[2], text=tooltip[3], menu=lines, sizes=sizes)

    async def press(self, text: str) -> None:
        """An entry of the menu is chosen."""
        from dbus_fast import Variant

        for number, label, _ in await self.entries():
            if label.replace("_", "") == text:
                await self.call(
                    "/MenuBar", MENU, "Event", "isvu", number, "clicked", Variant("s", ""), 0
                )
                write(what="pressed", text=text)

    async def obey(self) -> None:
        """What stands on standard input."""
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        while line := (await reader.readline()).decode().strip():
            word, _, rest = line.partition(" ")
            if word == "press":
                await self.press(rest)
            elif word == "show":
                await self.show()
            else:
                await self.call("/StatusNotifierItem", ITEM, "Activate", "ii", 0, 0)


async def main() -> None:
    """Until the input ends."""
    bus = await MessageBus(bus_type=BusType.SESSION).connect()
    watcher = Watcher()
    panel = Panel(bus, watcher)
    bus.add_message_handler(panel.hear)
    bus.export("/StatusNotifierWatcher", watcher)
    rule = f"type='signal',interface='{ITEM}'"
    await bus.call(
        Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="AddMatch",
            signature="s",
            body=[rule],
        )
    )
    await bus.request_name(WATCHER)
    write(what="ready")
    await panel.obey()


if __name__ == "__main__":
    asyncio.run(main())
