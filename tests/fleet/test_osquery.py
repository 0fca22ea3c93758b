"""The osquery extension, spoken to by osquery's own client; osqueryd itself is not to be had."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

osquery = pytest.importorskip("osquery", reason="osquery's Python binding is not installed")

from osquery.extensions import Extension  # noqa: E402
from osquery.extensions.ExtensionManager import Processor  # noqa: E402
from osquery.extensions.ttypes import ExtensionStatus  # noqa: E402
from thrift.protocol import TBinaryProtocol  # noqa: E402
from thrift.server import TServer  # noqa: E402
from thrift.transport import TSocket, TTransport  # noqa: E402

from camcheck.render.json import render  # noqa: E402
from tests.report.sample import a_report  # noqa: E402

# thrift's server leaves a socket that it probed with to the garbage collector
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

EXTENSION = Path(__file__).parents[2] / "docs" / "fleet" / "osquery" / "camcheck_extension.py"


class Daemon:
    """What osqueryd answers to an extension that registers."""

    def __init__(self):
        self.registered = None

    def registerExtension(self, info, registry):  # noqa: N802  osquery's name
        self.registered = (info.name, registry)
        return ExtensionStatus(code=0, message="OK", uuid=7)

    def ping(self):
        return ExtensionStatus(code=0, message="OK")


def serve(server, listening):
    """Until it is closed: thrift's own loop would go on for ever, and complain each time."""
    listening.listen()
    while True:
        try:
            client = listening.accept()
        except OSError:
            return
        threading.Thread(target=server.handle, args=(client,), daemon=True).start()


@pytest.fixture
def extension(tmp_path):
    """The extension, registered with a daemon; gives both. Its camcheck tells a made report."""
    daemon, path = Daemon(), str(tmp_path / "osquery.em")
    listening = TSocket.TServerSocket(unix_socket=path)
    server = TServer.TThreadedServer(
        Processor(daemon), listening, TTransport.TBufferedTransportFactory(),
        TBinaryProtocol.TBinaryProtocolFactory(), daemon=True,
    )  # fmt: skip
    serving = threading.Thread(target=serve, args=(server, listening))
    serving.start()
    (tmp_path / "report.json").write_text(render(a_report()))
    command = tmp_path / "camcheck"
    command.write_text(f"#!/bin/sh\ncat {tmp_path}/report.json; exit 13\n")
    command.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, EXTENSION, "--socket", path, "--timeout", "20"],
        env={"CAMCHECK_COMMAND": str(command), "PATH": "/usr/bin:/bin"},
    )
    client = None
    try:
        there = Path(f"{path}.7")
        deadline = time.monotonic() + 60
        while not there.exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        transport = TTransport.TBufferedTransport(TSocket.TSocket(unix_socket=str(there)))
        transport.open()
        client = Extension.Client(TBinaryProtocol.TBinaryProtocol(transport))
        yield daemon, client, tmp_path
        transport.close()
    finally:
        process.kill()
        process.wait()
        listening.handle.shutdown(socket.SHUT_RDWR)  # who waits for a caller hears of this alone
        serving.join()
        listening.close()


def test_the_tables_are_registered_and_answer(extension):
    """Names and types as osqueryd is told them, rows as it asks for them."""
    daemon, client, _ = extension
    name, registry = daemon.registered
    rows = client.call("table", "camcheck_holders", {"action": "generate"}).response
    told = client.call("table", "camcheck_stories", {"action": "generate"}).response

    assert "camcheck" == name
    assert {"camcheck_holders", "camcheck_stories"} == set(registry["table"])
    assert ["firefox", "fontd"] == sorted(row["program"] for row in rows)
    assert "" == rows[0]["role"]
    assert [("fontd", "high")] == [
        (one["name"], one["severity"]) for one in told if one["severity"] != "info"
    ]


def test_a_failed_scan_is_no_empty_table(extension):
    """That nobody could be asked must not look like nobody."""
    _, client, folder = extension
    (folder / "camcheck").write_text("#!/bin/sh\nexit 1\n")

    with pytest.raises(Exception, match=r".") as error:
        client.call("table", "camcheck_holders", {"action": "generate"})
    assert error.type is not AssertionError
