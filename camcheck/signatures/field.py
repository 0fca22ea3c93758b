"""Which categories and fields rules can ask for, and what camcheck knows of each."""

PROCESS = frozenset(
    {
        "Image",
        "CommandLine",
        "ProcessName",
        "ProcessId",
        "ParentProcessId",
        "ParentImage",
        "ParentCommandLine",
        "ParentUser",
        "AncestorImage",
        "CurrentDirectory",
        "User",
        "IntegrityLevel",
        "Hashes",
        "sha256",
        "OriginalFileName",
        "Company",
        "Signer",
        "ExeState",
        "KernelThread",
        "Package",
        "Unit",
        "Container",
        "Application",
        "Preload",
        "AppImage",
        "Script",
        "HoldsCamera",
        "OnSystemDrive",
    }
)
CAMERA = PROCESS | {"Camera", "CameraVia", "CameraNode", "CameraAccess", "CameraInherited"}
CAMERA_USE = frozenset({"Image", "User", "Source"})
PERSISTENCE = frozenset({"Kind", "TargetFilename", "Name", "CommandLine", "User"})
FILE = frozenset({"TargetFilename", "User", "Hashes", "sha256", "Size"})
REGISTRY = frozenset({"TargetObject", "Details", "User"})

CATEGORIES = {
    "process_creation": PROCESS,
    "camera_access": CAMERA,
    "camera_use": CAMERA_USE,
    "persistence": PERSISTENCE,
    "file_event": FILE,
    "registry_set": REGISTRY,
}
ALIASES = {"registry_event": "registry_set", "registry_add": "registry_set"}
PRODUCTS = ("linux", "windows", "macos")

PROCESS_SOURCE = {
    "Image": "exe",
    "CommandLine": "cmdline",
    "Script": "cmdline",
    "ProcessName": "name",
    "ParentProcessId": "ppid",
    "CurrentDirectory": "cwd",
    "User": "user",
    "IntegrityLevel": "integrity",
    "OriginalFileName": "original_name",
    "Company": "company",
    "Signer": "signer",
    "ExeState": "exe_state",
    "Package": "package",
    "Unit": "unit",
    "Container": "container",
    "Application": "application",
    "Preload": "preload",
    "Hashes": "sha256",
    "sha256": "sha256",
}
"""The field of `camcheck.model.Process` behind each Sigma field."""
