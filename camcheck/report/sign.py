"""Who made a report: signatures with ssh keys, made and checked by OpenSSH's ssh-keygen(1)."""

import os

from camcheck.errors import OutputError, ReportError
from camcheck.output import write_whole

NAMESPACE = "camcheck-report"
_PLACES = ("/usr/bin/ssh-keygen", r"C:\Windows\System32\OpenSSH\ssh-keygen.exe")
_PATIENCE = 120  # seconds, for somebody who types a passphrase


def sign(path: str, *, key: str) -> str:
    """Signs the file at ``path`` with the ssh key in the file ``key``; returns the name of the
    signature, ``path`` and ``.sig``. Raises OutputError.
    """
    with open(path, "rb") as file:
        code, signature, complaint = _run(["-Y", "sign", "-n", NAMESPACE, "-f", key], file.read())
    if code != 0:
        raise OutputError(f"The report was written, but not signed. ssh-keygen says: {complaint}")
    write_whole(f"{path}.sig", signature)
    return f"{path}.sig"


def signer(path: str, *, signature: str, allowed: str) -> str | None:
    """Which of the ``allowed`` signers (a file, see ssh-keygen(1)) signed the file at ``path``;
    None when none of them did, or when the file was changed since. Raises ReportError.
    """
    for file in (path, signature, allowed):
        if not os.path.isfile(file):
            raise ReportError(f"{file} could not be read: it is no file.")
    code, names, _ = _run(["-Y", "find-principals", "-s", signature, "-f", allowed], b"")
    if code != 0 or not names.strip():
        return None
    name = names.splitlines()[0]
    with open(path, "rb") as content:
        words = ["-Y", "verify", "-n", NAMESPACE, "-s", signature, "-f", allowed, "-I", name]
        code, _, _ = _run(words, content.read())
    return name if code == 0 else None


def _run(words: list[str], data: bytes) -> tuple[int, str, str]:
    """Exit code, output and complaints of ssh-keygen, by its own path and without our variables."""
    import subprocess

    program = next((place for place in _PLACES if os.path.exists(place)), None)
    if program is None:
        raise OutputError("Signatures need ssh-keygen, a part of OpenSSH, which is not there.")
    try:
        done = subprocess.run(  # noqa: S603 (a fixed path, no shell)
            [program, *words],
            input=data,
            capture_output=True,
            timeout=_PATIENCE,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OutputError(f"ssh-keygen gave no answer in {_PATIENCE} seconds.") from None
    complaint = done.stderr.decode("utf-8", "replace")
    return done.returncode, done.stdout.decode("utf-8", "replace"), complaint
