"""What an executable says of itself, and who vouches for it."""

import ctypes
from ctypes import POINTER, byref, c_void_p, sizeof, wintypes
from typing import Any

from camcheck.collect.windows.native import Guid, guid, last_error, library
from camcheck.fact import NamedTuple


class VersionInfo(NamedTuple):
    """The version resource: names that whoever built the file wrote into it."""

    original_name: str | None = None
    company: str | None = None


def version_info(path: str) -> VersionInfo:
    """The version resource of a file; empty where the file has none. Raises OSError.

    Read by version.dll, first translation listed.
    """
    version = library("version.dll")
    size = version.GetFileVersionInfoSizeW(path, None)
    if not size:
        error = last_error()
        if getattr(error, "winerror", None) in _NO_RESOURCE:
            return VersionInfo()
        raise error
    block = ctypes.create_string_buffer(size)
    if not version.GetFileVersionInfoW(path, 0, size, block):
        raise last_error()
    language = _language(version, block)
    if language is None:
        return VersionInfo()

    def text(name: str) -> str | None:
        return _text(version, block, rf"\StringFileInfo\{language}\{name}")

    return VersionInfo(text("OriginalFilename"), text("CompanyName"))


_NO_RESOURCE = (1812, 1813, 1814, 1815, 11, 193)
"""No resource section, type, name or language; or no program at all (a script)."""


def _language(version: Any, block: Any) -> str | None:
    found, length = _query(version, block, r"\VarFileInfo\Translation")
    if not found or length < 4:
        return None
    raw = ctypes.string_at(found, 4)
    return f"{int.from_bytes(raw[:2], 'little'):04x}{int.from_bytes(raw[2:], 'little'):04x}"


def _text(version: Any, block: Any, path: str) -> str | None:
    found, length = _query(version, block, path)
    if not found or not length:
        return None
    return ctypes.wstring_at(found, length).rstrip("\0").strip() or None


def _query(version: Any, block: Any, path: str) -> tuple[int | None, int]:
    found, length = c_void_p(), wintypes.UINT()
    version.VerQueryValueW.argtypes = (c_void_p, wintypes.LPCWSTR, c_void_p, c_void_p)
    if not version.VerQueryValueW(block, path, byref(found), byref(length)):
        return None, 0
    return found.value, length.value


class Trust(NamedTuple):
    """What WinVerifyTrust says. ``signer`` None: nobody signed it; ``valid`` False: in vain.

    ``code`` is the HRESULT, for the technician.
    """

    signer: str | None
    valid: bool
    code: int


_GENERIC_VERIFY = "00AAC56B-CD44-11D0-8CC2-00C04FC295EE"
_NO_UI, _NO_REVOCATION, _FILE, _VERIFY, _CLOSE = 2, 0, 1, 1, 2
_CACHE_ONLY = 0x1000
"""WTD_CACHE_ONLY_URL_RETRIEVAL: a scan asks nothing of the network."""

NOT_SIGNED = (0x800B0100, 0x800B0001, 0x800B0003)
"""TRUST_E_NOSIGNATURE, no provider for this kind of file, form not known."""


class _FileInfo(ctypes.Structure):
    """WINTRUST_FILE_INFO."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("path", wintypes.LPCWSTR),
        ("file", wintypes.HANDLE),
        ("subject", c_void_p),
    )


class _TrustData(ctypes.Structure):
    """WINTRUST_DATA."""

    _fields_ = (
        ("size", wintypes.DWORD),
        ("policy", c_void_p),
        ("client", c_void_p),
        ("ui", wintypes.DWORD),
        ("revocation", wintypes.DWORD),
        ("choice", wintypes.DWORD),
        ("info", c_void_p),
        ("action", wintypes.DWORD),
        ("state", wintypes.HANDLE),
        ("url", wintypes.LPCWSTR),
        ("flags", wintypes.DWORD),
        ("context", wintypes.DWORD),
        ("settings", c_void_p),
    )


def verify(path: str) -> Trust:
    """Whether a file's own signature holds, and whose it is. Raises OSError if it cannot be read.

    Signatures in Windows' catalogs, which vouch for most of its own files, are not looked up: for
    those, and for unsigned files, the signer is None.
    """
    with open(path, "rb"):
        pass  # a file that cannot be read must not pass for an unsigned one
    trust = library("wintrust.dll")
    trust.WinVerifyTrust.argtypes = (wintypes.HANDLE, POINTER(Guid), c_void_p)
    info = _FileInfo(size=sizeof(_FileInfo), path=path)
    data = _TrustData(
        size=sizeof(_TrustData),
        ui=_NO_UI,
        revocation=_NO_REVOCATION,
        choice=_FILE,
        info=ctypes.addressof(info),
        action=_VERIFY,
        flags=_CACHE_ONLY,
    )
    policy = guid(_GENERIC_VERIFY)
    result = trust.WinVerifyTrust(None, byref(policy), byref(data)) & 0xFFFFFFFF
    try:
        signer = None if result in NOT_SIGNED else _signer(trust, data)
    finally:
        data.action = _CLOSE
        trust.WinVerifyTrust(None, byref(policy), byref(data))
    return Trust(signer, result == 0, result)


class _Certificate(ctypes.Structure):
    """The beginning of CRYPT_PROVIDER_CERT."""

    _fields_ = (("size", wintypes.DWORD), ("context", c_void_p))


def _signer(trust: Any, data: _TrustData) -> str | None:
    """The name on the certificate that signed, out of the verification's own state."""
    for name in ("WTHelperProvDataFromStateData", "WTHelperGetProvSignerFromChain"):
        getattr(trust, name).restype = c_void_p
    trust.WTHelperGetProvCertFromChain.restype = POINTER(_Certificate)
    state = trust.WTHelperProvDataFromStateData(wintypes.HANDLE(data.state))
    if not state:
        return None
    signer = trust.WTHelperGetProvSignerFromChain(c_void_p(state), 0, 0, 0)
    if not signer:
        return None
    certificate = trust.WTHelperGetProvCertFromChain(c_void_p(signer), 0)
    if not certificate:
        return None
    crypt = library("crypt32.dll")
    ask = crypt.CertGetNameStringW
    ask.argtypes = (c_void_p, wintypes.DWORD, wintypes.DWORD, c_void_p, c_void_p, wintypes.DWORD)
    buffer = ctypes.create_unicode_buffer(512)
    ask(certificate.contents.context, _SIMPLE_DISPLAY, 0, None, buffer, 512)
    return buffer.value or None


_SIMPLE_DISPLAY = 4
